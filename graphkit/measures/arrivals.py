"""How followers arrive: bursts, who came in them, and how much of a following has no life of its own.

A burst is a day (or days in a row) with more new followers than the account's own pace explains. Press, adverts and prize
draws make bursts too; theirs are of people. What marks a bought block is that its members are followed by nobody,
answered by nobody, far beyond what is usual in this data, and that they come again in other blocks on other days.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.order import differs_from_previous, order_by
from graphkit.measures import nulls
from graphkit.measures.regard import regard_of
from graphkit.measures.sales.lists import lists_of
from graphkit.settings import current

DAY = 86_400_000
LEAST_FOLLOWING = 20  # followers from which a share of them means something
Ints = NDArray[np.int64]
Nodes = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Arrivals:
    """The follows with what is suspicious about them; `source`, `target` and `block` go along `graph.follows.data`."""

    source: Nodes
    target: Nodes
    hollow: NDArray[np.bool_]  # of each account
    base: float  # share of hollow accounts among those that follow as many
    block: Nodes  # of each follow: its burst, -1 none
    customer: Nodes  # of each block
    begin: Ints
    end: Ints
    size: Ints
    excess: Floats  # of each block: hollow members beyond what is usual
    p: Floats  # chance of that many hollow members
    days: Ints  # of each account: distinct days on which it came in a block of hollow accounts
    hollow_p: Floats  # of each account as followed: chance of so many hollow followers
    hollow_excess: Floats
    newcomer: NDArray[
        np.bool_
    ]  # most of its follows within two days: somebody who joined, or came back, and followed a list


@lru_cache(maxsize=2)
def arrivals(graph: InfluenceGraph) -> Arrivals:
    """Bursts and hollow followers of every account; computed once for all detectors."""
    settings = current().arrivals
    out = np.diff(graph.follows.indptr).astype(np.int64)
    source, target = np.repeat(np.arange(graph.n, dtype=np.int32), out), graph.follows.indices
    newcomer = lists_of(graph).newcomer
    hollow = regard_of(graph).hollow() & ~newcomer  # who has just joined is followed by nobody yet, and that is no sign
    busy = out >= settings.least_following
    block, customer, begin, end = _bursts(graph, target)
    size = np.bincount(block[block >= 0], minlength=len(customer)).astype(np.int64)
    inside = np.bincount(block[block >= 0], weights=hollow[source[block >= 0]], minlength=len(customer))
    followers = np.diff(graph.followers.indptr)
    empty = np.bincount(target, weights=hollow[source], minlength=graph.n)
    usual, most = _of_followings(empty.astype(float), followers)
    base = min(_share(hollow, busy), usual)
    for _ in range(2):  # what is usual is read once more from those who follow nobody with a surplus
        hollow_p = nulls.binomial_tail(empty, followers, _margin(base, most))
        looked = followers >= settings.least_block
        surplus = looked & (hollow_p < settings.block_p / max(looked.sum(), 1))
        served = np.bincount(source, weights=surplus[target], minlength=graph.n) / np.maximum(out, 1)
        calm = busy & (served < 0.05)
        base = min(base, _share(hollow, calm)) if calm.sum() >= 50 else base
    p = nulls.binomial_tail(inside, size, _margin(base, most))
    return Arrivals(
        source, target, hollow, base, block, customer, begin, end, size, np.maximum(inside - size * base, 0.0), p,
        _days(graph, source, block, p), hollow_p, np.maximum(empty - followers * base, 0.0), newcomer,
    )  # fmt: skip


def _of_followings(empty: Floats, followers: Ints) -> tuple[float, float]:
    """Hollow share of the median following, and of the following that four in five stay below.

    Few accounts buy, so theirs move neither, however large the farms are; the second says how followings differ.
    """
    looked = followers >= LEAST_FOLLOWING
    if looked.sum() < 50:
        return 1.0, 0.0
    usual, most = np.quantile(empty[looked] / followers[looked], [0.5, 0.8])
    return max(0.01, float(usual)), float(most)


def _share(hollow: NDArray[np.bool_], among: NDArray[np.bool_]) -> float:
    return float((hollow[among].sum() + 1) / (among.sum() + 2)) if among.any() else 1.0


def _margin(base: float, most: float) -> float:
    """The share of hollow followers that a following may have before it is odd: followings differ."""
    return min(max(2 * base, base + 0.04, 1.25 * most), 0.9)


def _bursts(graph: InfluenceGraph, target: Nodes) -> tuple[Nodes, Nodes, Ints, Ints]:
    """The burst of each follow (-1 none), and customer, first and last day of each burst."""
    settings = current().arrivals
    block = np.full(len(target), -1, np.int32)
    timed = np.flatnonzero(graph.follow_at != NO_TIME)
    if not len(timed):
        none = np.empty(0, np.int64)
        return block, none.astype(np.int32), none, none
    day = graph.follow_at[timed] // DAY
    order = order_by(target[timed], day)
    rows, who, when = timed[order], target[timed][order], day[order]
    begins = np.flatnonzero(differs_from_previous(who, when))
    count = np.diff(np.r_[begins, len(rows)])
    span = max(float(np.quantile(day, 0.99) - np.quantile(day, 0.01)), 1.0)
    pace = np.bincount(who, minlength=graph.n) / span
    due = np.maximum(pace[who[begins]], 0.3)
    p = nulls.overdispersed_tail(count, due, settings.pace_shape)
    burst = (p < settings.burst_p) & (count >= settings.least_block)
    # days in a row of one account are one block
    fresh = differs_from_previous(who[begins]) | (np.diff(when[begins], prepend=when[begins][0] - 9) > 1)
    fresh |= ~np.r_[False, burst[:-1]]
    number = np.cumsum(burst & fresh) - 1
    of_day = np.where(burst, number, -1)
    block[rows] = np.repeat(of_day, count)
    total = int(number.max()) + 1 if len(number) else 0
    head = np.flatnonzero(burst & fresh)
    last = np.zeros(total, np.int64)
    np.maximum.at(last, of_day[burst], when[begins][burst])
    return block, who[begins][head], when[begins][head] * DAY, (last + 1) * DAY


def _days(graph: InfluenceGraph, source: Nodes, block: Nodes, p: Floats) -> Ints:
    """Distinct days on which each account came in a block with a surplus of hollow accounts."""
    settings = current().arrivals
    rows = np.flatnonzero(block >= 0)
    rows = rows[p[block[rows]] < settings.block_p] if len(p) else rows[:0]
    day = graph.follow_at[rows] // DAY
    order = order_by(source[rows], day)
    who, when = source[rows][order], day[order]
    fresh = differs_from_previous(who)
    fresh[1:] |= np.diff(when) > 1
    return np.bincount(who[fresh], minlength=graph.n).astype(np.int64)
