"""Scales and ticks: where a value lies, and which values are worth a word."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit.language import day, number
from graphkit.pictures.canvas.marks import Mark, Path, Words

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
STEPS_OF_TIME: Final = (
    *(n * MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * HOUR for n in (1, 2, 3, 6, 12)),
    *(n * DAY for n in (1, 2, 7)),
)
MONTHS: Final = (1, 2, 3, 6, 12, 24, 60, 120)


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to places: `low` lies at `begin`, `high` at `end`; by powers of ten where `powers` says so."""

    low: float
    high: float
    begin: float
    end: float
    powers: bool = False

    def __call__(self, value: float) -> float:
        low, high, value = (math.log10(x) if self.powers else x for x in (self.low, self.high, value))
        part = (value - low) / (high - low) if high > low else 0.0
        return round(self.begin + (self.end - self.begin) * min(max(part, 0.0), 1.0), 1)

    def places(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        """The places of many values."""
        low, high, given = (np.log10(x) if self.powers else x for x in (self.low, self.high, np.asarray(values, float)))
        part = np.clip((given - low) / (high - low), 0.0, 1.0) if high > low else np.zeros(len(values))
        return np.asarray(self.begin + (self.end - self.begin) * part)


def ticks(low: float, high: float, *, most: int = 5) -> list[float]:
    """Round values between `low` and `high`, at most about this many.

    >>> ticks(0, 430)
    [0.0, 100.0, 200.0, 300.0, 400.0]
    """
    if not high > low:
        return [low]
    rough = (high - low) / most
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * n for n in (1, 2, 5, 10) if size * n >= rough)
    first = math.ceil(low / step)
    return [round(n * step, 12) for n in range(first, math.floor(high / step + 1e-9) + 1)]


def powers(low: float, high: float) -> list[float]:
    """The powers of ten between two values; within two of them also their doubles and fives.

    >>> powers(3, 5000)
    [10.0, 100.0, 1000.0]
    >>> powers(0.03, 0.7)
    [0.05, 0.1, 0.2, 0.5]
    """
    first, last = math.floor(math.log10(low)), math.floor(math.log10(high) + 1e-9)
    between = (1, 2, 5) if high < 100 * low else (1,)
    values = (float(f"{n}e{power}") for power in range(first, last + 1) for n in between)
    return [value for value in values if low <= value <= high]


def times(low: int, high: int, *, most: int = 5) -> list[tuple[int, str]]:
    """Round moments between two, in UTC milliseconds, each in words: a day, or within two days the clock.

    >>> times(0, 4 * 3_600_000)
    [(0, '00:00'), (3600000, '01:00'), (7200000, '02:00'), (10800000, '03:00'), (14400000, '04:00')]
    """
    span = max(high - low, 1)
    step = next((step for step in STEPS_OF_TIME if span / step <= most), None)
    if step is None:
        return [(at, day(at)) for at in _months(low, high, most=most)]
    moments = [n * step for n in range(-(-low // step), high // step + 1)]
    return [(at, clock(at) if span <= 2 * DAY else day(at)) for at in moments]


def _months(low: int, high: int, *, most: int) -> list[int]:
    """First days of months, as many months apart as keep them few."""
    first, last = (datetime.fromtimestamp(at / 1000, UTC) for at in (low, high))
    begin, end = first.year * 12 + first.month, last.year * 12 + last.month
    step = next((n for n in MONTHS if (end - begin) / n < most), MONTHS[-1])
    months = (month for month in range(begin, end) if month % step == 0)
    return [round(datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp() * 1000) for month in months]


def clock(at: int) -> str:
    """The hour and minute of a moment, UTC."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):%H:%M}"


def below(scale: Scale, values: Sequence[tuple[float, str]], *, y: float, top: float) -> Iterator[Mark]:
    """An axis at the foot: a thin line up from each value, and its words below."""
    for value, text in values:
        x = scale(value)
        yield Path(((x, top), (x, y)), "line", 0.7)
        yield Words(min(x, scale.end), y + 17, text, "soft", "end" if x > scale.end - 30 else "middle")


def beside(scale: Scale, values: Sequence[float], *, x: float, right: float) -> Iterator[Mark]:
    """An axis at the left: a thin line from each value to the right, and its number before it."""
    for value in values:
        y = scale(value)
        yield Path(((x, y), (right, y)), "line", 0.7)
        yield Words(x - 5, y + 4, number(value), "soft", "end")
