"""A picture as a list of marks: drawn the same inside a page, and by matplotlib for print.

Colours are named by what they mean. A page says how each looks in light, dark and print; for print the names stand for
the colours of `PRINT`, after Okabe and Ito, darkened where they fall below 3:1 on white. No mark speaks by colour alone:
each step, block and row carries its word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

PRINT: Final[Mapping[str, str]] = {
    "ink": "#1c2024",
    "soft": "#5b6570",
    "line": "#c9ced4",
    "track": "#e8ebee",
    "page": "#ffffff",
    "observed": "#1f5f8b",
    "expected": "#a9b4be",
    "surprise": "#b4530a",
    "people": "#40807a",
    "bought": "#b4530a",
    "bot": "#c2410c",
    "ring": "#a3468c",
    "pod": "#8a6100",
    "inactive": "#7d8790",
    "compromised": "#1d5fae",
    "unknown": "#aeb5bc",
    "band": "#f3dfd0",
    "heat1": "#dbe7f0",
    "heat2": "#a8c6de",
    "heat3": "#6a9cc4",
    "heat4": "#2f6fa3",
    "heat5": "#123f66",
}
SMALL: Final = 12.0  # size of the words in a picture, in its own units
LETTER: Final = 0.64  # width of a bold letter of the print font, as a share of its size
WIDTH: Final = 480.0  # of every picture: two stand side by side on a page, and one is still read on a phone


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled box."""

    x: float
    y: float
    width: float
    height: float
    role: str
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Path:
    """A line through points."""

    points: tuple[Point, ...]
    role: str
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A filled outline."""

    points: tuple[Point, ...]
    role: str


@dataclass(frozen=True, slots=True)
class Runs:
    """Many boxes of one height and colour: (left, top, width) each."""

    boxes: tuple[tuple[float, float, float], ...]
    height: float
    role: str


@dataclass(frozen=True, slots=True)
class Dots:
    """Many discs of one size and colour; hollow ones are rings."""

    at: tuple[Point, ...]
    radius: float
    role: str
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A text, on its base line; it may come from the data."""

    x: float
    y: float
    text: str
    role: str = "ink"
    anchor: Anchor = "start"
    size: float = SMALL
    strong: bool = False


Mark = Rect | Path | Area | Runs | Dots | Words


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished picture: its marks, its title, and in words what it shows."""

    title: str
    said: str  # what a reader who does not see it is told, and what stands below it in print
    width: float
    height: float
    marks: tuple[Mark, ...]
    table: tuple[tuple[str, ...], ...] = ()  # the numbers behind it where no other table holds them; heads first


@dataclass(frozen=True, slots=True)
class Missing:
    """No picture, and why: a blank with its reason is an answer."""

    title: str
    reason: str


Picture = Drawing | Missing


def fitting(text: str, size: float, room: float) -> float:
    """The size at which a text needs no more than this room, at most `size`; letters are taken as wide as bold ones.

    >>> fitting("short", 16, 480)
    16
    """
    return min(size, room / (LETTER * max(len(text), 1)))


def cut(text: str, most: int) -> str:
    """The text, shortened to this many characters.

    >>> cut("abcdefgh", 5)
    'abcd…'
    """
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
