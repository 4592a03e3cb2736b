"""Farms: blocks of delivered followers that share their members, put together.

Two blocks belong together when they share far more accounts than two blocks of their sizes would by chance. Linking by
members and cutting with Leiden keeps farms apart that have a few accounts or customers in common.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import igraph
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, triu

from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.partitions import drawing
from graphkit.measures import nulls
from graphkit.measures.sales.blocks import Blocks, blocks_of
from graphkit.measures.sales.contrast import Sales, sales_of
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Farm:
    """Accounts that arrive together at one customer after the other."""

    members: Ints
    customers: Ints
    shares: Floats  # of the farm's deliveries that each customer got
    blocks: int
    each: float  # blocks a member stands in, on average
    due: float  # and would if the accounts of these blocks were spread over them by chance
    p: float  # chance that two of its blocks share so many members, the least of all pairs, corrected for their number
    q: float = 1.0


def farms(graph: InfluenceGraph, seed: int) -> list[Farm]:
    """The farms behind the blocks of delivered followers, the largest first."""
    sales, blocks = sales_of(graph), blocks_of(graph)
    inside = _inside(sales, blocks, graph.n)
    if not inside.nnz:
        return []
    pool = int((np.diff(graph.follows.indptr) > 0).sum())
    label, p = _linked(inside, pool, seed)
    found = [_farm(blocks, inside, np.flatnonzero(label == farm), p, pool) for farm in np.unique(label[label >= 0])]
    kept = [farm for farm in found if farm is not None]
    q = nulls.benjamini_hochberg([farm.p for farm in kept])
    kept = [replace(farm, q=float(each)) for farm, each in zip(kept, q, strict=True)]
    return sorted(kept, key=lambda farm: (-len(farm.members), farm.members[0]))


def _inside(sales: Sales, blocks: Blocks, n: int) -> csr_array:
    """[b, i] = 1 where account i was probably delivered in block b."""
    block = np.repeat(np.arange(len(blocks)), blocks.size)
    rows = np.arange(len(block)) + np.repeat(blocks.first - np.r_[0, np.cumsum(blocks.size)][:-1], blocks.size)
    kept = sales.sold[rows] >= current().blocks.member
    links = csr_array(
        (np.ones(int(kept.sum()), np.int64), (block[kept], sales.lists.source[rows[kept]])), (len(blocks), n)
    )
    links.sum_duplicates()
    return links


def _linked(inside: csr_array, pool: int, seed: int) -> tuple[NDArray[np.int64], dict[tuple[int, int], float]]:
    """The farm of each block, -1 for none; and the chance of each surprising pair of blocks."""
    shared = triu(inside @ inside.T, k=1).tocoo()
    size = np.diff(inside.indptr).astype(float)
    due = size[shared.row] * size[shared.col] / max(pool, 1)
    p = nulls.poisson_tail(shared.data, due) * max(len(size) * (len(size) - 1) / 2, 1)
    kept = (p < 1e-3) & (shared.data >= 3)
    label = np.full(len(size), -1, np.int64)
    if not kept.any():
        return label, {}
    edges = np.stack([shared.row[kept], shared.col[kept]], axis=1)
    weight = shared.data[kept] / np.sqrt(size[edges[:, 0]] * size[edges[:, 1]])
    linked = igraph.Graph(n=len(size), edges=edges)
    with drawing(seed):
        parts = np.asarray(linked.community_leiden("modularity", weights=weight.tolist(), n_iterations=6).membership)
    touched = np.unique(edges)
    label[touched] = parts[touched]
    return label, {(int(a), int(b)): float(min(x, 1.0)) for (a, b), x in zip(edges, p[kept], strict=True)}


def _farm(blocks: Blocks, inside: csr_array, mine: Ints, p: dict[tuple[int, int], float], pool: int) -> Farm | None:
    customers = np.unique(blocks.customer[mine])
    times = np.asarray(inside[mine].sum(axis=0)).ravel()
    if len(customers) < 2 or (times >= 2).sum() < current().blocks.least:
        return None
    members = np.flatnonzero(times >= 1)
    received = np.array([blocks.sold[mine][blocks.customer[mine] == c].sum() for c in customers], float)
    own = set(mine.tolist())
    best = min((x for (a, b), x in p.items() if a in own and b in own), default=1.0)
    order = np.argsort(-received, kind="stable")
    return Farm(
        members,
        customers[order],
        received[order] / received.sum(),
        len(mine),
        float(times[members].mean()),
        float(inside[mine].sum() / max(pool, 1)),
        best,
    )
