"""A picture drawn into a PDF page: its marks as lines, boxes and letters, sharp at any size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch
from typing import Any, Final

from graphkit.pictures.canvas.marks import PRINT, Area, Dots, Drawing, Path, Point, Rect, Runs, Words
from graphkit.pictures.canvas.printing import printable

POINTS: Final = 72 / 25.4  # in a millimetre


@dataclass(frozen=True, slots=True)
class Plate:
    """A place on a page: the paper, and how the units of a picture lie on it."""

    paper: Any
    left: float
    top: float
    scale: float

    def at(self, point: Point) -> Point:
        """A point of the picture on the page, in millimetres."""
        return self.left + point[0] * self.scale, self.top + point[1] * self.scale


def draw(paper: Any, drawing: Drawing, *, left: float, top: float, scale: float) -> None:
    """Draws the marks with the picture's corner at `left`, `top`."""
    plate = Plate(paper, left, top, scale)
    for mark in drawing.marks:
        _mark(mark, plate)
    paper.set_dash_pattern()


@singledispatch
def _mark(mark: object, plate: Plate) -> None:
    raise TypeError(f"{type(mark).__name__} is no mark.")


@_mark.register
def _(mark: Rect, plate: Plate) -> None:
    _box(plate, mark.x, mark.y, (mark.width, mark.height), mark.role)


@_mark.register
def _(mark: Runs, plate: Plate) -> None:
    for x, y, width in mark.boxes:
        _box(plate, x, y, (width, mark.height), mark.role)


@_mark.register
def _(mark: Path, plate: Plate) -> None:
    plate.paper.set_draw_color(PRINT[mark.role])
    plate.paper.set_line_width(mark.width * plate.scale)
    plate.paper.set_dash_pattern(*((1.0, 0.8) if mark.dashed else (0, 0)))
    plate.paper.polyline([plate.at(point) for point in mark.points])


@_mark.register
def _(mark: Area, plate: Plate) -> None:
    plate.paper.set_fill_color(PRINT[mark.role])
    plate.paper.polygon([plate.at(point) for point in mark.points], style="F")


@_mark.register
def _(mark: Dots, plate: Plate) -> None:
    plate.paper.set_fill_color(PRINT[mark.role])
    plate.paper.set_draw_color(PRINT[mark.role])
    plate.paper.set_line_width(0.8 * plate.scale)
    plate.paper.set_dash_pattern()
    for point in mark.at:
        x, y = plate.at(point)
        plate.paper.circle(x, y, mark.radius * plate.scale, style="D" if mark.hollow else "F")


@_mark.register
def _(mark: Words, plate: Plate) -> None:
    size = mark.size * plate.scale * POINTS
    plate.paper.set_font("text", "B" if mark.strong else "", size)
    plate.paper.set_text_color(PRINT[mark.role])
    text = printable(mark.text)
    x, y = plate.at((mark.x, mark.y))
    back = {"start": 0.0, "middle": 0.5, "end": 1.0}[mark.anchor] * plate.paper.get_string_width(text)
    plate.paper.text(x - back, y, text)


def _box(plate: Plate, x: float, y: float, size: Point, role: str) -> None:
    plate.paper.set_fill_color(PRINT[role])
    left, top = plate.at((x, y))
    plate.paper.rect(left, top, size[0] * plate.scale, size[1] * plate.scale, style="F")
