"""A picture of every tie, however many: lines summed on a grid and shaded by how many cross each point."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.compiled import compiled
from graphkit.language import day, number
from graphkit.maps.look import LABELS, LOOKS
from graphkit.maps.messages import said
from graphkit.maps.pictures.picture import INK, SOFT, printable

if TYPE_CHECKING:
    from graphkit.maps.map import Map

Amounts = NDArray[np.float32]

WIDTH, HEIGHT = 4_800, 3_200  # points: a sheet of 40 by 27 centimetres at 300 an inch
MARGIN: Final = 0.02
FAINT, DARKEST = 0.18, 0.97  # how dark the faintest and the most crowded place are
DEEP: Final = 1.9  # more than one keeps the middle light
SHADES: Final = 256
SAMPLE: Final = 1_000_000  # points from which the shades are told
SHORT: Final = 40.0  # points; longer ties are as much fainter as they are longer
PAPER: Final = np.array([251, 250, 248], dtype=np.float64) / 255
LINE: Final = np.array([45, 66, 84], dtype=np.float64) / 255


def save(drawn: Map, path: Path) -> None:
    """Writes the poster as .png, .svg or .pdf; equal maps give equal bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    made = Figure(figsize=(WIDTH / 300, HEIGHT / 300 + 1.1), facecolor=tuple(PAPER))
    FigureCanvasAgg(made)
    share = HEIGHT / 300 / (HEIGHT / 300 + 1.1)
    axes = made.add_axes((0, 1 - share, 1, share))
    axes.set_axis_off()
    axes.imshow(shaded(drawn, width=WIDTH, height=HEIGHT), interpolation="nearest", aspect="auto")
    _foot(made, drawn)
    fixed: dict[str, Any] = {"png": {"Software": None}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}
    kind = path.suffix.lower().removeprefix(".")
    made.savefig(path, format=kind, dpi=300, metadata=fixed[kind])


def shaded(drawn: Map, *, width: int, height: int) -> NDArray[np.uint8]:
    """The picture as rows of points: ties as ink, accounts as dots in their colour."""
    x, y = _points(drawn, width, height)
    edges = drawn.edges
    ink = lines(x, y, edges["source_row"].to_numpy(), edges["target_row"].to_numpy(), width, height)
    depth = _ranked(ink)[:, :, None]
    picture = PAPER * (1 - depth) + LINE * depth
    _dots(picture, drawn, x, y)
    return np.asarray(np.round(255 * picture), dtype=np.uint8)


def _ranked(ink: Amounts) -> NDArray[np.float64]:
    """How dark each point is: by its rank among the inked ones, so that the faint and the crowded are both told apart."""
    inked = ink[ink > 0]
    if not len(inked):
        return np.zeros(ink.shape)
    steps = np.quantile(inked[:: max(len(inked) // SAMPLE, 1)], np.linspace(0, 1, SHADES))
    shade = np.linspace(FAINT, DARKEST, SHADES) ** DEEP
    dark = np.zeros(ink.shape)
    dark[ink > 0] = np.interp(inked, steps, shade)
    return dark


def _points(drawn: Map, width: int, height: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    at = np.stack([drawn.nodes["x"].to_numpy(), -drawn.nodes["y"].to_numpy()])
    low, high = at.min(axis=1, initial=0), at.max(axis=1, initial=1)
    inside = np.array([width, height]) * (1 - 2 * MARGIN)
    scale = float((inside / np.maximum(high - low, 1e-9)).min())
    placed = (at - ((low + high) / 2)[:, None]) * scale + np.array([[width / 2], [height / 2]])
    return placed[0], placed[1]


def _dots(picture: NDArray[np.float64], drawn: Map, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
    """Accounts upon the ties, ordinary ones first, so that what stands out is seen."""
    labels = np.array(drawn.nodes["label"].to_pylist())
    wide = int(np.clip(900 / np.sqrt(len(labels) + 1), 2, 7))
    for name in LABELS:
        colour = np.array([int(LOOKS[name].colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
        mine = np.flatnonzero(labels == name)
        for across in range(wide):
            for down in range(wide):
                row = np.clip(y[mine].astype(int) + down - wide // 2, 0, picture.shape[0] - 1)
                column = np.clip(x[mine].astype(int) + across - wide // 2, 0, picture.shape[1] - 1)
                picture[row, column] = colour


@compiled
def lines(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    width: int,
    height: int,
) -> Amounts:
    """How much ink each point takes; a long tie spreads its ink, so that near ones are not drowned by far ones."""
    ink = np.zeros((height, width), dtype=np.float32)
    for tie in range(len(source)):
        one, other = source[tie], target[tie]
        dx, dy = x[other] - x[one], y[other] - y[one]
        steps = max(int(max(abs(dx), abs(dy))), 1)
        each = min(1.0, SHORT / steps)
        for step in range(steps + 1):
            column, row = int(x[one] + dx * step / steps), int(y[one] + dy * step / steps)
            if 0 <= column < width and 0 <= row < height:
                ink[row, column] += each
    return ink


def _foot(made: Any, drawn: Map) -> None:
    legend, run = drawn.legend, drawn.run
    made.text(0.02, 0.062, printable(drawn.title)[:70], fontsize=20, weight="bold", color=INK, parse_math=False)
    amounts = {"shown": drawn.nodes.num_rows, "all": legend.accounts, "ties": drawn.edges.num_rows}
    told = said("drawn", **amounts, ties_all=legend.ties, coverage=legend.coverage)
    made.text(0.02, 0.04, told, fontsize=11, color=SOFT)
    said_run = said("run", id=run.id, seed=str(run.seed))
    foot = f"{day(run.at)} · graphkit {run.version} · {said_run} · {said('caution_short')}"
    made.text(0.02, 0.02, foot, fontsize=11, color=SOFT)
    for place, item in enumerate(legend.labels):
        left, high = 0.58 + 0.14 * (place % 3), 0.058 - 0.026 * (place // 3)
        made.text(left, high, "■", fontsize=13, color=LOOKS[item.label].colour)
        made.text(left + 0.013, high, f"{item.said} ({number(item.in_all)})", fontsize=9.5, color=INK)
