"""The plain rules that others use, so that a null model can be held against what people would do without it.

Each gives a score for every account: what the rule counts, so that its ranking is as good as it can be, and the number from
which the rule would accuse.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import block_array, csr_array

from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.kernels import densest
from graphkit.language import say
from graphkit.measures.co_timing import reactions
from graphkit.measures.pairs import close_pairs

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its name, the kind of account it is used for, and the score from which it accuses."""

    name: str
    kind: str  # bot, ring, pod
    accuse: float
    score: Callable[[InfluenceGraph], Floats]
    source: str


def same_minute(graph: InfluenceGraph) -> Floats:
    """Other accounts with which each acted on the same post within 60 seconds at least twice."""
    acts = reactions(graph).acts
    pairs = close_pairs(acts, np.zeros(acts.objects), window=60_000, needed=2)
    ends = np.r_[pairs.first, pairs.second]
    return np.bincount(ends, minlength=graph.n).astype(float)


def same_posts(graph: InfluenceGraph) -> Floats:
    """The highest cosine of the posts each account chose with those of another that shares two and more."""
    chose = _choices(graph)
    crowded = (
        np.asarray(chose.sum(axis=0)).ravel() > 200
    )  # the rule's own tools leave such posts out, or run out of memory
    chose.data[crowded[chose.indices]] = 0.0
    chose.eliminate_zeros()
    shared = (chose @ chose.T).tocoo()
    size = np.sqrt(np.maximum(np.asarray(chose.sum(axis=1)).ravel(), 1.0))
    kept = (shared.row != shared.col) & (shared.data >= 2)
    best = np.zeros(graph.n)
    np.maximum.at(best, shared.row[kept], shared.data[kept] / (size[shared.row[kept]] * size[shared.col[kept]]))
    return best


def reciprocity(graph: InfluenceGraph) -> Floats:
    """Share of the smaller of followers and followings that is mutual (0.74 and more: a follow-back account)."""
    followers, following = np.diff(graph.followers.indptr), np.diff(graph.follows.indptr)
    least = np.minimum(followers, following)
    return np.where(least >= 10, np.diff(graph.mutual.indptr) / np.maximum(least, 1), 0.0)


def few_followers(graph: InfluenceGraph) -> Floats:
    """Followings for each follower."""
    followers, following = np.diff(graph.followers.indptr), np.diff(graph.follows.indptr)
    return np.asarray(following / (followers + 1.0))


def peeled(graph: InfluenceGraph) -> Floats:
    """How many of its choices lie in the densest block of accounts and posts, popular posts counting less (FRAUDAR).

    Greedy: the account or post with the least weight goes first, and the densest remainder stays (Hooi et al. 2016).
    Where no posts are known, accounts acted on stand for them.
    """
    chose = _choices(graph)
    weight = 1.0 / np.log(np.asarray(chose.sum(axis=0)).ravel() + 5.0)
    chose.data = weight[chose.indices]
    links = csr_array(block_array([[None, chose], [chose.T, None]]))
    inside, _ = densest(links)
    kept = np.zeros(links.shape[0], bool)
    kept[inside] = True
    within = np.asarray(chose[:, kept[graph.n :]].sum(axis=1)).ravel()
    return np.where(kept[: graph.n], 1.0 + within, within / 1e3)


def peeled_follows(graph: InfluenceGraph) -> Floats:
    """Mutual ties inside the densest part of the mutual follows (greedy peel, Charikar 2000)."""
    links = csr_array(graph.mutual, dtype=float)
    inside, _ = densest(links)
    kept = np.zeros(graph.n, bool)
    kept[inside] = True
    within = np.asarray(links[:, inside].sum(axis=1)).ravel()
    return np.where(kept, 1.0 + within, within / 1e3)


def _choices(graph: InfluenceGraph) -> csr_array:
    """[account, post] = 1 where it acted on it; [account, account] where no acts name posts, [follower, followed] without acts."""
    events = graph.events
    rows = np.flatnonzero(events.post >= 0)
    if len(rows):
        ends, width = (events.actor[rows], events.post[rows]), len(graph.post_author)
    elif len(events.actor):
        rows = np.flatnonzero(events.target >= 0)
        ends, width = (events.actor[rows], events.target[rows]), graph.n
    else:
        return csr_array(graph.follows, dtype=float)
    chose = csr_array((np.ones(len(rows)), ends), shape=(graph.n, width))
    chose.sum_duplicates()
    chose.data[:] = 1.0
    return chose


RULES: Final = (
    Rule(
        say("same post within 60 s, twice"),
        "bot",
        1.0,
        same_minute,
        "CooRTweet and the coordination toolkit's defaults",
    ),
    Rule(say("cosine of shared posts"), "bot", 0.5, same_posts, "Pacheco 2021; the top percentile is then accused"),
    Rule(say("densest block, peeled"), "bot", 1.0, peeled, "FRAUDAR, Hooi 2016, one block"),
    Rule(say("following / followers"), "bot", 10.0, few_followers, "fake-follower checkers"),
    Rule(say("reciprocity"), "ring", 0.74, reciprocity, "Dugue and Perez 2014"),
    Rule(say("densest block, peeled"), "ring", 1.0, peeled_follows, "FRAUDAR, Hooi 2016, on mutual follows"),
    Rule(
        say("same post within 60 s, twice"),
        "pod",
        1.0,
        same_minute,
        "CooRTweet and the coordination toolkit's defaults",
    ),
)
