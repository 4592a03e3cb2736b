"""Pairs of accounts that act close together in time, without a step that is quadratic in a post's popularity.

Acts are grouped by object (a post) and sorted by time inside it. An object on which many act within one window would
give a square of pairs; there only pairs whose accounts fall into the same hash bucket are counted. The buckets are nested
and fixed for the whole run, so a kept pair keeps all its coincidences, and a group of a thousand still shows as a
connected sample of itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.graphs.compiled import compiled
from graphkit.graphs.order import order_by

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Nodes = NDArray[np.int32]
LEAST_CROWD = 64  # accounts in one window that are always compared with each other
ByActor = tuple[Ints, NDArray[np.int32], Ints]  # where each account begins, the objects of its acts, and their rows


@dataclass(frozen=True, slots=True)
class Acts:
    """Who acted on what and when: sorted by (object, time); one row an account and object, the first act counts."""

    starts: Ints  # object o holds rows starts[o] .. starts[o + 1]
    actor: NDArray[np.int32]
    time: Ints  # milliseconds
    unit: NDArray[np.int32]  # of each object: coincidences within one unit (an author's day) count once; non-decreasing

    @property
    def objects(self) -> int:
        return len(self.starts) - 1


@compiled
def _mixed(x: int) -> np.uint64:
    """A fixed well-mixing hash (splitmix64), so that buckets do not follow the order of ids."""
    z = np.uint64(x) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@compiled
def _bits_for(time: Ints, start: int, end: int, window: int, crowd: int) -> int:
    """Bits of the bucket such that about `crowd` accounts of a bucket share the fullest window."""
    most, left = 0, start
    for right in range(start, end):
        while time[right] - time[left] > window:
            left += 1
        most = max(most, right - left + 1)
    bits = 0
    while (most >> bits) > crowd and bits < 20:
        bits += 1
    return bits


@compiled
def _stretches(starts: Ints, actor: Nodes, time: Ints, window: int, crowd: int) -> tuple[Ints, Nodes, int]:
    """The rows with those of a crowded object in order of bucket and time, the stretch of each, and how many are crowded.

    A stretch is an object, or one bucket of a crowded object: only accounts of one stretch are paired.
    """
    rows, stretch = np.arange(len(actor)), np.empty(len(actor), np.int32)
    number, bucketed = 0, 0
    for o in range(len(starts) - 1):
        start, end = starts[o], starts[o + 1]
        bits = _bits_for(time, start, end, window, crowd)
        if not bits:
            stretch[start:end] = number
            number += 1
            continue
        bucketed += 1
        low = (np.uint64(1) << np.uint64(bits)) - np.uint64(1)
        bucket = np.empty(end - start, np.int64)
        for k in range(start, end):
            bucket[k - start] = np.int64(_mixed(actor[k]) & low)
        order = np.argsort(bucket, kind="mergesort")
        for k in range(end - start):
            number += k > 0 and bucket[order[k]] != bucket[order[k - 1]]
            rows[start + k], stretch[start + k] = start + order[k], number
        number += 1
    return rows, stretch, bucketed


@compiled
def _neighbours(time: Ints, stretch: Nodes, window: int) -> tuple[Nodes, Nodes]:
    """Of each row the rows of its stretch that lie within the window: from where, and to where."""
    begin, end = np.empty(len(time), np.int32), np.empty(len(time), np.int32)
    low, high = 0, 0
    for k in range(len(time)):
        while stretch[low] != stretch[k] or time[k] - time[low] > window:
            low += 1
        high = max(high, k)
        while high < len(time) and stretch[high] == stretch[k] and time[high] - time[k] <= window:
            high += 1
        begin[k], end[k] = low, high
    return begin, end


@compiled
def _repeated(ptr: Ints, places: Ints, actor: Nodes, unit: Nodes, begin: Nodes, end: Nodes, needed: int) -> Ints:
    """Pairs (first, second, units) that met in at least `needed` units, in order of their numbers.

    One account after the other is the first of its pairs. Its counters are used again for the next one, so pairs that
    met once take no memory, and counting reads the neighbours of an act side by side.
    """
    out, found = np.empty((1024, 3), np.int64), 0
    # of each account: the last unit it was met in, plus one, and the number of such units
    state = np.zeros((len(ptr), 2), np.int32)
    touched = np.empty(len(ptr), np.int32)
    for a in range(len(ptr) - 1):
        if ptr[a + 1] - ptr[a] < needed:
            continue
        met, often = 0, 0
        for e in range(ptr[a], ptr[a + 1]):
            k = places[e]
            here = unit[k] + 1
            for j in range(begin[k], end[k]):
                b = actor[j]
                if b > a and state[b, 0] != here:
                    if not state[b, 0]:
                        touched[met] = b
                        met += 1
                    state[b, 0] = here
                    state[b, 1] += 1
        for m in range(met):
            b = touched[m]
            if state[b, 1] >= needed:
                touched[often] = b
                often += 1
            else:
                state[b, 1] = 0
            state[b, 0] = 0
        if found + often > len(out):
            wider = np.empty((2 * (found + often), 3), np.int64)
            wider[:found] = out[:found]
            out = wider
        for b in np.sort(touched[:often]):
            out[found, 0], out[found, 1], out[found, 2] = a, b, state[b, 1]
            state[b, 1] = 0
            found += 1
    return out[:found]


@compiled
def _shared_chance(
    ptr: Ints, objects: Nodes, unit: Nodes, chance: Floats, first: Nodes, second: Nodes
) -> tuple[Ints, Floats]:
    """For each pair: units shared, and how many coincidences are due if each object gives one with its chance."""
    shared = np.zeros(len(first), np.int64)
    due = np.zeros(len(first), np.float64)
    for k in range(len(first)):
        i, i_end = ptr[first[k]], ptr[first[k] + 1]
        j, j_end = ptr[second[k]], ptr[second[k] + 1]
        last, miss = -1, 1.0
        while i < i_end and j < j_end:
            if objects[i] < objects[j]:
                i += 1
            elif objects[i] > objects[j]:
                j += 1
            else:
                o = objects[i]
                if unit[o] != last:
                    due[k] += 1.0 - miss
                    miss = 1.0
                    last = unit[o]
                    shared[k] += 1
                miss *= 1.0 - chance[o]
                i += 1
                j += 1
        due[k] += 1.0 - miss
    return shared, due


@dataclass(frozen=True, slots=True)
class ClosePairs:
    """Pairs with their coincidences: counts are of distinct units."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    close: Ints  # units in which the pair acted within the window
    shared: Ints  # units in which both acted at all
    due: NDArray[np.float64]  # coincidences due by chance
    bucketed: int  # objects so crowded that pairs were sampled by bucket

    def __len__(self) -> int:
        return len(self.first)


