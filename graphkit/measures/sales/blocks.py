"""Blocks of a list of followers in which accounts for sale stand close: where, when, how many, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.measures import nulls
from graphkit.measures.sales.contrast import WIDTHS, Sales, sales_of
from graphkit.settings import BlockSettings, current

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
GAP = 12  # followers of other kinds in a row that do not end a block
GRAIN = 0.5  # followers: no count is surer than that


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


@lru_cache(maxsize=2)
def blocks_of(graph: InfluenceGraph) -> Blocks:
    """The blocks with a surplus beyond chance; computed once."""
    return _blocks(sales_of(graph), current().blocks)


def _blocks(sales: Sales, bounds: BlockSettings) -> Blocks:
    lists = sales.lists
    inside = np.flatnonzero(lists.ordered[lists.target] & (sales.near >= current().sales.stretch))
    customer = lists.target[inside]
    fresh = np.ones(len(inside), bool)
    fresh[1:] = (customer[1:] != customer[:-1]) | (np.diff(inside) > GAP)
    starts = np.flatnonzero(fresh)
    first, last = inside[starts], inside[np.r_[starts[1:], len(inside)] - 1] if len(inside) else inside
    who, size = lists.target[first].astype(np.int64), last - first + 1
    hollow = _summed(sales.hollow[lists.source].astype(np.float64), first, last)
    each = sales.usual_hollow[who]
    tried = np.diff(lists.starts)[who] * float(len(WIDTHS))
    p = np.minimum(1.0, nulls.binomial_tail(hollow, size, each) * tried)
    sold = sales.sold.astype(np.float64)
    count, spread = _summed(sold, first, last), np.sqrt(_summed(sold * (1 - sold), first, last))
    low, high = interval(count, spread, bounds)
    kept = np.flatnonzero((p < bounds.p) & (count >= bounds.least))
    begin, end = _dates(sales, first[kept], last[kept])
    return Blocks(
        who[kept], first[kept], last[kept], begin, end, hollow[kept].astype(np.int64), (each * size)[kept], p[kept],
        count[kept], np.minimum(low, size)[kept], np.minimum(high, size)[kept],
    )  # fmt: skip


def interval(count: Floats, spread: Floats, bounds: BlockSettings) -> tuple[Floats, Floats]:
    """A 95 % interval of a number of deliveries: chances of single accounts err alone, and all of them a little together."""
    whole = np.sqrt(spread**2 + (bounds.together * count) ** 2 + GRAIN**2)
    return np.maximum(count - 1.96 * whole, 0.0), count + 1.96 * whole


def _summed(values: Floats, first: Ints, last: Ints) -> Floats:
    total = np.r_[0.0, np.cumsum(values)]
    return np.asarray(total[last + 1] - total[first])


def _dates(sales: Sales, first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """When the first and the last of the accounts that were probably delivered came."""
    begin, end = np.full(len(first), NO_TIME), np.full(len(first), NO_TIME)
    for block, (low, high) in enumerate(zip(first, last, strict=True)):
        date = sales.lists.date[low : high + 1][sales.sold[low : high + 1] >= 0.5]
        date = date[date != NO_TIME]
        if len(date):
            begin[block], end[block] = date.min(), date.max()
    return begin, end
