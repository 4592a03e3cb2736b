"""Who is tied to whom inside a group: a square of members, one cell an ordered pair."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import percent, say, told
from graphkit.pictures.acts import by_actor
from graphkit.pictures.canvas.marks import WIDTH, Dots, Drawing, Mark, Missing, Picture, Rect, Runs, Words, cut

MOST: Final = 40  # members drawn: smaller cells are not seen
LEFT: Final = 118.0
TOP: Final = 44.0

Name = Callable[[str], str]
Flags = NDArray[np.bool_]


def ring(graph: InfluenceGraph, members: NDArray[np.int64], name: Name) -> Picture:
    """Follows (cells) and acts (dots) from each row to each column, among the members with most ties inside."""
    title = told(say("Who follows and who turns to whom in the group"))
    if len(members) < 3:
        return Missing(title, told(say("A group of fewer than three accounts has no square.")))
    follows = graph.follows[members][:, members].toarray() > 0
    acts = _acts(graph, members)
    if not follows.any() and not acts.any():
        return Missing(title, told(say("The data hold no tie between the members.")))
    order = np.lexsort((members, -(follows.sum(axis=1) + follows.sum(axis=0) + acts.sum(axis=1))))[:MOST]
    follows, acts, shown = follows[np.ix_(order, order)], acts[np.ix_(order, order)], members[order]
    cell = min(11.0, (WIDTH - LEFT - 8) / len(shown))
    marks = [
        *_key(),
        Rect(LEFT, TOP, cell * len(shown), cell * len(shown), "track"),
        Runs(_runs(follows, cell), cell, "heat2"),
        Dots(_middles(acts, cell), max(1.0, cell * 0.24), "surprise"),
        Runs(tuple((LEFT + n * cell, TOP + n * cell, cell) for n in range(len(shown))), cell, "line"),
        *_names(graph, shown, name, cell),
    ]
    return Drawing(title, _said(follows, acts, len(members)), WIDTH, TOP + cell * len(shown) + 6, tuple(marks))


def _acts(graph: InfluenceGraph, members: NDArray[np.int64]) -> Flags:
    """Whether the row's account acted on the column's."""
    place = np.full(graph.n, -1, np.int64)
    place[members] = np.arange(len(members))
    rows = by_actor(graph).among(members)
    target = graph.events.target[rows]
    inside = np.where(target >= 0, place[np.maximum(target, 0)], -1) >= 0
    acts = np.zeros((len(members), len(members)), bool)
    acts[place[graph.events.actor[rows[inside]]], place[target[inside]]] = True
    return acts


def _runs(cells: Flags, cell: float) -> tuple[tuple[float, float, float], ...]:
    """Full cells that lie side by side, as one box each."""
    boxes = []
    for row, line in enumerate(cells):
        edges = np.flatnonzero(np.diff(np.r_[False, line, False].astype(np.int8)))
        boxes += [(LEFT + a * cell, TOP + row * cell, (b - a) * cell) for a, b in edges.reshape(-1, 2)]
    return tuple((round(float(x), 2), round(float(y), 2), float(w)) for x, y, w in boxes)


def _middles(cells: Flags, cell: float) -> tuple[tuple[float, float], ...]:
    return tuple(
        (LEFT + (column + 0.5) * cell, TOP + (row + 0.5) * cell) for row, column in np.argwhere(cells).tolist()
    )


def _names(graph: InfluenceGraph, shown: NDArray[np.int64], name: Name, cell: float) -> Iterator[Mark]:
    size = min(9.0, cell + 1)
    for place, account in enumerate(graph.ids(shown)):
        yield Words(LEFT - 6, TOP + (place + 0.5) * cell + size / 3, cut(name(account), 17), "soft", "end", size=size)


def _key() -> Iterator[Mark]:
    yield Rect(LEFT, 2, 11, 11, "heat2")
    yield Words(LEFT + 17, 12, told(say("the row's account follows the column's")), "soft", size=11)
    yield Rect(LEFT, 20, 11, 11, "track")
    yield Dots(((LEFT + 5.5, 25.5),), 2.6, "surprise")
    yield Words(LEFT + 17, 30, told(say("it has also acted towards it at least once")), "soft", size=11)


def _said(follows: Flags, acts: Flags, members: int) -> str:
    n = len(follows)
    pairs = max(n * (n - 1) // 2, 1)
    mutual, spoken = np.triu(follows & follows.T, 1), np.triu(acts | acts.T, 1)
    both, warm, strangers = mutual.sum(), (mutual & spoken).sum(), (spoken & ~np.triu(follows | follows.T, 1)).sum()
    return told(
        say(
            "{shown} of {members} members. Of their {pairs} pairs {both} follow each other ({share}); {warm} of these "
            "have turned to each other at least once. Pairs of which neither follows the other and that have done so as "
            "well: {strangers}.",
            shown=n,
            members=members,
            pairs=pairs,
            both=int(both),
            share=percent(both / pairs),
            warm=int(warm),
            strangers=int(strangers),
        )
    )
