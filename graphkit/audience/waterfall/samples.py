"""What a collected part of a follower list says about the whole list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.audience.people import People
from graphkit.audience.waterfall.counts import Waterfall
from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.numbering import NO_TIME, numbers
from graphkit.settings import Reach
from graphkit.verdicts import Verdicts

Floats = NDArray[np.float64]

RANDOM: Final = "random"
ENDS: Final = ("newest_first", "oldest_first")
_LEAST: Final = 40  # followers; halves and quarters of fewer say nothing


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
            pc.is_in(graph.coverage["order"], value_set=pa.array([RANDOM, *ENDS])),
        )
        rows = graph.coverage.filter(pc.fill_null(pc.and_(known, pc.greater(graph.coverage["declared"], 0)), False))
        rows = rows.filter(pc.invert(pc.fill_null(rows["complete"], False)))
        node = numbers(rows["account"], graph.accounts["id"].combine_chunks()).astype(np.int64)
        declared = rows["declared"].to_numpy().astype(np.int64)
        is_random = pc.equal(rows["order"], RANDOM).to_numpy().astype(bool)
        partial = (node >= 0) & (declared > seen[node]) & (seen[node] > 0)
        node, first = np.unique(node[partial], return_index=True)
        return cls(node, declared[partial][first], is_random[partial][first])

    def only(self, rows: NDArray[np.bool_]) -> Samples:
        return Samples(self.node[rows], self.declared[rows], self.random[rows])


def extrapolated_variance(
    graph: InfluenceGraph,
    fall: Waterfall,
    samples: Samples,
    *,
    people: People,
    verdicts: Verdicts,
    settings: Reach,
) -> Floats:
    """Variance of the number of people in the whole lists of `samples`.

    A random part stands for the whole, up to sampling error with the finite population correction. One end of a list
    does not: the share of people drifts along it; how much is told by the parts of the lists.
    """
    seen, whole = fall.seen[samples.node].astype(np.float64), samples.declared.astype(np.float64)
    real, doubt = fall.expected[samples.node, -1], fall.variance[samples.node]
    share, scale = (real + 0.5) / (seen + 1.0), whole / seen  # a part without a fake does not prove that there is none
    unseen = whole - seen
    sampling = unseen * (unseen + seen + 1.0) * share * (1.0 - share) / (seen + 2.0)  # beta-binomial
    drift, ends = np.zeros(len(seen)), ~samples.random
    if ends.any():
        lists = _Lists.of(graph, people.chance * ~people.gone, verdicts)
        drift[ends] = lists.drift(samples.node[ends], ratio=(unseen / seen)[ends], settings=settings)
    return np.asarray(doubt * scale**2 + sampling + drift * unseen**2)


@dataclass(frozen=True)
class _Lists:
    """The follower lists in the order of the source: for every tie its place and the chance that it is a person's."""

    start: NDArray[np.int64]
    place: NDArray[np.int64]  # NO_TIME: unknown
    real: Floats

    @classmethod
    def of(cls, graph: InfluenceGraph, chance: Floats, verdicts: Verdicts) -> _Lists:
        shape, links = graph.follows.shape, graph.follows
        ties = csr_array((np.arange(links.nnz, dtype=np.int64), links.indices, links.indptr), shape=shape).T.tocsr()
        discounted = (links.astype(np.float32) - _kept(links, verdicts.bought, verdicts.traded)).T.tocsr()
        lost = np.zeros(links.nnz)
        if discounted.nnz:
            discounted.sort_indices()
            key = np.int64(graph.n) * _rows(ties) + ties.indices
            lost_key = np.int64(graph.n) * _rows(discounted) + discounted.indices
            lost[np.searchsorted(key, lost_key)] = discounted.data
        place = graph.follow_position[ties.data]
        newest_first = -graph.follow_at[ties.data]
        dated = graph.follow_at[ties.data] != NO_TIME
        place = np.where(place >= 0, place, np.where(dated, newest_first, NO_TIME))
        return cls(ties.indptr.astype(np.int64), place, chance[ties.indices] * (1.0 - lost))

    def drift(self, nodes: NDArray[np.int64], *, ratio: Floats, settings: Reach) -> Floats:
        """Variance of the share of people among the unseen around the share among the seen, list by list.

        `ratio` is unseen over seen. How far the halves and quarters of the lists lie apart beyond chance says how
        strong the drift is, and whether it adds up along a list (halves differ more than quarters: the farther away,
        the less is known) or not (halves differ less: it evens out).
        """
        parts = [self._halves_and_quarters(int(node)) for node in nodes]
        spread = np.array([part.spread for part in parts])
        told = [part for part in parts if part.size >= _LEAST]
        if len(told) < settings.lists:
            return np.asarray(settings.drift**2 * spread * (1.0 + ratio))
        weight = [part.size / (1.0 + part.size / 100.0) for part in told]
        halves = max(float(np.average([part.halves for part in told], weights=weight)), 0.0)
        quarters = max(float(np.average([part.quarters for part in told], weights=weight)), 1e-9)
        adds_up = min(max((halves / quarters - 0.5) / 1.5, 0.0), 1.0)  # random walk: 2, no memory: 1 / 2
        return np.asarray(halves * spread * (adds_up * (1.0 + ratio) + (1.0 - adds_up) * (1.0 + 1.0 / ratio) / 4.0))

    def _halves_and_quarters(self, node: int) -> _Parts:
        ties = slice(self.start[node], self.start[node + 1])
        real = self.real[ties][np.argsort(self.place[ties], kind="stable")]
        share = float(np.clip(real.mean(), 0.5 / len(real), 1.0 - 0.5 / len(real)))
        spread = 4.0 * share * (1.0 - share)
        if len(real) < _LEAST or self.place[ties].min() == NO_TIME:
            return _Parts(0, spread, 0.0, 0.0)
        noise = float(real.var()) / len(real)
        half = np.array([part.mean() for part in np.array_split(real, 2)])
        quarter = np.array([part.mean() for part in np.array_split(real, 4)])
        return _Parts(
            size=len(real),
            spread=spread,
            halves=float(np.diff(half)[0] ** 2 - 4.0 * noise) / spread,
            quarters=float((np.diff(quarter) ** 2).mean() - 8.0 * noise) / spread,
        )


@dataclass(frozen=True)
class _Parts:
    """How far the parts of one list lie apart, beyond chance and in units of `spread`."""

    size: int  # 0: too short, or in no known order
    spread: float  # 4 share (1 - share): shares near 0 or 1 can drift less
    halves: float  # squared difference of the two halves
    quarters: float  # of neighbouring quarters


def _kept(links: csr_array, bought: csr_array, traded: csr_array) -> csr_array:
    """Chance that a tie is neither bought nor traded, on the pattern of the follows."""
    left = links.astype(np.float32)
    left = left - left.multiply(bought)
    return csr_array(left - left.multiply(traded))


def _rows(links: csr_array) -> NDArray[np.int64]:
    return np.repeat(np.arange(links.shape[0], dtype=np.int64), np.diff(links.indptr))