def close_pairs(
    acts: Acts,
    chance: NDArray[np.float64],
    *,
    window: int,
    needed: int,
    crowd: int = LEAST_CROWD,
    held: ByActor | None = None,
) -> ClosePairs:
    """The pairs that acted within `window` milliseconds on at least `needed` units, with what chance would give.

    `chance` is, for each object, how likely two ordinary accounts that both acted on it fall within the window. `held`
    is `by_actor(acts)` where it is at hand already.
    Cost: about twice `crowd` pairs an act; memory: some 40 bytes an act, and 24 for each pair that met so often.
    """
    ptr, objects, acted = held or by_actor(acts)
    rows, stretch, bucketed = _stretches(acts.starts, acts.actor, acts.time, window, crowd)
    place = np.empty_like(rows)
    place[rows] = np.arange(len(rows))
    unit = np.repeat(acts.unit, np.diff(acts.starts))  # a crowded object's rows stay among themselves
    begin, end = _neighbours(acts.time[rows], stretch, window)
    met = _repeated(ptr, place[acted], acts.actor[rows], unit, begin, end, needed)
    first, second = met[:, 0].astype(np.int32), met[:, 1].astype(np.int32)
    shared, due = _shared_chance(ptr, objects, acts.unit, chance, first, second)
    return ClosePairs(first, second, met[:, 2].copy(), shared, due, int(bucketed))


def crowd_for(acts: Acts, *, window: int, most: int) -> int:
    """The fullest window that can be searched whole, for `close_pairs`, if no more than `most` pairs may be met.

    Beyond it an object is searched by sample. Cost: one pass over the acts.
    """
    fullest, met = _fullest(acts.starts, acts.time, window)
    crowd = int(fullest.max(initial=1))
    while crowd > LEAST_CROWD:
        halvings = np.ceil(np.log2(np.maximum(fullest / crowd, 1.0)))
        if (met / 2.0**halvings).sum() <= most:
            break
        crowd //= 2
    return max(crowd, LEAST_CROWD)


@compiled
def _fullest(starts: Ints, time: Ints, window: int) -> tuple[Ints, Ints]:
    """Of each object the acts in its fullest window, and the pairs of acts within one window."""
    fullest, met = np.zeros(len(starts) - 1, np.int64), np.zeros(len(starts) - 1, np.int64)
    for o in range(len(starts) - 1):
        left = starts[o]
        for right in range(starts[o], starts[o + 1]):
            while time[right] - time[left] > window:
                left += 1
            fullest[o] = max(fullest[o], right - left + 1)
            met[o] += right - left
    return fullest, met


def by_actor(acts: Acts) -> ByActor:
    """The objects of each account, ascending, and the rows of its acts on them: (pointer, objects, rows) as in CSR."""
    size = int(acts.actor.max()) + 1 if len(acts.actor) else 0
    owner = np.repeat(np.arange(acts.objects, dtype=np.int32), np.diff(acts.starts))
    rows = order_by(acts.actor)
    ptr = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(acts.actor, minlength=size), out=ptr[1:])
    return ptr, owner[rows], rows


def sharing_pairs(chose: csr_array, rank: NDArray[np.float64], *, least: int) -> tuple[Ints, Ints, Ints, Floats]:
    """Pairs of rows that share at least `least` columns: (first, second, columns shared, their ranks summed), in order.

    They are close pairs without a time, whose coincidences are due by rank (0 to 1).
    Cost: the pairs that meet on every column, so columns are to be capped before; memory: only the pairs given back.
    """
    columns = csr_array(chose.T)
    number = np.arange(columns.shape[0], dtype=np.int32)
    acts = Acts(
        columns.indptr.astype(np.int64), columns.indices.astype(np.int32), np.zeros(columns.nnz, np.int64), number
    )
    pairs = close_pairs(acts, rank, window=0, needed=least, crowd=max(columns.nnz, 1))
    return pairs.first.astype(np.int64), pairs.second.astype(np.int64), pairs.shared, pairs.due
