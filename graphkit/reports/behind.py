"""The rows behind a finding: a few follows or acts, as they stand in the data, for a reader's own eyes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit import words
from graphkit.evidence import Finding
from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.language import minute, say, told
from graphkit.pictures.acts import Moments, by_followed, moments_of_acts, moments_of_follows, nodes_of, surest
from graphkit.results import Names
from graphkit.settings import defaults

MEMBERS = 400  # whose rows are looked through: the surest of larger groups
FOLLOWS = "follows"

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the data in words: who did what towards whom, on which post, and when."""

    when: str
    who: str
    what: str
    whom: str
    post: str


@dataclass(frozen=True, slots=True)
class Behind:
    """Some rows behind a finding, out of how many, and from when to when all of them run."""

    rows: tuple[Row, ...] = ()
    in_all: int = 0
    first: int | None = None
    last: int | None = None

    @property
    def span(self) -> str:
        """From when to when, in words; empty where no row is dated."""
        if self.first is None or self.last is None:
            return ""
        return told(say("from {first} to {last}", first=minute(self.first), last=minute(self.last)))


def behind(graph: InfluenceGraph, finding: Finding, names: Names) -> Behind:
    """The rows that the finding rests on most: follows among a ring, arrivals of a block, acts done together."""
    members = surest(graph, finding, MEMBERS)
    if finding.kind == "follow_ring":
        return _follows(graph, _inside(graph, members), names)
    if finding.kind == "bought_followers":
        return _follows(graph, _towards(graph, members, nodes_of(graph, finding.beneficiaries)), names)
    acts = moments_of_acts(graph, members)
    if acts.together.any():
        return _acts(graph, acts, names)
    follows = moments_of_follows(graph, members)
    if follows.together.any():
        return _follows(graph, follows.row[follows.together], names)
    return Behind()


def _inside(graph: InfluenceGraph, members: Ints) -> Ints:
    """The follows among the members, as places in the data of the matrix; both of a pair side by side."""
    mine = np.zeros(graph.n, bool)
    mine[members] = True
    places = np.concatenate([_of(graph, node) for node in members.tolist()] or [np.empty(0, np.int64)])
    places = places[mine[graph.follows.indices[places]]]
    follower, followed = _follower(graph, places), graph.follows.indices[places]
    return places[np.lexsort((follower, np.maximum(follower, followed), np.minimum(follower, followed)))]


def _towards(graph: InfluenceGraph, members: Ints, target: Ints) -> Ints:
    """The follows of the members towards these accounts, the earliest first."""
    places = by_followed(graph).among(target)
    places = places[np.isin(_follower(graph, places), members)]
    return places[np.argsort(graph.follow_at[places], kind="stable")]


def _of(graph: InfluenceGraph, node: int) -> Ints:
    return np.arange(graph.follows.indptr[node], graph.follows.indptr[node + 1], dtype=np.int64)


def _follower(graph: InfluenceGraph, places: Ints) -> Ints:
    return np.searchsorted(graph.follows.indptr, places, side="right") - 1


def _follows(graph: InfluenceGraph, places: Ints, names: Names) -> Behind:
    shown = places[: defaults().pages.rows_shown]
    ends = zip(graph.ids(_follower(graph, shown)), graph.ids(graph.follows.indices[shown]), strict=True)
    rows = [
        Row(minute(_known(at)), names(follower), words.act("follow"), names(followed), "")
        for (follower, followed), at in zip(ends, graph.follow_at[shown].tolist(), strict=True)
    ]
    return _behind(rows, graph.follow_at[places])


def _acts(graph: InfluenceGraph, held: Moments, names: Names) -> Behind:
    """Acts done together, those of the densest moment first."""
    together = held.row[held.together]
    densest = held.object[held.densest]
    first = together[graph.events.post[together] == densest]
    rest = together[graph.events.post[together] != densest]
    shown = np.concatenate([first, rest])[: defaults().pages.rows_shown]
    return _behind([_act(graph, int(row), names) for row in shown], graph.events.at[together])


def _act(graph: InfluenceGraph, row: int, names: Names) -> Row:
    events = graph.events
    post, target = int(events.post[row]), int(events.target[row])
    actor, *others = graph.ids([int(events.actor[row]), *([target] if target >= 0 else [])])
    return Row(
        when=minute(_known(int(events.at[row]))),
        who=names(actor),
        what=words.act(events.kinds[events.kind[row]]),
        whom=names(others[0]) if others else "–",
        post=names.clean(str(graph.posts["id"][post].as_py())) if post >= 0 else "",
    )


def _behind(rows: Iterable[Row], at: Ints) -> Behind:
    dated = at[at != NO_TIME]
    first, last = (int(dated.min()), int(dated.max())) if len(dated) else (None, None)
    return Behind(tuple(rows), len(at), first, last)


def _known(at: int) -> int | None:
    return None if at == NO_TIME else at
