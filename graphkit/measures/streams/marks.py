"""What sets single acts apart from the rest of what their account does: an odd client, a quick deletion, a stranger's post."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.measures.streams.deeds import Deeds, deeds_of
from graphkit.measures.streams.ways import UNKNOWN, Reached, reached
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Marks:
    """One value for each act in `reached`."""

    acts: Reached
    client: NDArray[np.int32]  # -1: unknown
    used: Ints  # how many deeds of the account were done with this client
    told: Ints  # ... and with any client that is known
    common: Floats  # everybody's share of this client
    quick: Flags  # deleted within minutes
    usual_quick: float  # share of all deeds that were
    clients_known: bool
    deletions_known: bool
    follows_known: bool

    @property
    def odd(self) -> Flags:
        """Acts with a client that the account hardly uses otherwise."""
        known = self.client >= 0
        return known & (self.own_share(np.where(known, 1, 0)) < current().streams.odd_client)

    def own_share(self, without: Ints, without_all: Ints | None = None, rows: Ints | slice = slice(None)) -> Floats:
        """Share of the client among the account's deeds other than `without` of this client (`without_all` of any).

        Everybody's shares count as a few deeds of the account itself.
        """
        weight = current().streams.common_weight
        rest = self.told[rows] - (without if without_all is None else without_all)
        return np.asarray(
            (np.maximum(self.used[rows] - without, 0) + weight * self.common[rows]) / (np.maximum(rest, 0) + weight)
        )


@lru_cache(maxsize=2)
def marks_of(graph: InfluenceGraph) -> Marks:
    """The marks of all acts on posts; linear in acts."""
    acts, deeds, settings = reached(graph), deeds_of(graph), current().streams
    client = graph.events.client[acts.event]
    life = graph.events.deleted_at[acts.event]
    quick = (life != NO_TIME) & (life - acts.at <= settings.quick_ms)
    lives = deeds.life != NO_TIME
    return Marks(
        acts,
        client,
        *_own(deeds, graph.n, acts.actor, client),
        quick,
        float((lives & (deeds.life <= settings.quick_ms)).mean()) if len(deeds) else 0.0,
        clients_known=bool((client >= 0).any()),
        deletions_known=bool(lives.any()),
        follows_known=bool((acts.way != UNKNOWN).any()),
    )


def _own(deeds: Deeds, n: int, actor: NDArray[np.int32], client: NDArray[np.int32]) -> tuple[Ints, Ints, Floats]:
    """For each act: the account's deeds with the same client, its deeds with a known one, everybody's share of it."""
    names = max(len(deeds.clients), 1)
    known = deeds.client >= 0
    key = deeds.who[known].astype(np.int64) * names + deeds.client[known]
    used, count = np.unique(key, return_counts=True)
    total = np.bincount(deeds.who[known], minlength=n)
    common = np.bincount(deeds.client[known], minlength=names) / max(int(known.sum()), 1)
    wanted = actor.astype(np.int64) * names + np.maximum(client, 0)
    place = np.minimum(np.searchsorted(used, wanted), max(len(used) - 1, 0))
    mine = np.where(used[place] == wanted, count[place], 0) if len(used) else np.zeros(len(wanted), np.int64)
    return mine, total[actor], common[np.maximum(client, 0)]
