"""Ties that nobody explains: no friend of both stands between the two, and no account that both turn to again and again.

People meet through people. Two members of one circle who never speak to each other still share a friend with whom both do;
two accounts that traded follows do not. Without such ties what is left of the silent ones is thin and without dense
places, unless follows were traded.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.graphs.compiled import compiled
from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.kernels import rows_of
from graphkit.measures.hollow import HollowTies
from graphkit.measures.life import life_of

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


DEVOTED = 3  # acts on an account that one follows: a habit
LOVED = 0.03  # of all accounts; whom more are devoted to, everybody has in common


def apart(graph: InfluenceGraph, ties: HollowTies) -> Flags:
    """For each mutual tie whether the two have nobody in common: no friend of both, and no employer, club or star."""
    friends = linked(ties.first[ties.warm], ties.second[ties.warm], graph.n)
    known = (friends + devotion(graph)).tocsr()
    known.sort_indices()
    return ~_share_one(*rows_of(known), ties.first, ties.second)


def devotion(graph: InfluenceGraph) -> csr_array:
    """[i, j] = 1 where i follows j and acts on it again and again, and not too many others do."""
    often = csr_array(life_of(graph).contacts >= DEVOTED, dtype=np.int8)
    openly = csr_array(often.multiply(graph.follows.astype(bool)), dtype=np.int8)
    loved = np.bincount(openly.indices, weights=openly.data, minlength=graph.n)
    openly.data[loved[openly.indices] > max(LOVED * graph.n, 5.0)] = 0
    openly.eliminate_zeros()
    return openly


def linked(first: Ints, second: Ints, accounts: int) -> csr_array:
    """Ties as a symmetric matrix of ones."""
    ends = (np.r_[first, second], np.r_[second, first])
    links = csr_array((np.ones(len(ends[0]), np.int8), ends), shape=(accounts, accounts))
    links.sort_indices()
    return links


@compiled
def _share_one(ptr: Ints, to: NDArray[np.int32], first: Ints, second: Ints) -> Flags:
    found = np.zeros(len(first), np.bool_)
    for tie in range(len(first)):
        one, two = ptr[first[tie]], ptr[second[tie]]
        while one < ptr[first[tie] + 1] and two < ptr[second[tie] + 1]:
            if to[one] == to[two]:
                found[tie] = True
                break
            if to[one] < to[two]:
                one += 1
            else:
                two += 1
    return found
