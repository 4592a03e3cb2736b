"""The rhythm of an account or a group: how much is done in each hour of the week, UTC."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit.language import number, say, told
from graphkit.measures.rhythm import Rhythm
from graphkit.pictures.canvas.marks import WIDTH, Drawing, Mark, Missing, Picture, Rect, Runs, Words

LEFT, TOP = 42.0, 22.0
CELL: Final = 18.0
LEVELS: Final = 5
LEAST: Final = 20  # dated acts; fewer show no rhythm
DAYS: Final = (say("Mon"), say("Tue"), say("Wed"), say("Thu"), say("Fri"), say("Sat"), say("Sun"))


def rhythm(measured: Rhythm, name: str) -> Picture:
    """The heat map of a measured rhythm."""
    return heat_map(measured.heat, told(say("The week of {account}", account=name)))


def heat_map(heat: Sequence[Sequence[int]], title: str) -> Picture:
    """Acts by weekday (Monday first) and hour: seven rows of 24."""
    week = np.array(heat, np.int64).reshape(7, 24)
    acts = int(week.sum())
    if acts < LEAST:
        return Missing(title, told(say("{count} dated acts and posts are too few to show a rhythm.", count=acts)))
    steps = np.ceil(LEVELS * week / week.max()).astype(int)
    marks = [
        *(_level(steps, level) for level in range(LEVELS + 1)),
        *_hours(),
        *(Words(LEFT - 6, TOP + CELL * row + 13, told(name), "soft", "end") for row, name in enumerate(DAYS)),
        *_key(int(week.max())),
    ]
    return Drawing(title, _said(acts, week), WIDTH, TOP + 7 * CELL + 34, tuple(marks), _table(week))


def _table(week: NDArray[np.int64]) -> tuple[tuple[str, ...], ...]:
    """Acts by hour (rows) and weekday (columns)."""
    hours = ((f"{hour:02d}:00", *map(number, week[:, hour].tolist())) for hour in range(24))
    return (("UTC", *(told(name) for name in DAYS)), *hours)


def _level(steps: NDArray[np.int64], level: int) -> Mark:
    boxes = tuple((LEFT + CELL * c, TOP + CELL * r, CELL - 1) for r, c in np.argwhere(steps == level).tolist())
    return Runs(boxes, CELL - 1, f"heat{level}" if level else "track")


def _hours() -> Iterator[Mark]:
    for hour in range(0, 24, 3):
        yield Words(LEFT + CELL * hour, TOP - 7, f"{hour:02d}", "soft")
    yield Words(0, TOP - 7, "UTC", "soft")


def _key(most: int) -> Iterator[Mark]:
    top = TOP + 7 * CELL + 12
    yield Words(LEFT, top + 11, told(say("acts in the hour:")), "soft")
    yield Words(LEFT + 150, top + 11, "0", "soft", "end")
    for level in range(LEVELS + 1):
        yield Rect(LEFT + 158 + 20 * level, top, 19, 14, f"heat{level}" if level else "track")
    yield Words(LEFT + 158 + 20 * (LEVELS + 1) + 8, top + 11, number(most), "soft")


def _said(acts: int, week: NDArray[np.int64]) -> str:
    busiest, quiet = int(week.sum(axis=0).argmax()), int((week.sum(axis=0) == 0).sum())
    return told(
        say(
            "{count} dated acts and posts by weekday and hour (UTC). Most fall into the hour from {hour}; in {quiet} of "
            "the 24 hours of the day there is none.",
            count=acts,
            hour=f"{busiest:02d}:00",
            quiet=quiet,
        )
    )
