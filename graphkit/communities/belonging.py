"""Who belongs together: communities of the whole network, the same for the same seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.partitions import leiden
from graphkit.settings import Settings, defaults

ALONE = -1


def communities(graph: InfluenceGraph, *, seed: int = 0, settings: Settings | None = None) -> NDArray[np.int64]:
    """The community of every account: 0 is the largest; -1 where an account belongs to none that is worth a name.

    Leiden on follows and acts together, a follow counting as one act and repeated acts by their logarithm. An account
    with a single tie belongs where that tie leads, so such accounts are set aside first and follow afterwards.
    """
    limits = (settings or defaults()).communities
    links = bonds(graph)
    degree = np.diff(links.indptr)
    core = np.flatnonzero(degree > 1)
    found = np.full(graph.n, ALONE, dtype=np.int64)
    if len(core):
        found[core] = leiden(links[core][:, core], seed=seed, rounds=limits.rounds)
    leaves = np.flatnonzero(degree == 1)
    homes = links.indices[links.indptr[leaves]]
    pairs = homes[degree[homes] == 1]
    found[pairs] = graph.n + np.minimum(pairs, links.indices[links.indptr[pairs]])
    found[leaves] = np.where(found[leaves] == ALONE, found[homes], found[leaves])
    return by_size(found, smallest=limits.smallest)


def bonds(graph: InfluenceGraph) -> csr_array:
    """How strongly two accounts are tied: symmetric, no loops; each follow 1, acts 1 + log2 of their number."""
    acts = graph.layer().astype(np.float64)
    acts.data = 1.0 + np.log2(np.maximum(acts.data, 1.0))
    both = (graph.follows.astype(np.float64) + acts).tocsr()
    links = (both + both.T).tocsr()
    links.setdiag(0.0)
    links.eliminate_zeros()
    links.sort_indices()
    return links


def by_size(found: NDArray[np.int64], *, smallest: int) -> NDArray[np.int64]:
    """The groups numbered anew, the largest first, ties by the first member; those below `smallest` become -1.

    >>> by_size(np.array([7, 7, 3, 3, 3, 9]), smallest=2).tolist()
    [1, 1, 0, 0, 0, -1]
    """
    names, first, place, sizes = np.unique(found, return_index=True, return_inverse=True, return_counts=True)
    kept = (names != ALONE) & (sizes >= smallest)
    order = np.lexsort((first, -sizes))
    order = order[kept[order]]
    number = np.full(len(names), ALONE, dtype=np.int64)
    number[order] = np.arange(len(order))
    return number[place]
