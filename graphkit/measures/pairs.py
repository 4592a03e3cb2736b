"""Pairs of accounts that act close together in time, without a step that is quadratic in a post's popularity.

Acts are grouped by object (a post) and sorted by time inside it. An object on which many act within one window would
give a square of pairs; there only pairs whose accounts fall into the same hash bucket are counted. The buckets are nested
and fixed for the whole run, so a kept pair keeps all its coincidences, and a group of a thousand still shows as a
connected sample of itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]
LEAST_CROWD = 64  # accounts in one window that are always compared with each other


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


@njit(cache=True, nogil=True)
def _mixed(x):  # type: ignore[no-untyped-def]
    """A fixed well-mixing hash (splitmix64), so that buckets do not follow the order of ids."""
    z = np.uint64(x) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(cache=True, nogil=True)
def _bits_for(time, start, end, window, crowd):  # type: ignore[no-untyped-def]
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


@njit(cache=True, nogil=True)
def _walk(starts, actor, time, unit, window, crowd, table, needed, out_key, out_unit):  # type: ignore[no-untyped-def]  # noqa: PLR0913
    """One pass over all close pairs. With an empty `out_key` it counts into `table`; else it writes pairs that `table`
    holds at least `needed` times. Gives the number of pairs met (or written) and the objects that were bucketed."""
    writing = len(out_key) > 0
    mask = np.uint64(len(table) - 1)
    met, bucketed = 0, 0
    for o in range(len(starts) - 1):
        start, end = starts[o], starts[o + 1]
        if end - start < 2:
            continue
        bits = _bits_for(time, start, end, window, crowd)
        rows = np.arange(start, end)
        if bits:
            bucketed += 1
            low = (np.uint64(1) << np.uint64(bits)) - np.uint64(1)
            bucket = np.empty(end - start, np.int64)
            for k in range(end - start):
                bucket[k] = np.int64(_mixed(actor[start + k]) & low)
            rows = start + np.argsort(bucket, kind="mergesort")
        for i in range(len(rows)):
            a = rows[i]
            for j in range(i + 1, len(rows)):
                b = rows[j]
                if time[b] - time[a] > window or time[b] < time[a]:
                    break
                if bits and bucket[b - start] != bucket[a - start]:
                    break
                u, v = np.int64(min(actor[a], actor[b])), np.int64(max(actor[a], actor[b]))
                if u == v:
                    continue
                key = (u << np.int64(32)) | v
                slot = np.int64(_mixed(key) & mask)
                if not writing:
                    met += 1
                    if table[slot] < 255:
                        table[slot] += 1
                elif table[slot] >= needed:
                    if met < len(out_key):
                        out_key[met] = key
                        out_unit[met] = unit[o]
                    met += 1
    return met, bucketed


@njit(cache=True, nogil=True)
def _shared_chance(ptr, objects, unit, chance, first, second):  # type: ignore[no-untyped-def]
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
    acts: Acts, chance: NDArray[np.float64], *, window: int, needed: int, crowd: int = LEAST_CROWD
) -> ClosePairs:
    """The pairs that acted within `window` milliseconds on at least `needed` units, with what chance would give.

    `chance` is, for each object, how likely two ordinary accounts that both acted on it fall within the window.
    Cost: about `crowd` pairs an act; memory: one byte for about each pair met and 12 bytes for each repeated one.
    """
    nothing_key, nothing_unit = np.empty(0, np.int64), np.empty(0, np.int32)
    size = 1 << int(np.clip(np.ceil(np.log2(max(len(acts.actor), 1) * 16)), 16, 28))
    table = np.zeros(size, np.uint8)
    arrays = (acts.starts, acts.actor, acts.time, acts.unit)
    _, bucketed = _walk(*arrays, window, crowd, table, needed, nothing_key, nothing_unit)
    # One slot of each array makes the second pass a dry run that only counts what it would write.
    count, _ = _walk(*arrays, window, crowd, table, needed, np.empty(1, np.int64), np.empty(1, np.int32))
    key, unit = np.empty(max(count, 1), np.int64), np.empty(max(count, 1), np.int32)
    _walk(*arrays, window, crowd, table, needed, key, unit)
    first, second, close = _distinct(key[:count], unit[:count], needed)
    ptr, objects = by_actor(acts)
    shared, due = _shared_chance(ptr, objects, acts.unit, chance, first, second)
    return ClosePairs(first, second, close, shared, due, int(bucketed))


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


@njit(cache=True, nogil=True)
def _fullest(starts, time, window):  # type: ignore[no-untyped-def]
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


def _distinct(key: Ints, unit: NDArray[np.int32], needed: int) -> tuple[NDArray[np.int32], NDArray[np.int32], Ints]:
    """Pairs with at least `needed` distinct units, from (pair, unit) rows in order of unit."""
    order = np.argsort(key, kind="stable")  # units stay non-decreasing inside a pair
    key, unit = key[order], unit[order]
    fresh = np.ones(len(key), bool)
    fresh[1:] = (key[1:] != key[:-1]) | (unit[1:] != unit[:-1])
    key = key[fresh]
    begins = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.empty(0, np.int64)
    counts = np.diff(np.r_[begins, len(key)])
    kept = counts >= needed
    pair = key[begins[kept]] if len(key) else key
    return (pair >> 32).astype(np.int32), (pair & 0xFFFFFFFF).astype(np.int32), counts[kept].astype(np.int64)


def by_actor(acts: Acts) -> tuple[Ints, NDArray[np.int32]]:
    """The objects of each account, ascending: (pointer, objects) as in CSR."""
    size = int(acts.actor.max()) + 1 if len(acts.actor) else 0
    owner = np.repeat(np.arange(acts.objects, dtype=np.int32), np.diff(acts.starts))
    order = np.argsort(acts.actor, kind="stable")
    ptr = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(acts.actor, minlength=size), out=ptr[1:])
    return ptr, owner[order]
