"""The ties of a map: who follows whom, and who did what to whom how often, each kind of tie for itself."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.order import differs_from_previous
from graphkit.maps.choice import Nodes

FOLLOW: Final = "follow"
EACH: Final = 3  # everybody's first, second and third tie come before the other ties of anybody
_LAST: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Ties:
    """Ties as columns, one row for source, target and kind; `source` and `target` are places among the accounts shown.

    Several rows may tie the same two accounts: a follow, answers and shares are three ties. Rows are sorted.
    """

    source: Nodes
    target: Nodes
    kind: NDArray[np.int8]  # place in `kinds`
    count: Nodes  # how many acts; 1 for a follow
    first: Nodes  # UTC milliseconds; NO_TIME: unknown
    last: Nodes
    kinds: tuple[str, ...]
    in_all: int  # ties of the whole network

    def __len__(self) -> int:
        return len(self.source)

    def take(self, places: Nodes) -> Self:
        """Some of the ties, in the order of `places`."""
        columns = ("source", "target", "kind", "count", "first", "last")
        return dataclasses.replace(self, **{name: getattr(self, name)[places] for name in columns})


def ties_among(graph: InfluenceGraph, nodes: Nodes, *, most: int, together: NDArray[np.bool_]) -> Ties:
    """The ties among `nodes`, of the strongest pairs, at most `most` rows; `together` marks accounts of findings.

    Each account first gets its strongest pairs, then the strongest of all follow; what ties members of findings counts
    for more, for that is what a reader looks for.
    """
    place = np.full(graph.n, -1, dtype=np.int64)
    place[nodes] = np.arange(len(nodes))
    ties = _sorted(graph, place, len(nodes))
    if len(ties) <= most:
        return ties
    starts = np.flatnonzero(differs_from_previous(ties.source, ties.target))
    pairs = _Pairs(ties.source[starts], ties.target[starts], np.diff(starts, append=len(ties)))
    order = pairs.strongest_first(_strength(ties, starts), len(nodes), together)
    kept = order[np.cumsum(pairs.rows[order]) <= most]
    wanted = np.zeros(len(starts), dtype=bool)
    wanted[kept] = True
    return ties.take(np.flatnonzero(np.repeat(wanted, pairs.rows)))


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Ordered pairs of accounts that are tied, sorted, and how many rows each has."""

    source: Nodes
    target: Nodes
    rows: Nodes

    def strongest_first(self, strength: NDArray[np.float64], size: int, together: NDArray[np.bool_]) -> Nodes:
        """The order in which pairs are taken."""
        keys = self.source * size + self.target
        back = _among(self.target * size + self.source, keys)
        worth = strength + back + 3.0 * (together[self.source] & together[self.target])
        strongest = np.argsort(-worth, kind="stable")
        return strongest[np.argsort(_turn(self.source[strongest]), kind="stable")]


def _sorted(graph: InfluenceGraph, place: Nodes, size: int) -> Ties:
    """All ties among the accounts that have a place, sorted by source, target and kind."""
    kinds = (FOLLOW, *graph.events.kinds)
    follows, acts = _follows(graph, place, size), _acts(graph, place, size)
    key = np.concatenate([follows[0] * len(kinds), acts[0]])
    order = np.argsort(key, kind="stable")
    count, first, last = (np.concatenate(both)[order] for both in zip(follows[1:], acts[1:], strict=True))
    pair, kind = np.divmod(key[order], len(kinds))
    source, target = np.divmod(pair, max(size, 1))
    return Ties(source, target, kind.astype(np.int8), count, first, last, kinds, _in_all(graph))


def _follows(graph: InfluenceGraph, place: Nodes, size: int) -> tuple[Nodes, Nodes, Nodes, Nodes]:
    """The key of each pair, 1, and the time of the follow twice."""
    source = np.repeat(place, np.diff(graph.follows.indptr))
    target = place[graph.follows.indices]
    inside = np.flatnonzero((source >= 0) & (target >= 0))
    at = graph.follow_at[inside]
    return source[inside] * size + target[inside], np.ones(len(inside), dtype=np.int64), at, at


def _acts(graph: InfluenceGraph, place: Nodes, size: int) -> tuple[Nodes, Nodes, Nodes, Nodes]:
    """The key of each pair and kind, the number of acts, and the first and last time of any of them."""
    events = graph.events
    source, target = place[events.actor], np.where(events.target >= 0, place[events.target], -1)
    inside = np.flatnonzero((source >= 0) & (target >= 0) & (source != target))
    kinds = len(events.kinds) + 1
    key = (source[inside] * size + target[inside]) * kinds + events.kind[inside] + 1
    order = np.argsort(key, kind="stable")  # events are sorted by time, and stay so within a key
    rows = inside[order]
    key, at = key[order], events.at[rows]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    if not len(starts):
        return key, key, at, at
    first = np.minimum.reduceat(np.where(at == NO_TIME, _LAST, at), starts)
    count = np.add.reduceat(events.count[rows].astype(np.int64), starts)
    return key[starts], count, np.where(first == _LAST, NO_TIME, first), np.maximum.reduceat(at, starts)


def _strength(ties: Ties, starts: Nodes) -> NDArray[np.float64]:
    """Of each pair: a follow counts one, acts the logarithm of their number."""
    is_follow = ties.kind == 0
    acts = np.add.reduceat(np.where(is_follow, 0, ties.count), starts)
    return np.add.reduceat(is_follow.astype(np.float64), starts) + np.log2(1.0 + acts)


def _among(values: Nodes, known: Nodes) -> NDArray[np.bool_]:
    """Which values are among the sorted known ones."""
    places = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return known[places] == values


def _turn(source: Nodes) -> Nodes:
    """For each pair its number among the pairs of its source in this order, EACH for all later ones."""
    by_source = np.argsort(source, kind="stable")
    starts = np.flatnonzero(np.diff(source[by_source], prepend=-1))
    turn = np.empty(len(source), dtype=np.int64)
    turn[by_source] = np.arange(len(source)) - np.repeat(starts, np.diff(starts, append=len(source)))
    return np.minimum(turn, EACH)


def _in_all(graph: InfluenceGraph) -> int:
    """Ties of the whole network: follows, and pairs with acts of a kind."""
    events = graph.events
    known = np.flatnonzero((events.target >= 0) & (events.target != events.actor))
    kinds = max(len(events.kinds), 1)
    key = (events.actor[known].astype(np.int64) * graph.n + events.target[known]) * kinds + events.kind[known]
    key.sort()
    return int(graph.follows.nnz) + int(differs_from_previous(key).sum())
