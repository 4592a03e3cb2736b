"""What a collected part of a follower list says about the whole list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphkit.audience.waterfall import Waterfall
from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.numbering import NO_TIME, numbers
from graphkit.settings import Reach

Floats = NDArray[np.float64]

RANDOM: Final = "random"
ENDS: Final = ("newest_first", "oldest_first")


@dataclass(frozen=True)
class Samples:
    """Accounts whose follower list is known to be collected in part only, in a known order."""

    node: NDArray[np.int64]
    declared: NDArray[np.int64]  # length of the whole list
    random: NDArray[np.bool_]  # drawn evenly over the list; else one end of it

    @classmethod
    def of(cls, graph: InfluenceGraph, seen: NDArray[np.int64]) -> Samples:
        """From the coverage table: relation followers, not complete, declared more than collected, order known."""
        known = pc.and_(
            pc.equal(graph.coverage["relation"], "followers"),
            pc.is_in(graph.coverage["order"], value_set=_orders()),
        )
        rows = graph.coverage.filter(pc.fill_null(pc.and_(known, pc.greater(graph.coverage["declared"], 0)), False))
        rows = rows.filter(pc.invert(pc.fill_null(rows["complete"], False)))
        node = numbers(rows["account"], graph.accounts["id"].combine_chunks()).astype(np.int64)
        declared = rows["declared"].to_numpy().astype(np.int64)
        is_random = pc.equal(rows["order"], RANDOM).to_numpy().astype(bool)
        partial = (node >= 0) & (declared > seen[node]) & (seen[node] > 0)
        node, first = np.unique(node[partial], return_index=True)
        return cls(node, declared[partial][first], is_random[partial][first])


def _orders() -> object:
    import pyarrow as pa

    return pa.array([RANDOM, *ENDS])


def extrapolated(
    graph: InfluenceGraph, fall: Waterfall, samples: Samples, *, real: Floats, settings: Reach
) -> tuple[Floats, Floats]:
    """Mean and variance of the people in the whole lists of `samples`.

    A random part stands for the whole, up to sampling error with the finite population correction. One end of a list
    does not: the share of people drifts along it. How much is told by its parts, and never taken as nothing.
    """
    seen, whole = fall.seen[samples.node].astype(np.float64), samples.declared.astype(np.float64)
    people, doubt = real[samples.node], fall.variance[samples.node]
    share, scale = people / seen, whole / seen
    binomial = share * (1.0 - share) + 0.25 / seen  # a part without a single fake does not prove that there is none
    unseen = whole - seen
    sampling = unseen * whole * binomial / seen
    drift = np.zeros(len(seen))
    for row in np.flatnonzero(~samples.random):
        drift[row] = _drift(graph, int(samples.node[row]), float(unseen[row] / seen[row]), settings)
    return share * whole, doubt * scale**2 + sampling + drift * unseen**2


def _drift(graph: InfluenceGraph, node: int, ratio: float, settings: Reach) -> float:
    """Variance of the share of people beyond the end of a list around the share within, from the parts of the list."""
    raise NotImplementedError
