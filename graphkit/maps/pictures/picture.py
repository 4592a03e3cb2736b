"""The map for print: drawn by matplotlib, with legend, counts, date, coverage and run on it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from graphkit.language import day, number
from graphkit.maps.look import LOOKS
from graphkit.maps.messages import said
from graphkit.settings import defaults

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from graphkit.maps.map import Map

INK: Final = "#1c2024"
SOFT: Final = "#5b6570"
LINES: Final = "#8d99a5"
ORDER: Final = ("unknown", "authentic", "pod", "ring", "bot", "compromised")  # drawn one upon the other


def save(drawn: Map, path: Path) -> None:
    """Writes the picture as .png, .svg or .pdf; equal maps give equal bytes."""
    import matplotlib

    kind = path.suffix.lower().removeprefix(".")
    fixed: dict[str, dict[str, Any]] = {
        "png": {"Software": None},
        "svg": {"Date": None, "Creator": None},
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    }
    with matplotlib.rc_context({"svg.hashsalt": "graphkit", "font.family": "DejaVu Sans", "svg.fonttype": "path"}):
        figure(drawn).savefig(path, format=kind, dpi=150, metadata=fixed[kind])


def figure(drawn: Map) -> Figure:
    """The picture as a matplotlib figure, of the widest accounts and their ties."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    made = Figure(figsize=(11.7, 8.9), facecolor="white")
    FigureCanvasAgg(made)
    axes = made.add_axes((0.01, 0.075, 0.73, 0.83))
    axes.set_axis_off()
    axes.set_aspect("equal")
    kept = np.sort(np.argsort(-drawn.nodes["size"].to_numpy(), kind="stable")[: defaults().pages.picture_accounts])
    ties = _lines(axes, drawn, kept)
    _accounts(axes, drawn, kept)
    _names(axes, drawn, kept)
    _frame(made, drawn, shown=len(kept), ties=ties)
    return made


def _lines(axes: Axes, drawn: Map, kept: NDArray[np.int64]) -> int:
    from matplotlib.collections import LineCollection

    inside = np.zeros(drawn.nodes.num_rows, dtype=bool)
    inside[kept] = True
    source, target = drawn.edges["source_row"].to_numpy(), drawn.edges["target_row"].to_numpy()
    among = np.flatnonzero(inside[source] & inside[target])
    order = np.argsort(-drawn.edges["weight"].to_numpy()[among], kind="stable")
    among = np.sort(among[order[: defaults().pages.picture_ties]])
    at = np.stack([drawn.nodes["x"].to_numpy(), drawn.nodes["y"].to_numpy()], axis=1)
    alpha = float(np.clip(120 / np.sqrt(len(among) + 1) / 10, 0.07, 0.45))
    segments = np.stack([at[source[among]], at[target[among]]], axis=1)
    axes.add_collection(LineCollection(list(segments), colors=LINES, linewidths=0.45, alpha=alpha, zorder=1))
    return len(among)


def _accounts(axes: Axes, drawn: Map, kept: NDArray[np.int64]) -> None:
    x, y, size = (drawn.nodes[name].to_numpy()[kept] for name in ("x", "y", "size"))
    label = np.array(drawn.nodes["label"].to_pylist())[kept]
    shrink = float(np.clip(30 / np.sqrt(len(kept) + 1), 0.35, 1.0))
    for place, name in enumerate(ORDER, start=2):
        mine = label == name if name != "unknown" else ~np.isin(label, ORDER[1:])
        look = LOOKS[name]
        faces: dict[str, Any] = (
            {"facecolors": "white", "edgecolors": look.colour} if look.shape == "hollow" else {"c": look.colour}
        )
        edge: dict[str, Any] = {} if look.shape == "hollow" else {"edgecolors": "white"}
        area = (size[mine] * shrink * 1.15) ** 2
        axes.scatter(x[mine], y[mine], s=area, marker=look.marker, linewidths=0.5, zorder=place, **faces, **edge)
    axes.autoscale_view()
    axes.margins(0.03)


