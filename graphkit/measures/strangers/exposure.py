"""Exposure: which acts the follow graph explains, because the account follows the author or somebody who passed the post on.

Friends, readers and fans meet the same posts because they follow the same people. What two accounts do on posts that
neither was shown by anybody it follows is not explained by that, so only such acts are compared among strangers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.order import Whole, differs_from_previous, order_by
from graphkit.measures import made_once
from graphkit.measures.co_timing import authors
from graphkit.settings import current

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Exposure:
    """The first act of each account on each post of somebody else, and whether it follows the author."""

    row: NDArray[np.int32]  # of `graph.events`, in order of post and time
    actor: NDArray[np.int32]
    post: NDArray[np.int32]
    followed: Flags  # the actor follows the author of the post
    author: NDArray[np.int32]  # of each post of the graph, -1 unknown
    known: float  # share of acts on followed authors of the account in the middle, among those that follow somebody

    @property
    def told(self) -> bool:
        """Whether the follows in the data explain enough of what people do to speak of the rest."""
        return self.known >= current().strangers.explained

    def shown(self, graph: InfluenceGraph, of: NDArray[np.int32], *, among: Flags) -> Flags:
        """Acts of accounts `among` all on posts of followed authors, or on posts that somebody followed had acted on before.

        `of` is the group of each account, -1 for none: members of one group do not excuse each other. Cost: the follows of
        the actor for each act of those accounts.
        """
        ties = (self.author, graph.follows.indptr, graph.follows.indices, of, among)
        return shown_before(self.actor, self.post, ties, untimed=graph.events.at[self.row] == NO_TIME)


@made_once
def exposure(graph: InfluenceGraph) -> Exposure:
    """The first acts of a graph in order of post and time; computed once."""
    events, author = graph.events, authors(graph)
    rows = np.flatnonzero(events.post >= 0)
    rows = rows[author[events.post[rows]] != events.actor[rows]]
    order = order_by(events.actor[rows], events.post[rows])  # stable, and events are in order of time
    rows = rows[order][differs_from_previous(events.actor[rows][order], events.post[rows][order])]
    rows = rows[order_by(events.post[rows], events.at[rows])].astype(np.int32)
    actor, post = events.actor[rows], events.post[rows]
    followed = follows(graph, actor, author[post])
    return Exposure(rows, actor, post, followed, author, _known(graph, actor, followed))


def follows(graph: InfluenceGraph, actor: NDArray[np.integer], author: NDArray[np.integer]) -> Flags:  # type: ignore[type-arg]
    """For each pair whether the first follows the second."""
    return np.asarray(_follows(graph.follows.indptr, graph.follows.indices, actor, author))


@njit(cache=True, nogil=True)
def _follows(ptr, to, actor, author):  # type: ignore[no-untyped-def]
    there = np.zeros(len(actor), np.bool_)
    for k in range(len(actor)):
        low, high = ptr[actor[k]], ptr[actor[k] + 1]
        place = low + np.searchsorted(to[low:high], author[k])
        there[k] = place < high and to[place] == author[k]
    return there


def shown_before(actor: Whole, thing: Whole, ties: tuple[Any, ...], *, untimed: Flags) -> Flags:
    """Acts whose account follows the author of the thing, or somebody that acted on it before; in order of thing and time.

    `ties` are the author of each thing, who follows whom (two arrays, as in CSR), the group of each account, whose members
    do not excuse each other, and the accounts asked about. Of `untimed` acts nobody knows who came first, so that anybody
    followed who acted at all may have shown it.
    """
    seen = _shown(actor, thing, *ties)
    if untimed.any():
        seen |= untimed & _shown(actor[::-1], thing[::-1], *ties)[::-1]
    return np.asarray(seen)


@njit(cache=True, nogil=True)
def _shown(actor, post, author, ptr, to, of, among):  # type: ignore[no-untyped-def]
    """Marks acts, in order of post and time, whose author or an earlier actor is followed by the actor."""
    seen = np.full(len(ptr), -1, np.int64)  # the last post on which an account acted so far
    shown = np.zeros(len(actor), np.bool_)
    for k in range(len(actor)):
        for e in range(ptr[actor[k]], ptr[actor[k] + 1] if among[actor[k]] else ptr[actor[k]]):
            other = to[e]
            if of[actor[k]] >= 0 and of[other] == of[actor[k]]:
                continue
            if other == author[post[k]] or seen[other] == post[k]:
                shown[k] = True
                break
        seen[actor[k]] = post[k]
    return shown


def _known(graph: InfluenceGraph, actor: NDArray[np.int32], followed: Flags) -> float:
    acts = np.bincount(actor, minlength=graph.n)
    known = np.bincount(actor, weights=followed, minlength=graph.n)
    usual = (acts >= 3) & (np.diff(graph.follows.indptr) > 0)
    return float(np.median(known[usual] / acts[usual])) if usual.sum() >= 50 else 0.0
