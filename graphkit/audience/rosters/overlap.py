"""Audiences beside each other: what they share, what a set reaches, and what one more account adds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.audience.rosters.candidates import nodes_of
from graphkit.errors import UsageError
from graphkit.graphs.compiled import compiled
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import say

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

_WORD: Final = 64
_BAND: Final = 32  # rows that one thread takes at a time
_FASTER: Final = 8  # words of bits are counted in the time of one step of a sparse product


@dataclass(frozen=True)
class Overlap:
    """How the audiences of a few accounts lie over each other; exact counts of followers in the data."""

    accounts: tuple[str, ...]
    shared: Counts  # [i, j] = accounts that follow both; the diagonal holds the sizes
    union: int  # distinct followers of the whole set
    only: Counts  # followers that the set would lose without this account
    people: Floats  # expected people: of the whole set, then what each account alone adds

    @property
    def sizes(self) -> Counts:
        return np.asarray(np.diagonal(self.shared))

    @property
    def of_smaller(self) -> Floats:
        """Shared followers as a share of the smaller audience; NaN where that is empty."""
        return _share(self.shared, np.minimum.outer(self.sizes, self.sizes))

    @property
    def of_union(self) -> Floats:
        """Shared followers as a share of both audiences together; NaN where both are empty."""
        return _share(self.shared, np.add.outer(self.sizes, self.sizes) - self.shared)


@dataclass(frozen=True)
class Choice:
    """A set of accounts chosen for the people it reaches, one after the other."""

    accounts: tuple[str, ...]
    adds: Floats  # people that each adds to those before: the curve of size against reach
    reach: float
    best_possible: float  # no set of this size reaches more, computed for this very network

    @property
    def guarantee(self) -> float:
        """Reach as a share of what any set of this size could reach; never below 1 - 1/e."""
        return self.reach / self.best_possible if self.best_possible else 1.0


def _share(part: Counts, whole: Counts) -> Floats:
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)


def overlap(graph: InfluenceGraph, accounts: Sequence[str], *, people: Floats | None = None) -> Overlap:
    """The overlap of the audiences of some accounts (ids or "@handles").

    Followers are counted exactly. `people` is the chance of every account to be a person, by node; without it everybody
    counts as one.
    """
    nodes, links = _nodes(graph, accounts), graph.followers
    followed = np.zeros(graph.n, dtype=np.int32)
    _count((links.indptr, links.indices), nodes, followed)
    pairs = len(nodes) * (len(nodes) + 1) // 2
    if _FASTER * float((followed.astype(np.float64) ** 2).sum()) <= pairs * (graph.n // _WORD + 1):
        plain = csr_array(links[nodes]).astype(np.int64)
        shared = (plain @ plain.T).toarray()
    else:
        shared = np.zeros((len(nodes), len(nodes)), dtype=np.int64)
        _share_bits(_bits((links.indptr, links.indices), nodes, graph.n), shared)
    chance = np.ones(graph.n) if people is None else people.astype(np.float64)
    only, alone = np.zeros(len(nodes), dtype=np.int64), np.zeros(len(nodes))
    _alone((links.indptr, links.indices), nodes, (followed, chance), (only, alone))
    return Overlap(
        accounts=graph.ids(nodes),
        shared=np.asarray(shared, dtype=np.int64),
        union=int((followed > 0).sum()),
        only=only,
        people=np.r_[chance[followed > 0].sum(), alone],
    )


def best(graph: InfluenceGraph, size: int, *, candidates: Sequence[str], people: Floats | None = None) -> Choice:
    """The set of at most `size` candidates that reaches most people, chosen greedily; ties go to the smaller id.

    `people` is the chance of every account to be a person (by node; everybody counts as one where it is None). The
    bound is the least, over all steps, of the reach so far plus the largest single gains left (reach is submodular).
    """
    if size < 1:
        raise UsageError(say("a set of {size} accounts cannot be chosen; ask for 1 or more.", size=size))
    nodes = np.unique(_nodes(graph, candidates))
    audiences = csr_array(graph.followers[nodes])
    weight = np.ones(graph.n) if people is None else people.astype(np.float64)
    left = weight.copy()
    chosen: list[int] = []
    adds: list[float] = []
    reach, bound = 0.0, np.inf
    gains = np.zeros(len(nodes))
    for _ in range(min(size, len(nodes)) + 1):
        _gains((audiences.indptr, audiences.indices), left, gains)
        largest = np.partition(gains, len(gains) - min(size, len(gains)))[-size:]
        bound = min(bound, reach + float(largest.sum()))
        if len(chosen) == min(size, len(nodes)) or gains.max() <= 0.0:
            break
        pick = int(gains.argmax())
        chosen.append(pick)
        adds.append(float(gains[pick]))
        reach += adds[-1]
        left[audiences.indices[audiences.indptr[pick] : audiences.indptr[pick + 1]]] = 0.0
    return Choice(graph.ids(nodes[chosen]), np.array(adds), reach, max(bound, reach))


def _nodes(graph: InfluenceGraph, accounts: Sequence[str]) -> NDArray[np.int64]:
    if not accounts:
        raise UsageError(say('no account was named; give two or more ids, or "@handles".'))
    return nodes_of(graph, accounts)


@compiled
def _gains(audiences: Any, left: Floats, gains: Floats) -> None:
    """What every candidate adds to the people not yet reached."""
    start, followers = audiences
    for a in range(len(gains)):
        gains[a] = 0.0
        for k in range(start[a], start[a + 1]):
            gains[a] += left[followers[k]]


@compiled
def _count(audiences: Any, nodes: NDArray[np.int64], followed: NDArray[np.int32]) -> None:
    """How many of the accounts each account follows."""
    start, followers = audiences
    for node in nodes:
        for k in range(start[node], start[node + 1]):
            followed[followers[k]] += 1


@compiled
def _alone(audiences: Any, nodes: NDArray[np.int64], known: Any, out: Any) -> None:
    """Followers of each account that follow no other of them, and the people among them."""
    start, followers = audiences
    followed, chance = known
    only, people = out
    for a in range(len(nodes)):
        for k in range(start[nodes[a]], start[nodes[a] + 1]):
            if followed[followers[k]] == 1:
                only[a] += 1
                people[a] += chance[followers[k]]


@compiled
def _bits(audiences: Any, nodes: NDArray[np.int64], size: int) -> NDArray[np.uint64]:
    """One row of bits an audience."""
    start, followers = audiences
    bits = np.zeros((len(nodes), size // 64 + 1), dtype=np.uint64)
    for a in range(len(nodes)):
        for k in range(start[nodes[a]], start[nodes[a] + 1]):
            bits[a, followers[k] >> 6] |= np.uint64(1) << np.uint64(followers[k] & 63)
    return bits


@intrinsic
def _ones(_: Any, word: Any) -> Any:
    """Ones of a word: one instruction of the processor."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), code


