"""Which accounts a map shows, when not all of them can be seen."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphkit.graphs.graph import InfluenceGraph
from graphkit.results import Results

Nodes = NDArray[np.int64]


def real_reach(results: Results) -> NDArray[np.float64]:
    """Real people reached, by node; NaN where not estimated."""
    reach = np.full(results.graph.n, np.nan)
    known = nodes_of(results, results.reach["id"])
    values = results.reach["real"].cast(pa.float64()).to_numpy(zero_copy_only=False)
    reach[known[known >= 0]] = values[known >= 0]
    return reach


def nodes_of(results: Results, accounts: pa.Array | pa.ChunkedArray) -> Nodes:
    """The node of each account id; -1 where there is none."""
    rows = pc.index_in(accounts, value_set=results.graph.accounts["id"].combine_chunks())
    return np.asarray(pc.fill_null(rows, -1), dtype=np.int64)


def chosen(results: Results, most: int, *, reach: NDArray[np.float64], named: Nodes | None = None) -> Nodes:
    """The accounts to show, in the order of nodes: `named` ones, members of findings in half the places, then by reach."""
    graph = results.graph
    if graph.n <= most:
        return np.arange(graph.n)
    widest = np.lexsort((np.arange(graph.n), -_degree(graph), -np.nan_to_num(reach)))
    rank = np.empty(graph.n, dtype=np.int64)
    rank[widest] = np.arange(graph.n)
    first = np.zeros(graph.n, dtype=bool)
    first[_of_findings(results, rank, most // 2)] = True
    if named is not None:
        first[named[:most]] = True
    rest = widest[~first[widest]]
    return np.sort(np.concatenate([np.flatnonzero(first), rest[: max(most - int(first.sum()), 0)]]))


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
    known = nodes_of(results, pa.array([m.account for finding in listed for m in finding.members], pa.string()))
    taken = np.split(known, np.cumsum([len(finding.members) for finding in listed])[:-1])
    first = [nodes[np.argsort(rank[nodes], kind="stable")][:each] for nodes in (n[n >= 0] for n in taken)]
    return np.unique(np.concatenate(first))
