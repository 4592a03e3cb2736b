"""What sets single acts apart from the rest of what their account does: an odd client, a quick deletion, a stranger's post."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.measures import made_once
from graphkit.measures.streams.deeds import Deeds, deeds_of, taken_back
from graphkit.measures.streams.ways import UNKNOWN, WAYS, Reached, reached
from graphkit.settings import current

Ints = NDArray[np.int64]
Counts = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Marks:
    """One value for each act in `reached`."""

    acts: Reached
    client: NDArray[np.int32]  # -1: unknown
    used: Counts  # how many deeds of the account were done with this client
    told: Counts  # ... and with any client that is known
    shares: Floats  # of everybody's deeds, by client
    ways: Ints  # of each account its acts by way: followed, passed on, unexplained
    delay: (
        Ints  # milliseconds since the post was written, or since the first act on it, whatever is known to be earlier
    )
    quick: Flags  # deleted within minutes
    usual_quick: float  # share of all deeds that were
    clients_known: bool
    deletions_known: bool
    follows_known: bool

    @cached_property
    def odd(self) -> Flags:
        """Acts with a client that the account hardly uses otherwise."""
        odd = np.zeros(len(self.client), bool)
        known = np.flatnonzero(self.client >= 0)
        odd[known] = self.own_share(np.int32(1), rows=known) < current().streams.odd_client
        return odd

    def own_share(
        self, without: Counts | np.int32, without_all: Counts | None = None, rows: Ints | slice = slice(None)
    ) -> Floats:
        """Share of the client among the account's deeds other than `without` of this client (`without_all` of any).

        Everybody's shares count as a few deeds of the account itself.
        """
        weight = current().streams.common_weight
        common = self.shares[np.maximum(self.client[rows], 0)]
        rest = self.told[rows] - (without if without_all is None else without_all)
        return np.asarray((np.maximum(self.used[rows] - without, 0) + weight * common) / (np.maximum(rest, 0) + weight))

    def own_ways(self, rows: Ints) -> Floats:
        """For each of these acts, shares of the three ways among what its account did elsewhere.

        The mean account counts as a few acts of the account itself, so that who did little is like everybody.
        """
        actor, place = np.unique(self.acts.actor[rows], return_inverse=True)
        here = np.bincount(3 * place + np.maximum(self.acts.way[rows], 0), minlength=3 * len(actor)).reshape(-1, 3)
        counts = np.maximum(self.ways[actor] - here, 0) + current().streams.common_weight * self.usual_ways
        return np.asarray((counts / counts.sum(axis=1)[:, None])[place])

    @cached_property
    def usual_ways(self) -> Floats:
        """Shares of the three ways among what the mean account does."""
        done = self.ways.sum(axis=1)
        some = done > 0
        return np.asarray((self.ways[some] / done[some][:, None]).mean(axis=0)) if some.any() else np.full(3, 1 / 3)


@made_once
def marks_of(graph: InfluenceGraph) -> Marks:
    """The marks of all acts on posts; linear in acts."""
    acts, deeds, settings = reached(graph), deeds_of(graph), current().streams
    client = graph.events.client[acts.event]
    quick = np.zeros(len(client), bool)
    back = taken_back(graph)[acts.event]
    gone = np.flatnonzero(back != NO_TIME)
    quick[gone] = back[gone] - acts.at[gone] <= settings.quick_ms
    lives = deeds.life != NO_TIME
    return Marks(
        acts,
        client,
        *_own(deeds, len(graph.events), acts),
        np.stack([np.bincount(acts.actor[acts.way == way], minlength=graph.n) for way in WAYS], axis=1),
        _delays(graph, acts),
        quick,
        float((lives & (deeds.life <= settings.quick_ms)).mean()) if len(deeds) else 0.0,
        clients_known=bool((client >= 0).any()),
        deletions_known=bool(lives.any()),
        follows_known=bool((acts.way != UNKNOWN).any()),
    )


def _delays(graph: InfluenceGraph, acts: Reached) -> Ints:
    born, first = graph.post_at[acts.posts], acts.at[acts.starts[:-1]]
    begun = np.where(born == NO_TIME, first, np.minimum(born, first))
    return np.asarray(acts.at - begun[acts.object])


def _own(deeds: Deeds, events: int, acts: Reached) -> tuple[Counts, Counts, Floats]:
    """For each act the account's deeds with the same client, and with a known one; and everybody's shares by client."""
    names = max(len(deeds.clients), 1)
    every = np.bincount(deeds.client + 1, minlength=names + 1)[1:]
    same, known = np.zeros(events, np.int32), np.zeros(len(deeds.starts) - 1, np.int32)
    _count(deeds.starts, deeds.client, deeds.event, np.zeros(names, np.int32), same, known)
    return same[acts.event], known[acts.actor], every / max(int(every.sum()), 1)


@njit(cache=True, nogil=True)
def _count(starts, client, event, seen, same, known):  # type: ignore[no-untyped-def]
    """Fills, for each event, how many deeds of its account go through its client; and for each account those with any."""
    for a in range(len(starts) - 1):
        for k in range(starts[a], starts[a + 1]):
            if client[k] >= 0:
                seen[client[k]] += 1
                known[a] += 1
        for k in range(starts[a], starts[a + 1]):
            if client[k] >= 0 and event[k] >= 0:
                same[event[k]] = seen[client[k]]
        for k in range(starts[a], starts[a + 1]):
            if client[k] >= 0:
                seen[client[k]] = 0
