"""What accounts did, ready for a picture: the acts of each account, and the moments in which several met."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit.evidence import Finding
from graphkit.graphs.events import ByAccount
from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.settings import defaults

Ints = NDArray[np.int64]
TOGETHER: Final = 3  # accounts on one post, or at one account, within the window: a moment
ROWS: Final = 24  # members drawn: more rows are no longer told apart
DAY: Final = 86_400_000  # the window of follows: deliveries come by the day


@lru_cache(maxsize=2)
def by_actor(graph: InfluenceGraph) -> ByAccount:
    """The events by who acted; computed once for all pictures of a graph."""
    return ByAccount.by(graph.events.actor, graph.n)


@lru_cache(maxsize=2)
def by_target(graph: InfluenceGraph) -> ByAccount:
    """The events by whom they were aimed at."""
    return ByAccount.by(graph.events.target, graph.n)


@lru_cache(maxsize=2)
def by_author(graph: InfluenceGraph) -> ByAccount:
    """The posts by who wrote them."""
    return ByAccount.by(graph.post_author, graph.n)


@lru_cache(maxsize=2)
def by_followed(graph: InfluenceGraph) -> ByAccount:
    """The follows (places in `graph.follows.data`) by who is followed."""
    return ByAccount.by(graph.follows.indices, graph.n)


@dataclass(frozen=True)
class Moments:
    """Dated acts of some accounts in the order of time, and which of them were done together on one object."""

    row: Ints  # of the events, or place of the follow
    actor: Ints
    object: Ints  # the post; for follows the account that is followed
    at: Ints
    together: NDArray[np.bool_]
    window: int  # milliseconds

    def within(self, since: int, until: int) -> Moments:
        """The acts from `since` to `until`, both included, in UTC milliseconds."""
        part = slice(*np.searchsorted(self.at, [since, until + 1]).tolist())
        rows, actors, objects, at = (column[part] for column in (self.row, self.actor, self.object, self.at))
        return Moments(rows, actors, objects, at, self.together[part], self.window)

    @property
    def drawn(self) -> Ints:
        """The accounts of the most acts done together, by node number: so many as are told apart in a picture."""
        actors, count = np.unique(self.actor[self.together], return_counts=True)
        return np.sort(actors[np.lexsort((actors, -count))][:ROWS])

    @property
    def densest(self) -> int:
        """The act after which most acts of the accounts drawn follow on its object within the window.

        A place in these arrays; -1 where nothing was done together.
        """
        places = np.flatnonzero(self.together & np.isin(self.actor, self.drawn))
        if not len(places):
            return -1
        places = places[np.lexsort((self.at[places], self.object[places]))]
        at = self.at[places] - self.at[places].min()
        objects = np.unique(self.object[places], return_inverse=True)[1]
        one_line = objects * (at.max() + self.window + 1) + at  # objects behind each other, with a window between them
        following = np.searchsorted(one_line, one_line + self.window, side="right") - np.arange(len(one_line))
        return int(places[np.argmax(following)])


def moments_of_acts(graph: InfluenceGraph, members: Ints) -> Moments:
    """The dated acts on posts by these accounts; together are three and more of them on one post within minutes."""
    return _moments_of_acts(graph, tuple(members.tolist()))


@lru_cache(maxsize=4)
def _moments_of_acts(graph: InfluenceGraph, members: tuple[int, ...]) -> Moments:
    events, rows = graph.events, by_actor(graph).among(np.array(members, np.int64))
    rows = rows[(events.at[rows] != NO_TIME) & (events.post[rows] >= 0)]
    window = round(defaults().lockstep.windows_s[-1] * 1000)
    return _moments(rows, events.actor[rows], events.post[rows], at=events.at[rows], window=window)


def moments_of_follows(graph: InfluenceGraph, members: Ints) -> Moments:
    """The dated follows by these accounts; together are three and more of them who came to one account within a day."""
    return _moments_of_follows(graph, tuple(members.tolist()))


@lru_cache(maxsize=4)
def _moments_of_follows(graph: InfluenceGraph, members: tuple[int, ...]) -> Moments:
    places = [np.arange(graph.follows.indptr[node], graph.follows.indptr[node + 1], dtype=np.int64) for node in members]
    rows = np.concatenate([*places, np.empty(0, np.int64)])
    rows = rows[graph.follow_at[rows] != NO_TIME]
    actor = np.searchsorted(graph.follows.indptr, rows, side="right") - 1
    return _moments(rows, actor, graph.follows.indices[rows], at=graph.follow_at[rows], window=DAY)


def _moments(rows: Ints, actor: Ints, what: Ints, *, at: Ints, window: int) -> Moments:
    order = np.lexsort((at, what))
    rows, actor, what, at = (column[order].astype(np.int64) for column in (rows, actor, what, at))
    close = np.zeros(len(rows), bool)
    edges = np.flatnonzero(np.r_[True, what[1:] != what[:-1], True]) if len(rows) else rows
    for begin, end in pairwise(edges.tolist()):
        if end - begin >= TOGETHER:
            close[begin:end] = _close(at[begin:end], actor[begin:end], window)
    order = np.argsort(at, kind="stable")
    return Moments(rows[order], actor[order], what[order], at[order], close[order], window)


def _close(at: Ints, actor: Ints, window: int) -> NDArray[np.bool_]:
    """Which acts on one object lie in a window with those of enough others."""
    close = np.zeros(len(at), bool)
    last = np.searchsorted(at, at + window, side="right")
    for begin, end in enumerate(last):
        if end - begin >= TOGETHER and len(np.unique(actor[begin:end])) >= TOGETHER:
            close[begin:end] = True
    return close


def nodes_of(graph: InfluenceGraph, accounts: tuple[str, ...]) -> Ints:
    """The node numbers of some accounts; those that the graph does not hold are left out."""
    place = _places(graph)
    return np.array([place[account] for account in accounts if account in place], np.int64)


@lru_cache(maxsize=2)
def _places(graph: InfluenceGraph) -> dict[str, int]:
    return {account: node for node, account in enumerate(graph.account_ids)}


def surest(graph: InfluenceGraph, finding: Finding, most: int) -> Ints:
    """The nodes of the members of a finding, the surest first, at most so many."""
    members = sorted((m for m in finding.members if m.role == "member"), key=lambda m: (-m.p, m.account))
    return nodes_of(graph, tuple(member.account for member in members[:most]))


def arrivals_of(graph: InfluenceGraph, node: int) -> tuple[Ints, Ints]:
    """Who follows an account and since when, in the order of time; followers without a known time are left out."""
    places = by_followed(graph).of(node)
    at = graph.follow_at[places]
    places = places[at != NO_TIME][np.argsort(at[at != NO_TIME], kind="stable")]
    return np.searchsorted(graph.follows.indptr, places, side="right") - 1, graph.follow_at[places]
