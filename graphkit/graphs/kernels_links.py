"""Links with a direction: which are returned, who is reachable, who is looked up to, and what shuffling leaves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from graphkit.graphs.compiled import compiled
from graphkit.graphs.kernels import Floats, Ints, rows_of
from graphkit.graphs.order import between


def returned(links: csr_array) -> Ints:
    """For each link i -> j, in the order of `links.indices`, the place of the link j -> i; -1 where there is none."""
    return _returned(*rows_of(links))


def mutual(links: csr_array) -> csr_array:
    """[i, j] = [j, i] = 1 where links go both ways."""
    ptr, to = rows_of(links)
    both = returned(links) >= 0
    starts = np.r_[0, np.cumsum(both)][ptr]
    kept = csr_array((np.ones(int(starts[-1]), dtype=np.int8), to[both], starts), shape=links.shape)
    kept.has_sorted_indices = True
    kept.has_canonical_format = True
    return kept


def columns_of(rows: Ints, links: csr_array) -> NDArray[np.int32]:
    """The columns of the links of some rows, one row after the other; cost: those links."""
    return np.asarray(links.indices[between(links.indptr[rows], links.indptr[rows + 1])])


def components(links: csr_array) -> Ints:
    """The part each account belongs to, links taken both ways; parts are numbered in the order of their first members."""
    if not links.shape[0]:
        return np.empty(0, dtype=np.int64)
    return in_order(connected_components(links, directed=True, connection="weak")[1])


def in_order(label: NDArray[np.integer[Any]]) -> Ints:
    """Labels 0..k-1 numbered anew in the order of their first members.

    >>> in_order(np.array([2, 0, 2, 1])).tolist()
    [0, 1, 0, 2]
    """
    first = np.empty(int(label.max(initial=-1)) + 1, dtype=np.int64)
    first[label[::-1]] = np.arange(len(label))[::-1]  # of several assignments to one place the last one stays
    number = np.empty(len(first), dtype=np.int64)
    number[np.argsort(first)] = np.arange(len(first))
    return number[label]


def pagerank(links: csr_array, *, damping: float = 0.85, tolerance: float = 1e-9, rounds: int = 200) -> Floats:
    """Where a reader is found who follows links in proportion to their values, and now and then starts anywhere; sums to 1.

    From an account without links the reader starts anywhere. Ends when all changes together are below `tolerance`, after
    `rounds` at the latest. Source: Brin and Page 1998.
    """
    n = links.shape[0]
    if not n:
        return np.empty(0)
    out = np.bincount(np.repeat(np.arange(n), np.diff(links.indptr)), weights=links.data, minlength=n)
    turned = csr_array(links.T, dtype=np.float64)
    ends = out == 0
    share = np.divide(1.0, out, out=np.zeros(n), where=~ends)
    rank = np.full(n, 1.0 / n)
    for _ in range(rounds):
        new = damping * (turned @ (rank * share) + rank[ends].sum() / n) + (1.0 - damping) / n
        change = float(np.abs(new - rank).sum())
        rank = new
        if change < tolerance:
            break
    return rank


def rewired(links: csr_array, *, seed: int, rounds: int = 10) -> csr_array:
    """Links among the same accounts, everybody with as many out and in as before, and otherwise by chance.

    `rounds` times as many exchanges of ends as there are links are tried: i -> j and k -> l become i -> l and k -> j,
    unless that makes a loop or a link that exists. Values are 1. Source: directed configuration model by Markov chain.
    """
    ptr, to = rows_of(links)
    source = np.repeat(np.arange(len(ptr) - 1, dtype=np.int32), np.diff(ptr))
    target = to.copy()
    rng = np.random.default_rng(seed)
    table = _held(source, target)
    for _ in range(rounds if len(target) > 1 else 0):
        _exchange(source, target, rng.integers(0, len(target), (len(target), 2)), table)
    new = csr_array((np.ones(len(target), dtype=np.int8), target, ptr.copy()), shape=links.shape)
    new.sort_indices()
    return new


@compiled
def _returned(ptr: Ints, to: NDArray[np.int32]) -> Ints:
    n = len(ptr) - 1
    place = np.full(len(to), -1, dtype=np.int64)
    cursor = ptr[:-1].copy()  # in each row the first column that may still be asked for: rows come in rising order
    for i in range(n):
        for e in range(ptr[i], ptr[i + 1]):
            j = to[e]
            at = cursor[j]
            while at < ptr[j + 1] and to[at] < i:
                at += 1
            cursor[j] = at
            if at < ptr[j + 1] and to[at] == i:
                place[e] = at
    return place


@compiled
def _slot(table: Ints, key: np.int64) -> int:
    """Where a link is held in the table, or the free place where it would be."""
    mask = len(table) - 1
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    at = np.int64(mixed >> np.uint64(20)) & mask
    while table[at] != -1 and table[at] != key:
        at = (at + 1) & mask
    return int(at)


@compiled
def _held(source: NDArray[np.int32], target: NDArray[np.int32]) -> Ints:
    """All links in a table of open addresses, at most a quarter full."""
    size = 16
    while size < 4 * len(source):
        size *= 2
    table = np.full(size, -1, dtype=np.int64)
    for e in range(len(source)):
        key = (np.int64(source[e]) << 32) | np.int64(target[e])
        table[_slot(table, key)] = key
    return table


@compiled
def _take_out(table: Ints, key: np.int64) -> None:
    """Removes a link; what stands behind it moves up, so that everything is still found."""
    mask = len(table) - 1
    hole = _slot(table, key)
    table[hole] = -1
    at = (hole + 1) & mask
    while table[at] != -1:
        moved = table[at]
        table[at] = -1
        table[_slot(table, moved)] = moved
        at = (at + 1) & mask


@compiled
def _exchange(source: NDArray[np.int32], target: NDArray[np.int32], drawn: Ints, table: Ints) -> None:
    for t in range(len(drawn)):
        one, two = drawn[t, 0], drawn[t, 1]
        i, j, k, m = np.int64(source[one]), np.int64(target[one]), np.int64(source[two]), np.int64(target[two])
        if i == k or j == m or i == m or k == j:
            continue
        forth, back = (i << 32) | m, (k << 32) | j
        if table[_slot(table, forth)] != -1 or table[_slot(table, back)] != -1:
            continue
        _take_out(table, (i << 32) | j)
        _take_out(table, (k << 32) | m)
        table[_slot(table, forth)] = forth
        table[_slot(table, back)] = back
        target[one], target[two] = m, j
