"""A picture for print: the same marks by matplotlib, with title, words, date and run, as PNG, SVG or PDF."""

from __future__ import annotations

import textwrap
from functools import cache, singledispatch
from io import BytesIO
from pathlib import Path as File
from typing import TYPE_CHECKING, Any, Final

from graphkit.errors import UsageError
from graphkit.language import say
from graphkit.pictures.canvas.marks import PRINT, Area, Dots, Drawing, Path, Rect, Runs, Words, fitting

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SUFFIXES: Final = (".png", ".svg", ".pdf")
UNIT: Final = 72 / 96  # points in a unit of a picture
EDGE: Final = 22.0  # units of white around it
TITLE: Final = 16.0  # size of the title
HEAD: Final = 34.0  # units for the title
ROW: Final = 16.0  # units for each line of words below
LETTERS: Final = 84  # in a line of words below
RESOLUTION: Final = 160
FIXED: Final[dict[str, dict[str, Any]]] = {  # no clock and no program in the file: equal pictures give equal bytes
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


def save(drawing: Drawing, path: File | str, *, foot: str = "") -> File:
    """Writes the picture as .png, .svg or .pdf by its suffix and gives the path back."""
    path = File(path)
    kind = path.suffix.lower()
    if kind not in SUFFIXES:
        accepted = ", ".join(SUFFIXES)
        raise UsageError(
            say("{path}: accepted are pictures that end in {accepted}.", path=path.name, accepted=accepted)
        )
    path.write_bytes(printed(drawing, kind.removeprefix("."), foot=foot))
    return path


def printed(drawing: Drawing, kind: str = "png", *, foot: str = "", bare: bool = False) -> bytes:
    """The picture as the bytes of a file; `bare` leaves out title and words, which a document says itself."""
    import matplotlib

    written = BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": "graphkit", "font.family": "DejaVu Sans", "svg.fonttype": "path"}):
        figure(drawing, foot=foot, bare=bare).savefig(written, format=kind, dpi=RESOLUTION, metadata=FIXED[kind])
    return written.getvalue()


def figure(drawing: Drawing, *, foot: str = "", bare: bool = False) -> Figure:
    """The picture as a matplotlib figure."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    below = [] if bare else textwrap.wrap(printable(drawing.said), LETTERS) + ([foot] if foot else [])
    edge, head = (0.0, 0.0) if bare else (EDGE, HEAD)
    width, height = drawing.width + 2 * edge, drawing.height + 2 * edge + head + ROW * len(below)
    made = Figure(figsize=(width / 96, height / 96), facecolor="white")
    FigureCanvasAgg(made)
    axes = made.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(-edge, width - edge)
    axes.set_ylim(height - edge - head, -edge - head)
    for order, mark in enumerate(drawing.marks):
        _mark(mark, axes, order)
    if not bare:
        size = fitting(drawing.title, TITLE, drawing.width)
        _write(axes, Words(0, -head + 12, drawing.title, size=size, strong=True))
        for row, text in enumerate(below, start=1):
            _write(axes, Words(0, drawing.height + ROW * row + 4, text, "soft", size=10))
    return made


def printable(text: str) -> str:
    """The text with characters that the print font lacks as a small square.

    >>> printable("ayşe 漢")
    'ayşe ▫'
    """
    return "".join(letter if ord(letter) in _glyphs() or letter == "\n" else "▫" for letter in text)


@cache
def _glyphs() -> frozenset[int]:
    from matplotlib import font_manager

    font = font_manager.get_font(font_manager.findfont("DejaVu Sans"))
    return frozenset(code for code in font.get_charmap() if code >= 32)


@singledispatch
def _mark(mark: object, axes: Axes, order: int) -> None:
    raise TypeError(f"{type(mark).__name__} is no mark.")


@_mark.register(Rect)
def _(mark: Rect, axes: Axes, order: int) -> None:
    from matplotlib.patches import FancyBboxPatch, Rectangle

    colour, corner = PRINT[mark.role], (mark.x, mark.y)
    if mark.radius and min(mark.width, mark.height) > 2 * mark.radius:
        style = f"round,pad=0,rounding_size={mark.radius}"
        axes.add_patch(
            FancyBboxPatch(corner, mark.width, mark.height, boxstyle=style, fc=colour, ec="none", zorder=order)
        )
        return
    axes.add_patch(Rectangle(corner, mark.width, mark.height, fc=colour, ec="none", zorder=order))


@_mark.register(Path)
def _(mark: Path, axes: Axes, order: int) -> None:
    x, y = zip(*mark.points, strict=True)
    style = (0, (4, 3)) if mark.dashed else "-"
    axes.plot(x, y, color=PRINT[mark.role], lw=mark.width * UNIT, ls=style, zorder=order, solid_capstyle="butt")


@_mark.register(Area)
def _(mark: Area, axes: Axes, order: int) -> None:
    from matplotlib.patches import Polygon

    axes.add_patch(Polygon(list(mark.points), closed=True, fc=PRINT[mark.role], ec="none", zorder=order))


@_mark.register(Runs)
def _(mark: Runs, axes: Axes, order: int) -> None:
    from matplotlib.collections import PolyCollection

    low = mark.height
    corners = [[(x, y), (x + w, y), (x + w, y + low), (x, y + low)] for x, y, w in mark.boxes]
    axes.add_collection(PolyCollection(corners, facecolors=PRINT[mark.role], edgecolors="none", zorder=order))


@_mark.register(Dots)
def _(mark: Dots, axes: Axes, order: int) -> None:
    if not mark.at:
        return
    x, y = zip(*mark.at, strict=True)
    colour, area = PRINT[mark.role], (2 * mark.radius * UNIT) ** 2
    faces = {"facecolors": "none", "edgecolors": colour} if mark.hollow else {"c": colour, "edgecolors": "none"}
    axes.scatter(x, y, s=area, linewidths=0.8, zorder=order, **faces)  # type: ignore[arg-type]


@_mark.register(Words)
def _(mark: Words, axes: Axes, order: int) -> None:
    _write(axes, mark, order)


def _write(axes: Axes, mark: Words, order: int = 1) -> None:
    side = {"start": "left", "middle": "center", "end": "right"}[mark.anchor]
    weight = "bold" if mark.strong else "normal"
    axes.text(
        mark.x,
        mark.y,
        printable(mark.text),
        fontsize=mark.size * UNIT,
        color=PRINT[mark.role],
        ha=side,
        va="baseline",
        weight=weight,
        zorder=order + 0.5,
        parse_math=False,
    )