def _share_bits(bits: NDArray[np.uint64], shared: Counts) -> None:
    """Ones in common of every two rows, on all processors; symmetric."""
    rows = len(bits)
    bands = [(first, min(first + _BAND, rows)) for first in range(0, rows, _BAND)]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(lambda band: _share_band(bits, shared, *band), bands))
    lower = np.tril_indices(rows, -1)
    shared[lower] = shared.T[lower]


@compiled
def _share_band(bits: NDArray[np.uint64], shared: Counts, first: int, last: int) -> None:
    """The rows first..last-1 against themselves and all later rows.

    A block of columns at a time stays in the processor's cache, and each word that is read serves four rows.
    """
    rows, words = bits.shape
    block = 1024
    for begin in range(0, words, block):
        end = min(begin + block, words)
        for a in range(first, last, 4):
            one, two = bits[a, begin:end], bits[min(a + 1, rows - 1), begin:end]
            three, four = bits[min(a + 2, rows - 1), begin:end], bits[min(a + 3, rows - 1), begin:end]
            for b in range(a, rows):
                other = bits[b, begin:end]
                n1, n2, n3, n4 = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
                for k in range(end - begin):
                    word = other[k]
                    n1 += _ones(one[k] & word)  # type: ignore[call-arg]
                    n2 += _ones(two[k] & word)  # type: ignore[call-arg]
                    n3 += _ones(three[k] & word)  # type: ignore[call-arg]
                    n4 += _ones(four[k] & word)  # type: ignore[call-arg]
                shared[a, b] += np.int64(n1)
                if a + 1 < last:
                    shared[a + 1, b] += np.int64(n2)
                if a + 2 < last:
                    shared[a + 2, b] += np.int64(n3)
                if a + 3 < last:
                    shared[a + 3, b] += np.int64(n4)
