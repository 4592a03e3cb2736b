"""Groups that may trade follows: dense places among silent mutual ties, found in three ways."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.kernels import core_numbers
from graphkit.graphs.partitions import leiden
from graphkit.measures.groups import merged_by_density
from graphkit.measures.hollow import HollowTies
from graphkit.measures.trading.apart import Flags, apart, linked

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


QUICK = 0.25  # the quarter of all mutual follows that was returned soonest


@dataclass(frozen=True, slots=True)
class Candidates:
    """For each way of looking the group of every account (-1 none), and how deep it lies among unexplained silent ties."""

    labels: tuple[Ints, ...]
    apart: Flags  # of each mutual tie: nobody explains it
    depth: Ints  # core number among silent ties that no friend explains


def candidates(
    graph: InfluenceGraph, ties: HollowTies, *, cores: tuple[int, int, int], smallest: int, seed: int
) -> Candidates:
    """Groups of `smallest` accounts and more, in which everybody holds so many silent ties.

    `cores`: how many of those that nobody explains, of those returned soonest, and of the first again, deeper in.
    """
    unexplained = apart(graph, ties)
    lonely = _lonely(graph, ties, unexplained)
    labels = labels_of(graph, ties, unexplained, cores=cores, smallest=smallest, seed=seed)
    return Candidates(labels, unexplained, core_numbers(linked(ties.first[lonely], ties.second[lonely], graph.n)))


def labels_of(
    graph: InfluenceGraph,
    ties: HollowTies,
    unexplained: Flags,
    *,
    cores: tuple[int, int, int],
    smallest: int,
    seed: int,
) -> tuple[Ints, ...]:
    """For each way of looking the group of every account; ties may be a copy whose silence was exchanged."""
    return tuple(
        _dense(ties, kept, graph.n, core=core, smallest=smallest, seed=seed)
        for kept, core in zip(ways(graph, ties, unexplained), cores, strict=True)
    )


def ways(graph: InfluenceGraph, ties: HollowTies, unexplained: Flags) -> tuple[Flags, ...]:
    """The ties that each way of looking goes by: silent ones that nobody explains, those returned soonest, the first again."""
    lonely = _lonely(graph, ties, unexplained)
    return lonely, ~ties.warm & (ties.rank <= QUICK), lonely


def _lonely(graph: InfluenceGraph, ties: HollowTies, unexplained: Flags) -> Flags:
    """Silent ties that nobody explains; without any acts the ties can only be ranked."""
    return np.asarray(~ties.warm & unexplained & ((ties.due > 0) | (not len(graph.events.actor))))


def _dense(ties: HollowTies, kept: Flags, accounts: int, *, core: int, smallest: int, seed: int) -> Ints:
    """The communities of the core of these ties, numbered from 0; -1 outside."""
    links = linked(ties.first[kept], ties.second[kept], accounts)
    inside = np.flatnonzero(core_numbers(links) >= core)
    label = np.full(accounts, -1, np.int64)
    if not len(inside):
        return label
    label[inside] = leiden(links[inside][:, inside], seed=seed, rounds=6)
    label = merged_by_density(label, np.stack([ties.first[kept], ties.second[kept]], axis=1), least=0.5)
    label = _without_fringe(ties, kept, label)
    inside = np.flatnonzero(label >= 0)
    sizes = np.bincount(label[inside])
    label[inside] = np.where(sizes[label[inside]] >= smallest, label[inside], -1)
    used = np.unique(label[label >= 0])
    label[label >= 0] = np.searchsorted(used, label[label >= 0])
    return label


def _without_fringe(ties: HollowTies, kept: Flags, label: Ints) -> Ints:
    """The groups without members that lie less than half as deep in them as the deepest: those came along by chance."""
    own = kept & (label[ties.first] == label[ties.second]) & (label[ties.first] >= 0)
    depth = core_numbers(linked(ties.first[own], ties.second[own], len(label)))
    deepest = np.zeros(int(label.max(initial=-1)) + 1, np.int64)
    np.maximum.at(deepest, label[label >= 0], depth[label >= 0])
    return np.where((label >= 0) & (2 * depth >= np.append(deepest, 0)[label]), label, -1)
