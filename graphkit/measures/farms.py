"""Farms: blocks of bought followers that share their members, put together.

Two blocks belong together when they share far more hollow members than two blocks of their sizes would by chance. Linking
by members and cutting with Leiden keeps farms apart that have a few accounts or customers in common.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import igraph
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, triu

from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures import nulls
from graphkit.measures.arrivals import Arrivals, arrivals
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Farm:
    """Accounts that arrive together at one customer after the other."""

    members: Ints
    customers: Ints
    shares: Floats  # of the farm's follows in blocks that each customer got
    blocks: int
    days: float  # blocks a member took part in, on average
    due: float  # the same for an ordinary account
    p: float  # chance that two of its blocks share so many members, the least of all pairs, corrected for their number
    q: float


def farms(graph: InfluenceGraph, seed: int) -> list[Farm]:
    """The farms behind the blocks of hollow followers, the largest first."""
    came = arrivals(graph)
    blocks = np.flatnonzero(came.p < current().arrivals.block_p)
    rows = np.isin(came.block, blocks) & came.hollow[came.source]
    if not rows.any():
        return []
    place = np.searchsorted(blocks, came.block[rows])
    inside = csr_array((np.ones(rows.sum(), np.int64), (place, came.source[rows])), shape=(len(blocks), graph.n))
    inside.sum_duplicates()
    label, p = _linked(inside, int((np.diff(graph.follows.indptr) > 0).sum()), seed)
    found = [_farm(came, inside, blocks, np.flatnonzero(label == farm), p) for farm in np.unique(label[label >= 0])]
    kept = [farm for farm in found if farm is not None]
    q = nulls.benjamini_hochberg([farm.p for farm in kept])
    kept = [
        Farm(f.members, f.customers, f.shares, f.blocks, f.days, f.due, f.p, float(each))
        for f, each in zip(kept, q, strict=True)
    ]
    return sorted(kept, key=lambda farm: (-len(farm.members), farm.members[0]))


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
    igraph.set_random_number_generator(random.Random(seed))
    linked = igraph.Graph(n=len(size), edges=edges)
    parts = np.asarray(linked.community_leiden("modularity", weights=weight.tolist(), n_iterations=6).membership)
    touched = np.unique(edges)
    label[touched] = parts[touched]
    return label, {(int(a), int(b)): float(min(x, 1.0)) for (a, b), x in zip(edges, p[kept], strict=True)}


def _farm(came: Arrivals, inside: csr_array, blocks: Ints, mine: Ints, p: dict[tuple[int, int], float]) -> Farm | None:
    if len(mine) < 2:
        return None
    times = np.asarray(inside[mine].sum(axis=0)).ravel()
    if (times >= 2).sum() < 6:
        return None
    members = np.flatnonzero(times >= 1)
    customers, count = np.unique(came.customer[blocks[mine]], return_counts=True)
    received = np.array([came.size[blocks[mine]][came.customer[blocks[mine]] == c].sum() for c in customers], float)
    best = min((x for (a, b), x in p.items() if a in set(mine.tolist()) and b in set(mine.tolist())), default=1.0)
    everywhere = float(inside[mine].sum()) / max(int(came.hollow.sum()), 1)
    order = np.argsort(-received, kind="stable")
    return Farm(
        members,
        customers[order],
        received[order] / received.sum(),
        len(mine),
        float(times[members].mean()),
        everywhere,
        best,
        1.0,
    )
