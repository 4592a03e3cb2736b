"""The lists of followers in the order in which they came, and when each came, or since when it can have come at the latest.

Where follow times are missing but places in a list are known, nobody can stand behind an account that was made after he
followed: the newest account so far bounds the time of everybody after it (Meeder et al. 2011).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.numbering import times
from graphkit.graphs.order import order_by
from graphkit.measures import made_once

DAY = 86_400_000
ARRIVED = 2 * DAY  # who joins, or comes back, follows a list within two days ...
MOST_OF_IT = 0.6  # ... and most of what it follows
LEAST_LIST = 4
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Order = Literal["times", "places", "none"]


@dataclass(frozen=True)
class Lists:
    """All follows, followed by followed, the oldest follow first."""

    source: NDArray[np.int32]
    target: NDArray[np.int32]
    row: NDArray[np.int32]  # of graph.follows.data
    date: Ints  # NO_TIME: unknown; where no time is given, the earliest that it can have been
    starts: Ints  # the followers of j are rows starts[j] .. starts[j + 1]
    ordered: Flags  # of each account: the order of its followers is known
    newcomer: Flags  # of each account: most of its follows came within two days
    order: Order  # what the order rests on, of most follows

    @property
    def place(self) -> Ints:
        """Of each row: how many followed before."""
        return np.arange(len(self.target)) - self.starts[self.target]


@made_once
def lists_of(graph: InfluenceGraph) -> Lists:
    """The lists of followers of a graph; computed once."""
    source = np.repeat(np.arange(graph.n, dtype=np.int32), np.diff(graph.follows.indptr))
    target = graph.follows.indices.astype(np.int32)
    timed, placed = graph.follow_at != NO_TIME, graph.follow_position >= 0
    key = np.where(placed, -graph.follow_position, 0)  # a list is newest first
    if timed.any():
        key = graph.follow_at
    row = order_by(target, key).astype(np.int32)
    starts = np.r_[0, np.cumsum(np.bincount(target, minlength=graph.n))].astype(np.int64)
    known = timed if timed.any() else placed
    share = np.bincount(target, weights=known, minlength=graph.n) / np.maximum(np.diff(starts), 1)
    ordered = share >= 0.9
    date = graph.follow_at[row]
    if not timed.any() and placed.any():
        date = _bounds(times(graph.accounts["created_at"])[source[row]], starts, ordered)
    kind: Order = "times" if timed.any() else "places" if placed.any() else "none"
    newcomer = _newcomers(source[row], date, graph.n)  # fresh accounts, whose bounds stand close, are left out too
    return Lists(source[row], target[row], row, date, starts, ordered, newcomer, kind)


@njit(cache=True, nogil=True)
def _bounds(created, starts, ordered):  # type: ignore[no-untyped-def]
    """The running maximum of the creation times along each list whose order is known; NO_TIME before the first known."""
    bound = np.full(len(created), NO_TIME, np.int64)
    for j in range(len(starts) - 1):
        if ordered[j]:
            newest = NO_TIME
            for k in range(starts[j], starts[j + 1]):
                newest = max(newest, created[k])
                bound[k] = newest
    return bound


def _newcomers(source: NDArray[np.int32], date: Ints, accounts: int) -> Flags:
    """Accounts most of whose follows fall into two days: somebody who joined, or came back, and followed a list."""
    told = np.flatnonzero(date != NO_TIME)
    order = told[order_by(source[told], date[told])]
    most = _densest(source[order], date[order], ARRIVED, accounts)
    out = np.bincount(source, minlength=accounts)
    return np.asarray((most >= MOST_OF_IT * out) & (out >= LEAST_LIST))


@njit(cache=True, nogil=True)
def _densest(who, at, width, accounts):  # type: ignore[no-untyped-def]
    """For each account the most of its rows within `width`; rows in order of account and time."""
    most = np.zeros(accounts, np.int64)
    left = 0
    for right in range(len(who)):
        while who[left] != who[right] or at[right] - at[left] > width:
            left += 1
        most[who[right]] = max(most[who[right]], right - left + 1)
    return most
