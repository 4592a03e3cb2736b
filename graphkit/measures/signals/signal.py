"""What a signal is, and arithmetic that several of them share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.compiled import compiled
from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.order import order_by

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Nodes = NDArray[np.int64] | NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Measured:
    """One value an account (NaN: not known), and the observations that it rests on."""

    value: Floats
    seen: Ints


@dataclass(frozen=True, slots=True)
class Signal:
    """A named number of an account, and in which direction it is unusual for people."""

    name: str
    says: str  # what the value is, in words
    odd: Literal["high", "low"]
    family: str  # profile, balance, following, rhythm, haste, aim, deeds, writing
    counts: str  # what the observations are: "posts", "reactions"
    measure: Callable[[InfluenceGraph], Measured]


def share(part: NDArray[np.generic], whole: NDArray[np.generic], *, least: int = 1) -> Measured:
    """Parts of wholes; unknown where the whole is below `least`."""
    total = np.asarray(whole, np.int64)
    value = np.asarray(part, float) / np.maximum(total, 1)
    return Measured(np.where(total >= least, value, np.nan), total)


def median_by(group: Nodes, values: Floats, accounts: int) -> Floats:
    """The median of the values of each account; NaN where it has none."""
    starts = np.r_[0, np.cumsum(np.bincount(group, minlength=accounts))].astype(np.int64)
    return np.asarray(_medians(np.asarray(values, np.float64)[order_by(group)], starts))


@compiled
def _medians(values: Floats, starts: Ints) -> Floats:
    median = np.full(len(starts) - 1, np.nan)
    for i in range(len(median)):
        count = starts[i + 1] - starts[i]
        if count:
            ordered = np.sort(values[starts[i] : starts[i + 1]])
            median[i] = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    return median


@compiled
def most_within(who: Nodes, at: Ints, width: int, accounts: int) -> Ints:
    """For each account the most of its rows within `width`; rows in order of account and time."""
    most = np.zeros(accounts, np.int64)
    left = 0
    for right in range(len(who)):
        while who[left] != who[right] or at[right] - at[left] > width:
            left += 1
        most[who[right]] = max(most[who[right]], right - left + 1)
    return most
