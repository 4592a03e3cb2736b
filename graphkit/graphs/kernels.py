"""Dense places of a network: cores, the densest part, triangles. Loops over CSR arrays, each with a readable twin.

Every function takes links without loops; those of this file take symmetric ones (ties without a direction), so that a
tie of i and j stands in both rows. Values of links count only where a function says so.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.graphs.compiled import compiled

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Rows = tuple[Ints, NDArray[np.int32]]  # where each row begins, and the columns of all rows


def core_numbers(links: csr_array) -> Ints:
    """For each account the largest k such that it has k ties to accounts that have k such ties themselves.

    Cost: one pass over all links. Source: Batagelj and Zaversnik 2003.
    """
    return _core_numbers(*rows_of(links))


def densest(links: csr_array) -> tuple[Ints, float]:
    """The accounts of the densest part (rising numbers), and its density: sum of the values of ties inside, per account.

    Peels the account with the least sum of values again and again (of several the lowest number) and keeps the best
    stage, of several the smallest one. That is at least half as dense as the densest part there is. Without ties: nobody,
    and 0. Cost: links times the logarithm of accounts. Source: Charikar 2000.
    """
    if not links.nnz:
        return np.empty(0, dtype=np.int64), 0.0
    ptr, to = rows_of(links)
    value = np.asarray(links.data, dtype=np.float64)
    weight = np.add.reduceat(np.append(value, 0.0), ptr[:-1]) * (np.diff(ptr) > 0)
    left, density = _peel(ptr, to, value, weight, np.argsort(weight, kind="stable"))  # what is sorted is a heap
    return np.sort(left), float(density)


def triangles(links: csr_array) -> Ints:
    """For each account the pairs of its neighbours that are neighbours of each other.

    Each triangle is met once, from its account with the fewest ties, so popular accounts cost little.
    """
    ptr, to = rows_of(links)
    degree = np.diff(ptr)
    owner = np.repeat(np.arange(len(degree), dtype=np.int32), degree)
    up = (degree[owner] < degree[to]) | ((degree[owner] == degree[to]) & (owner < to))
    starts = np.zeros(len(ptr), dtype=np.int64)
    np.cumsum(np.bincount(owner[up], minlength=len(degree)), out=starts[1:])
    return _triangles(starts, to[up])


def clustering(links: csr_array) -> Floats:
    """Share of the pairs of an account's neighbours that are neighbours themselves; NaN with fewer than two neighbours."""
    degree = np.diff(rows_of(links)[0]).astype(np.float64)
    pairs = degree * (degree - 1.0) / 2.0
    return np.divide(triangles(links), pairs, out=np.full(len(degree), np.nan), where=pairs > 0)


def rows_of(links: csr_array) -> Rows:
    """Row starts and columns of links in the one form that loops are compiled for; columns rise within a row."""
    if not links.has_sorted_indices:
        links = links.copy()
        links.sort_indices()
    return links.indptr.astype(np.int64, copy=False), links.indices.astype(np.int32, copy=False)


@compiled
def _core_numbers(ptr: Ints, to: NDArray[np.int32]) -> Ints:
    n = len(ptr) - 1
    core = np.empty(n, dtype=np.int64)
    most = 0
    for i in range(n):
        core[i] = ptr[i + 1] - ptr[i]
        most = max(most, core[i])
    begins = np.zeros(most + 2, dtype=np.int64)  # of each number of ties, in `order`
    for i in range(n):
        begins[core[i] + 1] += 1
    for k in range(1, most + 2):
        begins[k] += begins[k - 1]
    order, place = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    fill = begins.copy()
    for i in range(n):
        place[i] = fill[core[i]]
        order[place[i]] = i
        fill[core[i]] += 1
    for k in range(n):
        i = order[k]
        for e in range(ptr[i], ptr[i + 1]):
            j = to[e]
            if core[j] <= core[i]:
                continue
            first = max(
                begins[core[j]], k + 1
            )  # j changes places with the first of its number, which then gets smaller
            other = order[first]
            order[place[j]], place[other] = other, place[j]
            order[first], place[j] = j, first
            begins[core[j]] = first + 1
            core[j] -= 1
    return core


@compiled
def _sift(heap: Ints, place: Ints, weight: Floats, at: int, size: int) -> None:
    """Moves heap[at] to where it belongs: the lightest account on top, of equals the lowest number."""
    node = heap[at]
    while at > 0:
        above = heap[(at - 1) // 2]
        if weight[above] < weight[node] or (weight[above] == weight[node] and above < node):
            break
        heap[at], place[above] = above, at
        at = (at - 1) // 2
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size:
            one, two = heap[below], heap[below + 1]
            if weight[two] < weight[one] or (weight[two] == weight[one] and two < one):
                below += 1
        other = heap[below]
        if weight[node] < weight[other] or (weight[node] == weight[other] and node < other):
            break
        heap[at], place[other] = other, at
        at = below
    heap[at], place[node] = node, at


@compiled
def _peel(ptr: Ints, to: NDArray[np.int32], value: Floats, weight: Floats, heap: Ints) -> tuple[Ints, float]:
    n = len(ptr) - 1
    inside = weight.sum() / 2.0
    place = np.empty(n, dtype=np.int64)
    for at in range(n):
        place[heap[at]] = at
    best, stage = inside / n, 0
    gone = np.empty(n, dtype=np.int64)
    for step in range(n - 1):
        i, size = heap[0], n - step - 1
        gone[step] = i
        heap[0] = heap[size]
        place[heap[0]], place[i] = 0, -1
        _sift(heap, place, weight, 0, size)
        inside -= weight[i]
        for e in range(ptr[i], ptr[i + 1]):
            j = to[e]
            if place[j] >= 0:
                weight[j] -= value[e]
                _sift(heap, place, weight, place[j], size)
        if inside / size >= best:
            best, stage = inside / size, step + 1
    gone[n - 1] = heap[0]
    return gone[stage:].copy(), best


@compiled
def _triangles(ptr: Ints, to: NDArray[np.int32]) -> Ints:
    n = len(ptr) - 1
    count = np.zeros(n, dtype=np.int64)
    seen = np.full(n, -1, dtype=np.int64)
    for i in range(n):
        for e in range(ptr[i], ptr[i + 1]):
            seen[to[e]] = i
        for e in range(ptr[i], ptr[i + 1]):
            j = to[e]
            for f in range(ptr[j], ptr[j + 1]):
                k = to[f]
                if seen[k] == i:
                    count[i] += 1
                    count[j] += 1
                    count[k] += 1
    return count
