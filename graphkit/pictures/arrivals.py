"""How followers arrived: day by day, with the blocks that were found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import day, number, say, say_many, told
from graphkit.pictures.acts import arrivals_of
from graphkit.pictures.canvas.axes import DAY, Scale, below, beside, ticks, times
from graphkit.pictures.canvas.marks import WIDTH, Area, Drawing, Mark, Missing, Picture, Runs, Words

LEFT, RIGHT = 44.0, WIDTH - 8.0
TOP, FOOT = 38.0, 180.0
BARS = 120  # at most: finer bars are hair lines
LEAST = 5  # followers with a known time; fewer show no course


@dataclass(frozen=True, slots=True)
class Block:
    """A block of followers that was found: from, until, followers in it."""

    begin: int
    end: int
    size: int


def arrivals(
    graph: InfluenceGraph, node: int, name: str, *, blocks: Sequence[Block] = (), rushes: bool = False
) -> Picture:
    """New followers of one account over time; the blocks stand out by a band, a number and a darker colour.

    The blocks are those of a finding, or, as `rushes`, the days on which more came than the account's own pace explains.
    """
    title = told(say("How followers of {account} arrived", account=name))
    _, at = arrivals_of(graph, node)
    if len(at) < LEAST:
        return Missing(title, told(say("The data hold too few dated follows of this account.")))
    return _course(at, blocks, title, told(say("new followers a day")), _said(at, blocks, rushes=rushes))


def course(at: NDArray[np.int64], title: str, unit: str) -> Picture:
    """How often something happened over time, from its moments (UTC milliseconds, ascending)."""
    if len(at) < LEAST:
        return Missing(title, told(say("Too few of them are dated to show a course.")))
    said = say("{count} in all, {first} to {last}.", count=len(at), first=day(int(at[0])), last=day(int(at[-1])))
    return _course(at, (), title, unit, told(said))


def _course(at: NDArray[np.int64], blocks: Sequence[Block], title: str, unit: str, said: str) -> Picture:
    step, edges, counts = _counted(at)
    x = Scale(float(edges[0]), float(edges[-1]), LEFT, RIGHT)
    y = Scale(0.0, float(counts.max()), FOOT, TOP)
    inside = _inside(edges, blocks)
    each = unit if step == 1 else told(say("in {days} days each", days=step))
    marks = [
        *_bands(blocks, x),
        *beside(
            y, [tick for tick in ticks(0.0, float(counts.max()), most=4) if tick == int(tick)], x=LEFT, right=RIGHT
        ),
        *below(
            x, [(float(at), text) for at, text in times(int(edges[0]), int(edges[-1]), most=4)], y=FOOT, top=FOOT - 4
        ),
        _bars(edges, counts, ~inside, x, y, "observed"),
        _bars(edges, counts, inside, x, y, "surprise"),
        *_numbered(blocks, x),
        Words(LEFT, 11, each, "soft"),
    ]
    return Drawing(title, said, WIDTH, FOOT + 20, tuple(marks), _table(edges, counts, inside, each))


def _table(
    edges: NDArray[np.int64], counts: NDArray[np.int64], inside: NDArray[np.bool_], unit: str
) -> tuple[tuple[str, ...], ...]:
    """The bars that are not empty: from which day, how many, and whether in a block."""
    heads = (told(say("from")), unit, told(say("in a block")))
    bars = zip(edges[:-1].tolist(), counts.tolist(), inside.tolist(), strict=True)
    yes = told(say("yes"))
    rows = tuple((day(begin), number(count), yes if mine else "") for begin, count, mine in bars if count)
    return (heads, *rows)


def _counted(at: NDArray[np.int64]) -> tuple[int, NDArray[np.int64], NDArray[np.int64]]:
    """Days of a bar, the edges of the bars and the followers in each."""
    first, last = int(at[0] // DAY), int(at[-1] // DAY) + 1
    step = max(1, -(-(last - first) // BARS))
    edges = np.arange(first, last + step, step, dtype=np.int64) * DAY
    return step, edges, np.histogram(at, bins=edges)[0]


def _inside(edges: NDArray[np.int64], blocks: Sequence[Block]) -> NDArray[np.bool_]:
    """The bars that lie in a block."""
    inside = np.zeros(len(edges) - 1, bool)
    for block in blocks:
        inside |= (edges[:-1] < block.end) & (edges[1:] > block.begin)
    return inside


def _bars(
    edges: NDArray[np.int64], counts: NDArray[np.int64], shown: NDArray[np.bool_], x: Scale, y: Scale, role: str
) -> Mark:
    """The bars of one colour as one outline: from the foot up to each height and back."""
    points: list[tuple[float, float]] = [(x.begin, FOOT)]
    for left, right, count, mine in zip(edges[:-1], edges[1:], counts, shown, strict=True):
        if count and mine:
            a, b = x(float(left)), x(float(right))
            points += [
                (a, FOOT),
                (a, y(float(count))),
                (max(b - 0.5, a + 0.8), y(float(count))),
                (max(b - 0.5, a + 0.8), FOOT),
            ]
    return Area((*points, (x.begin, FOOT)), role)


def _bands(blocks: Sequence[Block], x: Scale) -> Iterator[Mark]:
    boxes = tuple((x(block.begin) - 1, TOP - 8, x(block.end) - x(block.begin) + 2) for block in blocks)
    if boxes:
        yield Runs(boxes, FOOT - TOP + 8, "band")


def _numbered(blocks: Sequence[Block], x: Scale) -> Iterator[Mark]:
    last = -99.0
    for place, block in enumerate(sorted(blocks, key=lambda block: block.begin), start=1):
        middle = (x(block.begin) + x(block.end)) / 2
        if middle - last > 14:  # numbers do not lie upon each other
            yield Words(middle, TOP - 12, str(place), "surprise", "middle", strong=True)
            last = middle


def _said(at: NDArray[np.int64], blocks: Sequence[Block], *, rushes: bool) -> str:
    first, last = day(int(at[0])), day(int(at[-1]))
    if not blocks:
        return told(
            say(
                "{count} followers with a known time, {first} to {last}.", count=number(len(at)), first=first, last=last
            )
        )
    largest = max(blocks, key=lambda block: block.size)
    values: dict[str, Any] = {
        "count": len(blocks),
        "followers": len(at),
        "first": first,
        "last": last,
        "size": largest.size,
        "begin": day(largest.begin),
    }
    if rushes:
        said = say_many(
            "{followers} followers with a known time, {first} to {last}. Shaded: {count} rush in which more came than the "
            "account's own pace explains; {size} followers came in it from {begin}.",
            "{followers} followers with a known time, {first} to {last}. Shaded: {count} rushes in which more came than "
            "the account's own pace explains; {size} followers came in the largest, from {begin}.",
            **values,
        )
    else:
        said = say_many(
            "{followers} followers with a known time, {first} to {last}. Shaded: {count} stretch in which too many are "
            "followed and answered by next to nobody; {size} followers stand in it from {begin}.",
            "{followers} followers with a known time, {first} to {last}. Shaded: {count} stretches in which too many are "
            "followed and answered by next to nobody; {size} followers stand in the largest, from {begin}.",
            **values,
        )
    return told(said)
