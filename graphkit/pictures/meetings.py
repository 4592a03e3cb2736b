"""When the members of a group acted: one row a member, one dot an act; below, its densest moment from near."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import Said, mark, minute, say, say_many, told
from graphkit.pictures.acts import Moments, moments_of_acts, moments_of_follows
from graphkit.pictures.canvas.axes import Scale, below, times
from graphkit.pictures.canvas.marks import LETTER, WIDTH, Dots, Drawing, Mark, Missing, Picture, Runs, Words, cut

DOTS: Final = 1_200  # acts drawn; those done together first
ROW: Final = 9.5
LEFT, RIGHT = 118.0, WIDTH - 14.0
TOP: Final = 30.0

Name = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of acts, or of follows."""

    title: str
    together: str
    alone: str
    missing: str
    closer: str
    said: Callable[..., Said]


ACTS: Final = _Words(
    title=say("When the members acted"),
    together=say("three and more on one post within minutes"),
    alone=say("other acts"),
    missing=say("No post with dated acts of three members within minutes is in the data."),
    closer=mark("Closer: one post on {time}"),
    said=lambda objects, **numbers: say_many(
        "Acts of {members} members over time, one row a member. On {objects} post three and more of them acted within "
        "minutes: {together} of {acts} acts.",
        "Acts of {members} members over time, one row a member. On {objects} posts three and more of them acted within "
        "minutes: {together} of {acts} acts.",
        count=objects,
        objects=objects,
        **numbers,
    ),
)
FOLLOWS: Final = _Words(
    title=say("When the members followed"),
    together=say("three and more at one account within a day"),
    alone=say("other follows"),
    missing=say("No account with dated follows of three members within a day is in the data."),
    closer=mark("Closer: arrivals at one account on {time}"),
    said=lambda objects, **numbers: say_many(
        "Follows by {members} members over time, one row a member. At {objects} account three and more of them arrived "
        "within a day: {together} of {acts} follows.",
        "Follows by {members} members over time, one row a member. At {objects} accounts three and more of them arrived "
        "within a day: {together} of {acts} follows.",
        count=objects,
        objects=objects,
        **numbers,
    ),
)


def meetings(
    graph: InfluenceGraph,
    members: NDArray[np.int64],
    name: Name,
    *,
    follows: bool = False,
    within: tuple[int, int] | None = None,
) -> Picture:
    """The dated acts of some accounts on posts, or their follows; dark dots are those done together.

    `within` narrows it to what lies between two moments (UTC milliseconds), drawn as wide as the whole was.
    """
    held = moments_of_follows(graph, members) if follows else moments_of_acts(graph, members)
    held = held.within(*within) if within else held
    words = FOLLOWS if follows else ACTS
    if not held.together.any():
        return Missing(told(words.title), told(words.missing))
    rows = held.drawn
    first, last = _seen(held)
    x, foot = Scale(float(first), float(last), LEFT, RIGHT), TOP + ROW * len(rows)
    marks = [
        *_key(words),
        *below(x, [(float(at), text) for at, text in times(first, last, most=4)], y=foot, top=TOP - 6),
        *_rows(graph, rows, name),
        *_dots(held, rows, x),
        *_close_up(held, rows, foot + 46, words),
    ]
    return Drawing(told(words.title), _said(held, len(members), words), WIDTH, 2 * foot + 40, tuple(marks))


def _seen(held: Moments) -> tuple[int, int]:
    """From when to when is drawn: the acts done together, as long again before them, and a little after."""
    together = held.at[held.together]
    span = max(int(together[-1] - together[0]), held.window)
    first, last = int(together[0]) - span, int(together[-1]) + span // 10
    return max(first, int(held.at[0])), max(min(last, int(held.at[-1])), first + 1)


def _key(words: _Words) -> Iterator[Mark]:
    alone = told(words.alone)
    # the second word stands clear of the first in every language
    right = max(LEFT + 3.0, 27 + LETTER * 11 * len(alone))
    yield Dots(((4, 8),), 1.6, "unknown")
    yield Words(11, 12, alone, "soft", size=11)
    yield Dots(((right, 8),), 2.4, "surprise")
    yield Words(right + 7, 12, told(words.together), "soft", size=11)


def _rows(graph: InfluenceGraph, rows: NDArray[np.int64], name: Name) -> Iterator[Mark]:
    yield _lines(len(rows), TOP)
    for place, account in enumerate(graph.ids(rows)):
        yield Words(LEFT - 6, TOP + ROW * (place + 0.5) + 3, cut(name(account), 18), "soft", "end", size=9)


def _lines(rows: int, top: float) -> Mark:
    """A thin line for each row."""
    return Runs(
        tuple((LEFT, round(top + ROW * (row + 0.5) - 0.4, 1), RIGHT - LEFT) for row in range(rows)), 0.8, "track"
    )


def _dots(held: Moments, rows: NDArray[np.int64], x: Scale) -> Iterator[Mark]:
    together = _places(held, held.together, rows, x=x, top=TOP)
    alone = _places(held, ~held.together, rows, x=x, top=TOP)
    room = max(DOTS - len(together), 0)
    yield Dots(_spread(alone, room), 1.6, "unknown")
    yield Dots(_spread(together, DOTS), 2.2, "surprise")


def _spread(places: tuple[tuple[float, float], ...], most: int) -> tuple[tuple[float, float], ...]:
    """At most so many of the places, from all over."""
    return places[:: -(-len(places) // most)] if 0 < most < len(places) else places[:most]


def _places(
    held: Moments, kept: NDArray[np.bool_], rows: NDArray[np.int64], *, x: Scale, top: float
) -> tuple[tuple[float, float], ...]:
    """Distinct places of dots; acts that fall upon each other are one dot."""
    shown = np.flatnonzero(kept & np.isin(held.actor, rows) & (held.at >= x.low) & (held.at <= x.high))
    row = np.searchsorted(rows, held.actor[shown])
    across = np.rint(10 * x.places(held.at[shown])).astype(np.int64)
    distinct = np.unique(np.stack([row, across], axis=1), axis=0)
    return tuple((left / 10, round(top + ROW * (r + 0.5), 1)) for r, left in distinct.tolist())


def _close_up(held: Moments, rows: NDArray[np.int64], top: float, words: _Words) -> Iterator[Mark]:
    """The time around the densest moment of those drawn, on the same rows."""
    first = int(held.at[held.densest])
    begin, end = first - held.window // 4, first + held.window * 5 // 4
    x, foot = Scale(float(begin), float(end), LEFT, RIGHT), top + ROW * len(rows)
    yield Words(0, top - 8, told(say(words.closer, time=minute(first))), "ink", size=11)
    yield from below(x, [(float(at), text) for at, text in times(begin, end, most=5)], y=foot, top=top)
    yield _lines(len(rows), top)
    on_it = (held.object == held.object[held.densest]) & (held.at >= begin) & (held.at <= end)
    yield Dots(_places(held, on_it, rows, x=x, top=top), 2.6, "surprise")


def _said(held: Moments, members: int, words: _Words) -> str:
    together = int(held.together.sum())
    objects = len(np.unique(held.object[held.together]))
    return told(words.said(objects, members=members, together=together, acts=len(held.at)))
