"""Which accounts and ties a map shows, when not all of them can be seen."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.results import Results

Nodes = NDArray[np.int64]
EACH = 3  # ties of every account that come before the other ties of anybody


@dataclass(frozen=True, slots=True)
class Ties:
    """Ties among the accounts shown, as columns; `source` and `target` are places in the choice."""

    source: Nodes
    target: Nodes
    follows: NDArray[np.bool_]
    acts: Nodes
    first: Nodes  # NO_TIME: unknown
    last: Nodes
    in_all: int  # ties of the whole network

    def take(self, places: Nodes) -> Self:
        """Some of the ties, in the order of `places`."""
        columns = {
            name: getattr(self, name)[places] for name in ("source", "target", "follows", "acts", "first", "last")
        }
        return dataclasses.replace(self, **columns)


def real_reach(results: Results) -> NDArray[np.float64]:
    """Real people reached, by node; NaN where not estimated."""
    reach = np.full(results.graph.n, np.nan)
    rows = pc.index_in(results.reach["id"], value_set=results.graph.accounts["id"].combine_chunks())
    known = np.asarray(pc.fill_null(rows, -1))
    values = results.reach["real"].cast(pa.float64()).to_numpy(zero_copy_only=False)
    reach[known[known >= 0]] = values[known >= 0]
    return reach


def chosen(results: Results, most: int, *, reach: NDArray[np.float64]) -> Nodes:
    """The accounts to show, in the order of nodes: half the places for members of findings, the rest by reach."""
    graph = results.graph
    if graph.n <= most:
        return np.arange(graph.n)
    degree = _degree(graph)
    widest = np.lexsort((np.arange(graph.n), -degree, -np.nan_to_num(reach)))
    rank = np.empty(graph.n, dtype=np.int64)
    rank[widest] = np.arange(graph.n)
    found = _of_findings(results, rank, most // 2)
    rest = widest[~np.isin(widest, found)]
    return np.sort(np.concatenate([found, rest[: most - len(found)]]))


def ties_among(graph: InfluenceGraph, nodes: Nodes, *, most: int, together: NDArray[np.bool_]) -> Ties:
    """The ties among `nodes`, the strongest `most` of them; `together` marks accounts of findings.

    Each account first gets its strongest ties, then the strongest of all follow; what ties members of findings counts
    for more, for that is what a reader looks for.
    """
    place = np.full(graph.n, -1, dtype=np.int64)
    place[nodes] = np.arange(len(nodes))
    follows, follow_at = _follows(graph, nodes, place)
    acts, first, last = _acts(graph, place, len(nodes))
    keys = np.union1d(follows, acts.keys)
    in_all = int(graph.follows.nnz) + _pairs_of_acts_alone(graph)
    ties = _joined(keys, len(nodes), in_all, follows=(follows, follow_at), acts=(acts, first, last))
    if len(keys) <= most:
        return ties
    source, target = ties.source, ties.target
    back = np.isin(target * len(nodes) + source, keys)
    strength = ties.follows + np.log2(1.0 + ties.acts) + back + 3.0 * (together[source] & together[target])
    strongest = np.lexsort((target, source, -strength))
    kept = np.sort(strongest[np.argsort(_later(source[strongest]), kind="stable")[:most]])
    return ties.take(kept)


@dataclass(frozen=True, slots=True)
class _Pairs:
    keys: Nodes  # source * n + target, sorted
    counts: Nodes


def _later(source: Nodes) -> NDArray[np.bool_]:
    """False for the first EACH ties of each source in this order, True for the others."""
    by_source = np.argsort(source, kind="stable")
    starts = np.flatnonzero(np.diff(source[by_source], prepend=-1))
    lengths = np.diff(starts, append=len(source))
    later = np.empty(len(source), dtype=bool)
    later[by_source] = np.arange(len(source)) - np.repeat(starts, lengths) >= EACH
    return later


def _follows(graph: InfluenceGraph, nodes: Nodes, place: Nodes) -> tuple[Nodes, Nodes]:
    """Keys and times of the follows among the accounts shown."""
    counts = np.diff(graph.follows.indptr)
    source = place[np.repeat(np.arange(graph.n), counts)]
    target = place[graph.follows.indices]
    inside = (source >= 0) & (target >= 0)
    keys = source[inside] * len(nodes) + target[inside]
    order = np.argsort(keys, kind="stable")
    return keys[order], graph.follow_at[inside][order]


def _acts(graph: InfluenceGraph, place: Nodes, size: int) -> tuple[_Pairs, Nodes, Nodes]:
    """Acts among the accounts shown, summed by pair, with the first and last time of each pair."""
    events = graph.events
    known = (events.target >= 0) & (events.target != events.actor)
    source, target = place[events.actor], np.where(known, place[events.target], -1)
    inside = (source >= 0) & (target >= 0)
    keys = source[inside] * size + target[inside]
    order = np.argsort(keys, kind="stable")
    keys, count, at = keys[order], events.count[inside][order].astype(np.int64), events.at[inside][order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    if not len(starts):
        return _Pairs(keys, count), at, at
    highest = np.iinfo(np.int64).max
    first = np.minimum.reduceat(np.where(at == NO_TIME, highest, at), starts)
    pairs = _Pairs(keys[starts], np.add.reduceat(count, starts))
    return pairs, np.where(first == highest, NO_TIME, first), np.maximum.reduceat(at, starts)


def _joined(
    keys: Nodes, size: int, in_all: int, *, follows: tuple[Nodes, Nodes], acts: tuple[_Pairs, Nodes, Nodes]
) -> Ties:
    follow_keys, follow_at = follows
    pairs, first_act, last_act = acts
    follow_place, act_place = np.searchsorted(keys, follow_keys), np.searchsorted(keys, pairs.keys)
    has_follow, count = np.zeros(len(keys), dtype=bool), np.zeros(len(keys), dtype=np.int64)
    first, last = np.full(len(keys), NO_TIME), np.full(len(keys), NO_TIME)
    has_follow[follow_place], count[act_place] = True, pairs.counts
    first[follow_place] = last[follow_place] = follow_at
    earlier = (first[act_place] == NO_TIME) | ((first_act < first[act_place]) & (first_act != NO_TIME))
    first[act_place] = np.where(earlier, first_act, first[act_place])
    last[act_place] = np.maximum(last[act_place], last_act)
    return Ties(keys // max(size, 1), keys % max(size, 1), has_follow, count, first, last, in_all)


def _pairs_of_acts_alone(graph: InfluenceGraph) -> int:
    """Ordered pairs with acts but no follow."""
    events = graph.events
    known = (events.target >= 0) & (events.target != events.actor)
    ones = (np.ones(int(known.sum()), dtype=np.int64), (events.actor[known], events.target[known]))
    acted = csr_array(ones, shape=(graph.n, graph.n))
    acted.sum_duplicates()
    acted.data[:] = 1
    return int(acted.nnz - acted.multiply(graph.follows).nnz)


def _degree(graph: InfluenceGraph) -> Nodes:
    events = graph.events
    seen = np.bincount(events.target[events.target >= 0], minlength=graph.n)
    followers = np.bincount(graph.follows.indices, minlength=graph.n)
    return np.asarray(np.diff(graph.follows.indptr) + followers + seen, dtype=np.int64)


def _of_findings(results: Results, rank: Nodes, places: int) -> Nodes:
    """Members of findings, widest reach first, an equal share of the places for each finding."""
    if not results.findings:
        return np.empty(0, dtype=np.int64)
    each = max(1, places // len(results.findings))
    listed = results.findings[:places]
    members = pa.array([member.account for finding in listed for member in finding.members], pa.string())
    every = pc.index_in(members, value_set=results.graph.accounts["id"].combine_chunks())
    known = np.asarray(pc.fill_null(every, -1), dtype=np.int64)
    taken = np.split(known, np.cumsum([len(finding.members) for finding in listed])[:-1])
    first = [nodes[np.argsort(rank[nodes], kind="stable")][:each] for nodes in (n[n >= 0] for n in taken)]
    return np.unique(np.concatenate(first))