def _names(axes: Axes, drawn: Map, kept: NDArray[np.int64]) -> None:
    """The widest accounts by name; a name that would lie upon another is left out."""
    from matplotlib import patheffects

    size = drawn.nodes["size"].to_numpy()[kept]
    names = drawn.nodes["name"].to_pylist()
    x, y = drawn.nodes["x"].to_numpy(), drawn.nodes["y"].to_numpy()
    taken: list[tuple[float, float, int]] = []
    halo = [patheffects.withStroke(linewidth=2.2, foreground="white")]
    for node in kept[np.argsort(-size, kind="stable")].tolist():
        text = printable(names[node])[:28]
        near = any(abs(y[node] - b) < 36 and abs(x[node] - a) < 9 * (len(text) + length) for a, b, length in taken)
        if near or len(taken) >= defaults().pages.picture_names:
            continue
        taken.append((float(x[node]), float(y[node]), len(text)))
        axes.annotate(
            text,
            (x[node], y[node]),
            xytext=(0, 5),
            textcoords="offset points",
            ha="center",
            fontsize=7,
            color=INK,
            zorder=9,
            parse_math=False,
            path_effects=halo,
        )


def printable(text: str) -> str:
    """The text with characters that the print font lacks as a small square.

    >>> printable("ayşe 漢")
    'ayşe ▫'
    """
    return "".join(character if ord(character) in _glyphs() else "▫" for character in text)


@cache
def _glyphs() -> frozenset[int]:
    from matplotlib import font_manager

    font = font_manager.get_font(font_manager.findfont("DejaVu Sans"))
    return frozenset(code for code in font.get_charmap() if code >= 32)


def _frame(made: Figure, drawn: Map, *, shown: int, ties: int) -> None:
    legend = drawn.legend
    made.text(0.025, 0.955, printable(drawn.title)[:70], fontsize=17, weight="bold", color=INK, parse_math=False)
    amounts = {"shown": shown, "all": legend.accounts, "ties": ties, "ties_all": legend.ties}
    made.text(0.025, 0.925, said("drawn", **amounts, coverage=legend.coverage), fontsize=9, color=SOFT)
    _key(made, drawn)
    run = said("run", id=drawn.run.id, seed=str(drawn.run.seed))
    foot = f"{day(drawn.run.at)} · graphkit {drawn.run.version} · {run}"
    hidden = f" {said('hidden', count=legend.hidden)}" if legend.hidden else ""
    made.text(0.025, 0.035, foot, fontsize=8, color=SOFT)
    made.text(0.025, 0.016, said("caution_short") + hidden, fontsize=8, color=SOFT)


def _key(made: Figure, drawn: Map) -> None:
    import textwrap

    axes = made.add_axes((0.75, 0.075, 0.24, 0.83))
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    y = 0.97
    for item in drawn.legend.labels:
        look = LOOKS[item.label]
        face = "white" if look.shape == "hollow" else look.colour
        axes.scatter([0.04], [y - 0.004], s=85, marker=look.marker, c=face, edgecolors=look.colour, linewidths=1.2)
        axes.text(0.11, y, f"{item.said} ({number(item.in_all)})", fontsize=9.5, va="center", color=INK)
        note = textwrap.wrap(item.note, 42)
        axes.text(0.11, y - 0.018, "\n".join(note), fontsize=7, va="top", color=SOFT, linespacing=1.25)
        y -= 0.052 + 0.0165 * len(note)
    for rule in (drawn.legend.size_rule, drawn.legend.tie_rule):
        lines = textwrap.wrap(rule, 44)
        axes.text(0.0, y, "\n".join(lines), fontsize=7.5, va="top", color=SOFT, linespacing=1.3)
        y -= 0.02 + 0.018 * len(lines)
    y -= 0.01
    largest = [item for item in drawn.legend.communities if item.shown][:8]
    axes.text(0.0, y, said("largest"), fontsize=9.5, va="top", color=INK)
    for community in largest:
        y -= 0.031
        name = printable(community.name)
        text = f"{name[:34]}{'…' if len(name) > 34 else ''} ({number(community.accounts)})"
        axes.text(0.0, y, text, fontsize=7.5, va="top", color=SOFT, parse_math=False)
