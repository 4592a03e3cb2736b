"""Are these two streams? What an account did on command against what it did beside, channel by channel.

Each channel has its own null: within the account the labels are dealt anew over its observations. What is done in one
sitting is one observation, and so is each account acted on, because neighbours in time and acts on one target are alike
without any second hand. The comparison takes what the account did after the onset, filled up with the latest before it:
a new phone or a new country changes both streams, and is no contrast.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.measures.streams.deeds import Deeds
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CHANNELS: Final = ("client", "language", "topics", "hours", "verbs", "life", "alters")
BY_TARGET: Final = ("language", "topics", "alters")  # read once an account acted on; the others once a sitting
HOUR = 3_600_000


@dataclass(frozen=True)
class Contrast:
    """For each of some accounts the chance of so large a difference in each channel (NaN: nothing to compare)."""

    p: dict[str, Floats]
    together: Floats  # all channels with a chance, combined (Cauchy)


def contrasts(
    deeds: Deeds, ordered: Flags, codes: dict[str, Ints], *, accounts: Ints, rows: list[Ints], seed: int = 0
) -> Contrast:
    """The channels of some accounts; `ordered` marks the deeds that were likely orders, `rows` those to compare."""
    whose = np.repeat(np.arange(len(accounts)), [len(part) for part in rows])
    every = np.concatenate([*rows, np.empty(0, np.int64)]).astype(np.int64)
    p = {}
    for name in CHANNELS:
        if name not in codes:
            p[name] = np.full(len(accounts), np.nan)
            continue
        kept = codes[name][every] >= 0
        unit = deeds.whom[every].astype(np.int64) if name in BY_TARGET else _sitting(deeds, every)
        p[name] = dealt(
            whose[kept], ordered[every[kept]], codes[name][every[kept]], unit=unit[kept], count=len(accounts), seed=seed
        )
    return Contrast(p, together(np.stack([*p.values()])))


def compared(deeds: Deeds, ordered: Flags, accounts: Ints) -> list[Ints]:
    """For each account the rows to compare: its orders, and its own deeds from the onset on, filled up from before."""
    least, found = current().streams.least_own, []
    for account in accounts:
        rows = np.arange(*deeds.of(int(account)).indices(len(deeds)))
        told = ordered[rows]
        if not told.any():
            found.append(rows[:0])
            continue
        own = rows[~told]
        after = int(np.searchsorted(deeds.at[own], deeds.at[rows[told][0]]))
        begin = min(after, max(0, len(own) - least))
        found.append(np.sort(np.r_[rows[told], own[begin:]]))
    return found


def channel_codes(graph: InfluenceGraph, deeds: Deeds, ordered: Flags, *, every: Deeds) -> dict[str, Ints]:
    """For each channel that `every` deed of the data lets read, a small number for each of `deeds` (-1: not known)."""
    posts, known = graph.posts, deeds.post >= 0
    codes: dict[str, Ints] = {"hours": deeds.at // HOUR % 24 // 4, "verbs": deeds.verb.astype(np.int64)}
    if (every.client >= 0).any():
        codes["client"] = deeds.client.astype(np.int64)
    if (every.life != NO_TIME).any():
        quick = (deeds.life != NO_TIME) & (deeds.life <= current().streams.quick_ms)
        codes["life"] = quick.astype(np.int64)
    if posts["lang"].null_count < len(posts):
        encoded = (
            posts["lang"].combine_chunks().dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)
        )
        codes["language"] = np.where(known, encoded[np.maximum(deeds.post, 0)], -1).astype(np.int64)
    topic = _topics(graph)
    if (topic >= 0).any():
        codes["topics"] = np.where(known, topic[np.maximum(deeds.post, 0)], -1)
    if (every.whom >= 0).any():
        codes["alters"] = _met(graph, deeds, ordered)
    return codes


def _topics(graph: InfluenceGraph) -> Ints:
    """The first tag of each post, one of 64 kinds (a contrast needs no more); -1: none."""
    tags = graph.posts["tags"].combine_chunks()
    sizes = np.diff(tags.offsets.to_numpy())
    flat = tags.values.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)
    first = np.full(len(sizes), -1, np.int64)
    there = sizes > 0
    first[there] = flat[tags.offsets.to_numpy()[:-1][there]] % 64
    return first


def _met(graph: InfluenceGraph, deeds: Deeds, ordered: Flags) -> Ints:
    """1 where the account follows whom it acts on or had turned to it by itself before; -1: nobody acted on."""
    rows = np.flatnonzero(deeds.whom >= 0)
    met = np.full(len(deeds), -1, np.int64)
    if not len(rows):
        return met
    follows = np.asarray(graph.follows[deeds.who[rows], deeds.whom[rows]]).ravel().astype(bool)
    key = deeds.who[rows].astype(np.int64) << 32 | deeds.whom[rows]
    own = rows[~ordered[rows]]
    seen, at = np.unique(key[~ordered[rows]], return_index=True)
    first = deeds.at[own][at] if len(own) else np.empty(0, np.int64)
    place = np.minimum(np.searchsorted(seen, key), max(len(seen) - 1, 0))
    before = (seen[place] == key) & (first[place] < deeds.at[rows]) if len(seen) else np.zeros(len(rows), bool)
    met[rows] = follows | before
    return met


def _sitting(deeds: Deeds, rows: Ints) -> Ints:
    """The number of the sitting of each row: a new one after half an hour without a deed, and for each account."""
    gap = np.diff(deeds.at[rows], prepend=deeds.at[rows[:1]]) > current().streams.sitting_ms
    new = np.diff(deeds.who[rows], prepend=deeds.who[rows[:1]]) != 0
    return np.cumsum(gap | new)


def dealt(whose: Ints, ordered: Flags, code: Ints, *, unit: Ints, count: int, seed: int) -> Floats:
    """For each of `count` accounts the chance of so large a difference when the labels are dealt anew over its units.

    `whose` is ascending. A unit is read once for each label, by its first code. NaN where one label or one code is all
    there is.
    """
    order = np.lexsort((ordered, unit, whose))
    whose, ordered, code, unit = whose[order], ordered[order], code[order], unit[order]
    new = np.ones(len(whose), bool)
    new[1:] = (np.diff(whose) != 0) | (np.diff(unit) != 0) | (np.diff(ordered.astype(np.int8)) != 0)
    whose, ordered, code = whose[new], ordered[new], code[new]
    starts = np.searchsorted(whose, np.arange(count + 1))
    longest = int(np.diff(starts).max(initial=0))
    numbers = np.arange(longest + 1, dtype=np.float64)
    weighed = numbers * np.log(np.maximum(numbers, 1.0))
    size = int(code.max(initial=0)) + 1
    return _dealt(starts, ordered, code, size, weighed, current().streams.permutations, seed)


ENOUGH = 50  # deals that differ as much: then the chance is known well enough (Besag and Clifford 1991)


@njit(cache=True, nogil=True)
def _dealt(starts, ordered, code, size, weighed, times, seed):  # type: ignore[no-untyped-def]
    np.random.seed(seed)  # noqa: NPY002  (a compiled loop has no Generator)
    p = np.full(len(starts) - 1, np.nan)
    place, whole, told = np.full(size, -1), np.zeros(size, np.int64), np.zeros(size, np.int64)
    for a in range(len(starts) - 1):
        begin, end = starts[a], starts[a + 1]
        labels = ordered[begin:end].copy()
        orders = labels.sum()
        if orders == 0 or orders == end - begin or (code[begin:end] == code[begin]).all():
            continue
        here, many = np.empty(end - begin, np.int64), 0  # the codes of this account alone, numbered from 0
        for k in range(len(here)):
            one = code[begin + k]
            if place[one] < 0:
                place[one] = many
                whole[many] = 0
                many += 1
            here[k] = place[one]
            whole[here[k]] += 1
        for k in range(begin, end):
            place[code[k]] = -1
        seen, above, deals = _apart(labels, here, whole[:many], told, weighed), 0, 0
        while deals < times and above < ENOUGH:
            np.random.shuffle(labels)  # noqa: NPY002
            above += _apart(labels, here, whole[:many], told, weighed) >= seen - 1e-9
            deals += 1
        p[a] = above / deals if above == ENOUGH else (1 + above) / (1 + deals)
    return p


@njit(cache=True, nogil=True)
def _apart(labels, code, whole, told, weighed):  # type: ignore[no-untyped-def]
    """How far the codes of both labels lie apart: the part of the likelihood ratio that depends on the labels.

    `weighed` holds n log n, which is all that counts need.
    """
    told[: len(whole)] = 0
    for k in range(len(code)):
        told[code[k]] += labels[k]
    total = 0.0
    for k in range(len(whole)):
        total += weighed[told[k]] + weighed[whole[k] - told[k]] - weighed[whole[k]]
    return total


def together(p: Floats) -> Floats:
    """One chance from several (Cauchy's combination, fair also where they depend on each other); NaN: none at all."""
    known = ~np.isnan(p)
    many = known.sum(axis=0)
    turned = np.where(known, np.tan((0.5 - np.clip(np.nan_to_num(p, nan=0.5), 1e-15, 1 - 1e-3)) * np.pi), 0.0)
    mean = turned.sum(axis=0) / np.maximum(many, 1)
    return np.where(many > 0, 0.5 - np.arctan(mean) / np.pi, np.nan)
