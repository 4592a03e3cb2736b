"""Occasions: the moments of a group put together to sittings, and whether one hour of the day brings it together.

What is done in one sitting is one observation, however many posts it touches: a lesson, a party, an evening of a show.
Orders and agreements follow the posts, whenever these appear; people whom a lesson, a service or a show brings together
meet at its hour and at no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit.settings import current

Ints = NDArray[np.int64]

DAY: Final = 86_400_000
COMMON: Final = 7_200_000  # two hours: a show, a service with its coffee, an evening class


@dataclass(frozen=True, slots=True)
class Occasions:
    """The sittings of a group: how many, and the largest share that begins within the same two hours of the day."""

    sittings: int
    at_one_hour: float

    @property
    def explain(self) -> bool:
        """Whether a common occasion explains the meetings: too few sittings for a habit, or all at one hour."""
        bounds = current().lockstep
        return self.sittings < bounds.least_moments or self.at_one_hour >= bounds.common_hour


def occasions_of(begin: Ints) -> Occasions:
    """The occasions behind moments that began at these times (UTC milliseconds, any order); n log n."""
    if not len(begin):
        return Occasions(0, 0.0)
    at = np.sort(begin)
    starts = at[np.r_[True, np.diff(at) > current().streams.sitting_ms]]
    hour = np.sort(starts % DAY)
    twice = np.r_[hour, hour + DAY]  # a window may reach beyond midnight
    within = np.searchsorted(twice, hour + COMMON, "right") - np.arange(len(hour))
    return Occasions(len(starts), float(within.max() / len(starts)))
