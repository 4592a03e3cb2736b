"""How an account may have come upon a post: it follows the author, somebody it follows passed the post on, or neither."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.order import between, differs_from_previous, order_by
from graphkit.measures import made_once
from graphkit.measures.co_timing import authors, first_of_each

Ints = NDArray[np.int64]

FOLLOWED, PASSED_ON, UNEXPLAINED = WAYS = range(3)
UNKNOWN: Final = -1  # the data hold no follows
SILENT: Final = ("like", "view", "click", "impression")  # what is not shown to one's followers


@dataclass(frozen=True)
class Reached:
    """The first timed act of each account on each post of others, sorted by (post, at), and how it came about."""

    starts: Ints  # post o of `posts` holds rows starts[o] .. starts[o + 1]
    posts: NDArray[np.int32]  # rows of the graph's posts with such acts
    author: NDArray[np.int32]  # of each of them, -1 unknown
    actor: NDArray[np.int32]
    at: Ints
    event: NDArray[np.int32]  # row of the graph's events
    way: NDArray[np.int8]  # FOLLOWED, PASSED_ON, UNEXPLAINED or UNKNOWN

    @cached_property
    def object(self) -> NDArray[np.int32]:
        """For each act the place of its post in `posts`."""
        return np.repeat(np.arange(len(self.posts), dtype=np.int32), np.diff(self.starts))

    @cached_property
    def strange(self) -> NDArray[np.bool_]:
        """Acts that no follow explains, or of which nothing is known."""
        return np.asarray((self.way == UNEXPLAINED) | (self.way == UNKNOWN))

    @cached_property
    def _by_author(self) -> tuple[Ints, Ints]:
        author = self.author.astype(np.int64)
        order = order_by(author)
        return order, author[order]

    def of(self, authors: Ints) -> Ints:
        """The acts on posts of some authors, ascending."""
        order, author = self._by_author
        low, high = np.searchsorted(author, authors, "left"), np.searchsorted(author, authors, "right")
        parts = [order[begin:end] for begin, end in zip(low, high, strict=True)]
        posts = np.sort(np.concatenate([*parts, np.empty(0, np.int64)]))
        return between(self.starts[posts], self.starts[posts + 1])


@made_once
def reached(graph: InfluenceGraph) -> Reached:
    """The acts on posts with their ways; linear in acts, times the followings of those who do not follow the author."""
    events, author = graph.events, authors(graph)
    rows = np.flatnonzero((events.post >= 0) & (events.at != NO_TIME))
    rows = rows[author[events.post[rows]] != events.actor[rows]]
    rows = rows[order_by(events.post[rows])]  # events are sorted by time: the first of equals is the earliest
    rows = rows[first_of_each(events.post[rows], events.actor[rows], max(graph.n, 1))].astype(np.int32)
    post = events.post[rows]
    begins = np.flatnonzero(differs_from_previous(post))
    starts = np.r_[begins, len(rows)].astype(np.int64)
    posts = post[begins]
    way = np.full(len(rows), UNKNOWN, np.int8)
    if graph.follows.nnz:
        shows = ~events.of_kind(*SILENT)[rows]
        arrays = (starts, author[posts].astype(np.int64), events.actor[rows], events.at[rows], shows)
        _ways(*arrays, graph.follows.indptr, graph.follows.indices, np.full(graph.n, -1, np.int64), way)
    return Reached(starts, posts, author[posts], events.actor[rows], events.at[rows], rows, way)


@njit(cache=True, nogil=True)
def _ways(starts, author, actor, at, shows, indptr, indices, seen, way):  # type: ignore[no-untyped-def]  # noqa: PLR0913
    """Fills `way`; `seen` holds, for each account, the last post on which it showed an act to its followers."""
    for o in range(len(starts) - 1):
        for k in range(starts[o], starts[o + 1]):
            begin, end = indptr[actor[k]], indptr[actor[k] + 1]
            place = begin + np.searchsorted(indices[begin:end], author[o])
            way[k] = UNEXPLAINED
            if author[o] >= 0 and place < end and indices[place] == author[o]:
                way[k] = FOLLOWED
            else:
                for j in range(begin, end):
                    if seen[indices[j]] == o:
                        way[k] = PASSED_ON
                        break
            if shows[k]:
                seen[actor[k]] = o
