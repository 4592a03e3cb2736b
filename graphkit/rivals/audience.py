"""What is known of the followers of every account, read once for all accounts that are to be explained."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.events import ByAccount
from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.numbering import whole
from graphkit.graphs.order import distinct_pairs, order_by
from graphkit.measures import made_once
from graphkit.measures.arrivals import Arrivals, arrivals
from graphkit.measures.hollow import hollow_ties_of
from graphkit.measures.life import Life, life_of
from graphkit.rivals.draws import promising

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
AGAIN = 3  # acts on one account that are a habit
LEAST = 10  # followers from which a share of them is compared


@dataclass(frozen=True)
class Audience:
    """The follows by the account followed, and what is usual of followings in this data."""

    graph: InfluenceGraph
    life: Life
    came: Arrivals
    rows: Ints  # follows in order of the account followed
    silent: Ints  # of each account: mutual follows in which nobody ever turned to the other
    friends: Ints  # of each account: mutual follows in which somebody did
    usual_silent: float  # share of followers that are silent mutual ties, which four in five followings stay below
    usual_friends: float
    devoted: Ints  # of each account: followers that turn to it again and again and are not followed back
    usual_devoted: float
    hunted: Ints  # of each account: rushes to different accounts in which it arrived
    promising: Flags  # of each post
    paid: Flags  # of each post
    ended: tuple[Ints, Ints, Ints]  # followed, followed since, left at; in order of the account followed
    acts: ByAccount  # on each account, in order of time
    written: ByAccount  # posts of each account

    def followers_of(self, node: int) -> Ints:
        """The rows of its followers among all follows."""
        start, end = self.graph.followers.indptr[node : node + 2]
        return self.rows[start:end]

    @cached_property
    def span(self) -> tuple[int, int]:
        """The first and the last dated act; zeros where none is dated."""
        dated = self.graph.events.at[self.graph.events.at != NO_TIME]
        return (int(dated.min()), int(dated.max())) if len(dated) else (0, 0)

    @property
    def looks(self) -> bool:
        """Whether the data says who turned to whom at all."""
        return len(self.graph.events.actor) > 0

    @cached_property
    def dated(self) -> bool:
        return bool((self.graph.follow_at != NO_TIME).any())

    def stated(self, node: int) -> tuple[int, int]:
        """Followings and followers as the account states them, else as seen."""
        rows = (self.graph.follows.indptr, self.graph.followers.indptr)
        seen = tuple(int(ends[node + 1] - ends[node]) for ends in rows)
        said = (whole(self.graph.accounts[name].slice(node, 1), -1)[0] for name in ("following", "followers"))
        following, followers = (max(int(a), int(b)) for a, b in zip(said, seen, strict=True))
        return following, followers


@made_once
def audience_of(graph: InfluenceGraph) -> Audience:
    """The followings of a graph; computed once. Cost: a few passes over follows and acts."""
    came, ties = arrivals(graph), hollow_ties_of(graph)
    silent = np.bincount(np.r_[ties.first[~ties.warm], ties.second[~ties.warm]], minlength=graph.n)
    friends = np.bincount(np.r_[ties.first[ties.warm], ties.second[ties.warm]], minlength=graph.n)
    followers = np.diff(graph.followers.indptr)
    devoted = _devoted(graph)
    paid = graph.posts["paid"].fill_null(False).to_numpy()
    return Audience(
        graph, life_of(graph), came, order_by(came.target), silent, friends,
        _usual(silent, followers), _usual(friends, followers), devoted, _usual(devoted, followers), _hunted(graph, came), promising(graph),
        np.asarray(paid, bool), _ended(graph), ByAccount.by(graph.events.target, graph.n), ByAccount.by(graph.post_author, graph.n),
    )  # fmt: skip


def _usual(part: Ints, followers: Ints) -> float:
    """The share that ordinary followings stay below: four in five of all, yet no more than three times the median.

    A large ring or a crowd of buyers would otherwise be its own measure.
    """
    looked = followers >= LEAST
    if looked.sum() < 20:
        return 1.0
    median, most = np.quantile(part[looked] / followers[looked], [0.5, 0.8])
    return float(min(most, 3.0 * median + 0.05))


def _devoted(graph: InfluenceGraph) -> Ints:
    often = life_of(graph).turned >= AGAIN
    one_way = often.multiply(graph.followers.astype(bool)).astype(np.int32) - often.multiply(
        graph.mutual.astype(bool)
    ).astype(np.int32)
    return np.asarray(one_way.sum(axis=1), np.int64).ravel()


def _hunted(graph: InfluenceGraph, came: Arrivals) -> Ints:
    rows = np.flatnonzero(came.block >= 0)
    hunters, _ = distinct_pairs(came.source[rows], came.target[rows])
    return np.bincount(hunters, minlength=graph.n)


def _ended(graph: InfluenceGraph) -> tuple[Ints, Ints, Ints]:
    table = graph.ended
    followed = whole(table["followed"], -1)
    order = order_by(followed) if len(followed) else followed
    at, left = (whole(table[name], NO_TIME)[order] for name in ("at", "ended_at"))
    return followed[order], at, left
