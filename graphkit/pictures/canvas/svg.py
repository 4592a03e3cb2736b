"""A picture inside a page: SVG whose colours the page chooses, and whose words cannot run."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

from markupsafe import Markup, escape

from graphkit.pictures.canvas.marks import SMALL, Area, Dots, Drawing, Path, Point, Rect, Runs, Words


def svg(drawing: Drawing) -> Markup:
    """The picture as an element of a page; its name for readers who do not see it is what the picture says."""
    label = escape(f"{drawing.title}: {drawing.said}")
    head = f'<svg class="picture" viewBox="0 0 {_n(drawing.width)} {_n(drawing.height)}" font-size="{_n(SMALL)}" role="img" aria-label="{label}">'
    return Markup(head + "".join(_mark(mark) for mark in drawing.marks) + "</svg>")  # every text is escaped below


@singledispatch
def _mark(mark: object) -> str:
    raise TypeError(f"{type(mark).__name__} is no mark.")


@_mark.register
def _(mark: Rect) -> str:
    radius = f' rx="{_n(mark.radius)}"' if mark.radius else ""
    place = f'x="{_n(mark.x)}" y="{_n(mark.y)}" width="{_n(mark.width)}" height="{_n(mark.height)}"'
    return f'<rect class="f-{mark.role}" {place}{radius}/>'


@_mark.register
def _(mark: Path) -> str:
    dashes = ' stroke-dasharray="4 3"' if mark.dashed else ""
    return f'<path class="s-{mark.role}" d="{_through(mark.points)}" stroke-width="{_n(mark.width)}"{dashes}/>'


@_mark.register
def _(mark: Area) -> str:
    return f'<path class="f-{mark.role}" d="{_through(mark.points)}z"/>'


@_mark.register
def _(mark: Runs) -> str:
    """One path for all boxes: each is a thick line along its middle."""
    middle = mark.height / 2
    d = "".join(f"M{_n(x)} {_n(y + middle)}h{_n(width)}" for x, y, width in mark.boxes)
    return f'<path class="s-{mark.role}" d="{d}" stroke-width="{_n(mark.height)}"/>'


@_mark.register
def _(mark: Dots) -> str:
    """One path for all discs: a line of no length with a round end is a disc."""
    if mark.hollow:
        r = _n(mark.radius)
        turn = f"a{r} {r} 0 1 0 {_n(2 * mark.radius)} 0a{r} {r} 0 1 0 {_n(-2 * mark.radius)} 0"
        d = "".join(f"M{_n(x - mark.radius)} {_n(y)}{turn}" for x, y in mark.at)
        return f'<path class="s-{mark.role}" d="{d}" stroke-width="1"/>'
    d = "".join(f"M{_n(x)} {_n(y)}h0" for x, y in mark.at)
    return f'<path class="s-{mark.role} dots" d="{d}" stroke-width="{_n(2 * mark.radius)}"/>'


@_mark.register
def _(mark: Words) -> str:
    return f"<text {' '.join(_words(mark))}>{escape(mark.text)}</text>"


def _words(mark: Words) -> Iterator[str]:
    yield f'class="f-{mark.role}"'
    yield f'x="{_n(mark.x)}" y="{_n(mark.y)}"'
    if mark.anchor != "start":
        yield f'text-anchor="{mark.anchor}"'
    if mark.size != SMALL:
        yield f'font-size="{_n(mark.size)}"'
    if mark.strong:
        yield 'font-weight="700"'


def _through(points: tuple[Point, ...]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _n(value: float) -> str:
    """A coordinate, short: a tenth of a unit is finer than a screen shows."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text
