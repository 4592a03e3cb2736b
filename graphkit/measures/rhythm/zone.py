"""Where the quiet hours of an account fit on the globe, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit.language import say

REST_MIDDLE: Final = 3.5  # hours after midnight, local: between one and six, people act least
CHRONOTYPE: Final = 1.5  # hours, standard deviation of that middle among people
NIGHT: Final = 8
COPIES: Final = 200


@dataclass(frozen=True)
class Zone:
    """A guess of the hours ahead of UTC, with a 95 % interval for people who rest at night."""

    hours: float
    low: float
    high: float
    doubt: str = say("Shift work, travel and a night owl's habits move it; it is no address.")


def zone_of(active: NDArray[np.int64]) -> Zone:
    """The guess from the distinct active hours since 1970; days are drawn anew to see how firm it is."""
    days, place = np.unique(active // 24, return_inverse=True)
    table = np.zeros((len(days), 24))
    table[place, active % 24] = 1.0
    guess = _offset(table.sum(axis=0))
    rng = np.random.default_rng(0)
    drawn = [_offset(table[rng.integers(len(days), size=len(days))].sum(axis=0)) for _ in range(COPIES)]
    spread = (np.array(drawn) - guess + 12) % 24 - 12
    half = 1.96 * float(np.hypot(CHRONOTYPE, np.sqrt(np.mean(spread**2))))
    return Zone(guess, guess - half, guess + half)


def _offset(counts: NDArray[np.float64]) -> float:
    """Hours ahead of UTC, -12 to 12, such that the eight quietest hours lie around the middle of a night's rest."""
    sums = np.array([np.roll(counts, -hour)[:NIGHT].sum() for hour in range(24)])
    best = np.flatnonzero(sums == sums.min())
    angle = np.angle(np.exp(2j * np.pi * (best + NIGHT / 2) / 24).mean())  # several equally quiet windows: their middle
    middle = float(angle * 24 / (2 * np.pi)) % 24
    return float((REST_MIDDLE - middle + 12) % 24 - 12)
