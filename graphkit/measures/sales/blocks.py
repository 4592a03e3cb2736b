"""Blocks of a list of followers in which accounts for sale stand close: where, when, how many, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.measures import made_once, nulls
from graphkit.measures.regard import regard_of
from graphkit.measures.sales.contrast import Sales, sales_of
from graphkit.measures.sales.lists import DAY
from graphkit.measures.sales.numbers import numbers
from graphkit.settings import BlockSettings, current

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_BLOCKS = 12  # of one list
LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Blocks:
    """One value a block everywhere, the blocks of one account together and the oldest first."""

    customer: Ints
    first: Ints  # rows of `lists`: the block is first .. last, both included
    last: Ints
    begin: Ints  # NO_TIME: unknown
    end: Ints
    hollow: Ints  # accounts without regard in it
    due: Floats  # of them, at most, in a stretch so long of a list of that size
    p: Floats  # chance of that many, corrected for every place and width that was looked at
    sold: Floats  # followers delivered, estimated
    low: Floats  # 95 % interval
    high: Floats

    def __len__(self) -> int:
        return len(self.customer)

    @property
    def size(self) -> Ints:
        return self.last - self.first + 1

    def of(self, account: int) -> Ints:
        return np.flatnonzero(self.customer == account)


@made_once
def blocks_of(graph: InfluenceGraph) -> Blocks:
    """The blocks with a surplus beyond chance; computed once."""
    return _blocks(sales_of(graph), regard_of(graph).rank, current().blocks)


def _blocks(sales: Sales, rank: Floats, bounds: BlockSettings) -> Blocks:
    lists = sales.lists
    level = np.maximum(2 * sales.usual, bounds.share)
    first, last = _segments(sales.chance[lists.source], lists.starts, level, lists.ordered, bounds.least)
    who, size = lists.target[first].astype(np.int64), last - first + 1
    hollow = _summed(sales.hollow[lists.source].astype(np.float64), first, last)
    each = sales.usual_hollow[who]
    tried = np.diff(lists.starts)[who].astype(np.float64) ** 2 / 2  # every stretch of the list, from any place to any
    p = np.minimum(1.0, nulls.binomial_tail(hollow, size, each) * np.maximum(tried, 1.0))
    count = numbers(sales, rank, first=first, last=last)
    begin, end, together = _dates(sales, first, last, count.each)
    kept = (p < bounds.p) & (together < bounds.p) & (count.certain >= bounds.least)
    kept = np.flatnonzero(kept & (sales.chance[who] < LIKELY))  # machines that follow each other are a farm, no sale
    return Blocks(
        who[kept], first[kept], last[kept], begin[kept], end[kept], hollow[kept].astype(np.int64), (each * size)[kept],
        p[kept], count.sold[kept], count.low[kept], count.high[kept],
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _segments(chance, starts, level, ordered, least):  # type: ignore[no-untyped-def]
    """First and last rows of the stretches of each list that hold the most accounts for sale above its level, disjoint."""
    first, last = [np.int64(0) for _ in range(0)], [np.int64(0) for _ in range(0)]
    for j in range(len(starts) - 1):
        start, end = starts[j], starts[j + 1]
        if not ordered[j] or chance[start:end].sum() < least:
            continue
        left = np.ones(end - start, np.bool_)
        for _ in range(MOST_BLOCKS):
            best, low, high, total, begin = 0.0, -1, -1, 0.0, 0
            for k in range(end - start):
                if not left[k]:
                    total, begin = 0.0, k + 1
                    continue
                total += chance[start + k] - level[j]
                if total < 0:
                    total, begin = 0.0, k + 1
                elif total > best:
                    best, low, high = total, begin, k
            if low < 0 or chance[start + low : start + high + 1].sum() < least:
                break
            left[low : high + 1] = False
            first.append(start + low)
            last.append(start + high)
    order = np.argsort(np.array(first))
    return np.array(first)[order], np.array(last)[order]


def _summed(values: Floats, first: Ints, last: Ints) -> Floats:
    total = np.r_[0.0, np.cumsum(values)]
    return np.asarray(total[last + 1] - total[first])


def _dates(sales: Sales, first: Ints, last: Ints, sold: list[Floats]) -> tuple[Ints, Ints, Floats]:
    """When most of the accounts that were probably delivered came, and the chance that so many came so close by chance.

    Machines also follow whom they please, for cover, at any time. Where nobody knows when they came that chance is 1.
    """
    begin, end, together = np.full(len(first), NO_TIME), np.full(len(first), NO_TIME), np.ones(len(first))
    lists = sales.lists
    usual = np.sort(lists.date[(lists.date != NO_TIME) & (sales.chance[lists.source] >= LIKELY)])
    known = lists.date[lists.date != NO_TIME]
    span = float(np.diff(np.quantile(known, [0.01, 0.99]))[0]) if len(known) else 0.0
    for block, (low, high) in enumerate(zip(first, last, strict=True)):
        date = lists.date[low : high + 1][sold[block] >= LIKELY]
        date = np.sort(date[date != NO_TIME])
        if len(date) >= 3 and span > 0:
            begin[block], end[block], together[block] = _closest(date, usual, span)
    return begin, end, together


def _closest(date: Ints, usual: Ints, span: float) -> tuple[int, int, float]:
    """The part of the dates that stand closest, and the chance of that; it counts what was tried.

    Chance spreads the dates over the whole span, or as all follows of such accounts in other lists are spread.
    """
    found, elsewhere = (int(date[0]), int(date[-1]), 1.0), max(len(usual) - len(date), 0)
    for part in (0.5, 0.75, 0.9, 1.0):
        need = max(3, round(part * len(date)))
        width = date[need - 1 :] - date[: len(date) - need + 1]
        place = int(np.argmin(width))
        ends = date[place], date[place + need - 1]
        share = (float(ends[1] - ends[0]) + DAY) / span
        if elsewhere >= 20:
            inside = np.searchsorted(usual, ends[1], "right") - np.searchsorted(usual, ends[0], "left") - need
            share = max(share, (max(inside, 0) + 1) / (elsewhere + 2))
        p = float(nulls.binomial_tail(need - 1, len(date) - 1, min(share, 1.0))) * len(date) * 4
        if p < found[2]:
            found = (int(ends[0]), int(ends[1]), p)
    return found
