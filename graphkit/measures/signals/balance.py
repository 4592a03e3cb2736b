"""How an account's following and its followers go together."""

from __future__ import annotations

import numpy as np

from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.numbering import whole
from graphkit.language import say
from graphkit.measures.hollow import hollow_ties_of
from graphkit.measures.life import life_of
from graphkit.measures.regard import regard_of
from graphkit.measures.signals.signal import Ints, Measured, Signal, share


def _counts(graph: InfluenceGraph) -> tuple[Ints, Ints]:
    """Followings and followers: as stated, else as seen."""
    seen = np.diff(graph.follows.indptr), np.diff(graph.followers.indptr)
    stated = (whole(graph.accounts[name], -1) for name in ("following", "followers"))
    out, back = (np.where(said >= 0, said, here) for said, here in zip(stated, seen, strict=True))
    return out.astype(np.int64), back.astype(np.int64)


def ratio(graph: InfluenceGraph) -> Measured:
    """Followings for each follower, as a power of ten; one is added to both."""
    following, followers = _counts(graph)
    total = following + followers
    return Measured(np.where(total >= 5, np.log10((following + 1.0) / (followers + 1.0)), np.nan), total)


def overlap(graph: InfluenceGraph) -> Measured:
    """Mutual ties as a share of the smaller of followers and followings."""
    least = np.minimum(np.diff(graph.follows.indptr), np.diff(graph.followers.indptr))
    return share(np.diff(graph.mutual.indptr), least, least=5)


def returns(graph: InfluenceGraph) -> Measured:
    """Share of its followers that the account follows."""
    return share(np.diff(graph.mutual.indptr), np.diff(graph.followers.indptr), least=5)


def silent(graph: InfluenceGraph) -> Measured:
    """Share of the mutual follows on which acts were due and in which nobody ever turned to the other."""
    ties = hollow_ties_of(graph)
    due = ties.due > 0
    held = np.bincount(np.r_[ties.first[due], ties.second[due]], minlength=graph.n)
    quiet = due & ~ties.warm
    return share(np.bincount(np.r_[ties.first[quiet], ties.second[quiet]], minlength=graph.n), held, least=3)


def regard(graph: InfluenceGraph) -> Measured:
    """Rank of the regard it is held in, among accounts that turn to as many others."""
    held = regard_of(graph)
    reached = np.diff(graph.follows.indptr) + life_of(graph).breadth
    return Measured(np.where(reached >= 3, held.rank, np.nan), reached.astype(np.int64))


SIGNALS = (
    Signal("following_per_follower", say("followings for each follower, as a power of ten"), "high", "balance", say("ties"), ratio),
    Signal("overlap", say("mutual ties as a share of the smaller of followers and followings"), "high", "balance", say("ties"), overlap),
    Signal("returns_follows", say("share of its followers that it follows"), "high", "balance", say("followers"), returns),
    Signal("silent_mutuals", say("share of mutual follows in which nobody ever turned to the other"), "high", "balance",
           say("mutual follows"), silent),
    Signal("regard", say("rank of the regard it is held in, among accounts that turn to as many"), "low", "balance",
           say("ties and contacts"), regard),
)  # fmt: skip
