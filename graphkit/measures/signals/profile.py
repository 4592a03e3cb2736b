"""What a profile shows: digits in the handle, blanks, age, and how many were made on the same day."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.numbering import times
from graphkit.language import say
from graphkit.measures import nulls
from graphkit.measures.signals.signal import Ints, Measured, Signal

DAY = 86_400_000
FIELDS = ("name", "bio", "location", "url")
USED = 0.05  # a field that fewer fill is not part of profiles here
AROUND = 15  # days before and after, that say how many accounts are made on a day


def digits(graph: InfluenceGraph) -> Measured:
    """Share of digits among the letters of the handle."""
    handle = pc.utf8_ltrim(graph.accounts["handle"], "@")
    length = pc.fill_null(pc.utf8_length(handle), 0).to_numpy().astype(np.int64)
    many = pc.fill_null(pc.count_substring_regex(handle, "[0-9]"), 0).to_numpy()
    return Measured(np.where(length > 0, many / np.maximum(length, 1), np.nan), length)


def blanks(graph: InfluenceGraph) -> Measured:
    """Share of the fields that profiles of this data fill and this one leaves blank."""
    filled = np.stack([_filled(graph.accounts[name]) for name in FIELDS])
    known = _filled(graph.accounts["handle"]) | _filled(graph.accounts["created_at"]) | filled.any(axis=0)
    used = filled[:, known].mean(axis=1) >= USED if known.any() else np.zeros(len(FIELDS), bool)
    if not used.any():
        return Measured(np.full(graph.n, np.nan), np.zeros(graph.n, np.int64))
    value = 1.0 - filled[used].mean(axis=0)
    return Measured(np.where(known, value, np.nan), np.where(known, int(used.sum()), 0))


def age(graph: InfluenceGraph) -> Measured:
    """Days from the making of the account until it was looked at, or until the last thing known in the data."""
    made, looked = times(graph.accounts["created_at"]), times(graph.accounts["observed_at"])
    last = max((int(part.max()) for part in (graph.events.at, graph.post_at, looked) if len(part)), default=NO_TIME)
    until = np.where(looked != NO_TIME, looked, last)
    known = (made != NO_TIME) & (until != NO_TIME)
    days = np.full(graph.n, np.nan)
    days[known] = np.maximum(until[known] - made[known], 0) / DAY
    return Measured(days, known.astype(np.int64))


def birth_crowd(graph: InfluenceGraph) -> Measured:
    """How surprising the number of accounts made on the same day is beside the days around it, in tens of p."""
    made = times(graph.accounts["created_at"])
    known = made != NO_TIME
    if not known.any():
        return Measured(np.full(graph.n, np.nan), np.zeros(graph.n, np.int64))
    day = np.zeros(graph.n, np.int64)
    day[known] = made[known] // DAY
    first = int(day[known].min())
    count = np.bincount(day[known] - first).astype(np.int64)
    due = _around(count)
    tens = nulls.surprise(nulls.poisson_tail(count, np.maximum(due, 0.5)))
    value, seen = np.full(graph.n, np.nan), np.zeros(graph.n, np.int64)
    value[known], seen[known] = tens[day[known] - first], count[day[known] - first]
    return Measured(value, seen)


def _around(count: Ints) -> Ints:
    """The mean of the days around each day, the day itself left out."""
    total = np.r_[0, np.cumsum(count)]
    place = np.arange(len(count))
    low, high = np.maximum(place - AROUND, 0), np.minimum(place + AROUND + 1, len(count))
    return np.asarray((total[high] - total[low] - count) / np.maximum(high - low - 1, 1))


def _filled(column: pa.ChunkedArray) -> np.ndarray:
    there = pc.is_valid(column)
    if pa.types.is_string(column.type):
        there = pc.and_(there, pc.fill_null(pc.not_equal(column, ""), False))
    return np.asarray(there.to_numpy(), bool)


SIGNALS = (
    Signal("handle_digits", say("share of digits in the handle"), "high", "profile", say("letters"), digits),
    Signal("profile_blanks", say("share of the usual profile fields left blank"), "high", "profile", say("fields"), blanks),
    Signal("age_days", say("days since the account was made"), "low", "profile", say("dates"), age),
    Signal("birth_crowd", say("surprise at how many accounts were made on the same day (tens of p)"), "high", "profile",
           say("accounts of that day"), birth_crowd),
)  # fmt: skip
