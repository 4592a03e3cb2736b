"""The order of a list of followers where its times are not known: where those that a finding names stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import number, percent, say, told
from graphkit.pictures.acts import by_followed
from graphkit.pictures.canvas.axes import Scale, ticks
from graphkit.pictures.canvas.marks import WIDTH, Drawing, Mark, Missing, Path, Picture, Rect, Runs, Words

LEFT, RIGHT = 44.0, WIDTH - 8.0
TOP, FOOT = 38.0, 160.0
BARS: Final = 100  # at most
LEAST: Final = 20  # followers with a known place; fewer show no course


def places(
    graph: InfluenceGraph, node: int, name: str, *, named: NDArray[np.int64], stretches: Sequence[tuple[int, int]] = ()
) -> Picture:
    """Along the list of followers, oldest first, the share that is `named`; `stretches` (first, last place) are shaded."""
    title = told(say("The list of followers of {account}, oldest first", account=name))
    held = by_followed(graph).of(node)
    held = held[graph.follow_position[held] >= 0]
    if len(held) < LEAST:
        return Missing(title, told(say("The data hold neither times nor places of enough followers of this account.")))
    held = held[np.argsort(-graph.follow_position[held], kind="stable")]
    mine = np.isin(np.searchsorted(graph.follows.indptr, held, side="right") - 1, named)
    edges = np.unique(np.linspace(0, len(held), min(BARS, len(held)) + 1).round().astype(np.int64))
    share = np.add.reduceat(mine, edges[:-1]) / np.diff(edges)
    x, y = Scale(0.0, float(len(held)), LEFT, RIGHT), Scale(0.0, 1.0, FOOT, TOP)
    marks = [
        *_shaded(stretches, x),
        *_axes(x, y, len(held)),
        *(
            Rect(x(float(a)), y(part), x(float(b)) - x(float(a)), FOOT - y(part), "surprise")
            for a, b, part in zip(edges[:-1], edges[1:], share.tolist(), strict=True)
            if part
        ),
    ]
    said = say(
        "{followers} followers by their place in the list; {named} of them are named in the finding. Shaded are the "
        "stretches ({stretches}) with too many whom next to nobody follows or answers.",
        followers=len(held),
        named=int(mine.sum()),
        stretches=len(stretches),
    )
    return Drawing(title, told(said), WIDTH, FOOT + 36, tuple(marks))


def _shaded(stretches: Sequence[tuple[int, int]], x: Scale) -> Iterator[Mark]:
    boxes = tuple((x(first - 1.0), TOP - 8, max(x(float(last)) - x(first - 1.0), 1.0)) for first, last in stretches)
    if boxes:
        yield Runs(boxes, FOOT - TOP + 8, "band")
    for place, (left, _, width) in enumerate(boxes, start=1):
        yield Words(left + width / 2, TOP - 12, str(place), "surprise", "middle", strong=True)


def _axes(x: Scale, y: Scale, followers: int) -> Iterator[Mark]:
    yield Words(LEFT, 11, told(say("share of the followers that the finding names")), "soft")
    for value in (0.0, 0.5, 1.0):
        yield Path(((LEFT, y(value)), (RIGHT, y(value))), "line", 0.7)
        yield Words(LEFT - 5, y(value) + 4, str(percent(value)), "soft", "end")
    for value in ticks(0.0, float(followers), most=5):
        yield Words(x(value), FOOT + 15, number(value), "soft", "middle" if value < 0.95 * followers else "end")
    yield Words((LEFT + RIGHT) / 2, FOOT + 31, told(say("place in the list")), "soft", "middle")
