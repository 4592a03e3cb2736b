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


def extrapolated(
    graph: InfluenceGraph,
    fall: Waterfall,
    samples: Samples,
    *,
    people: People,
    verdicts: Verdicts,
    settings: Reach,
) -> tuple[Floats, Floats]:
    """Number of people in the whole lists of `samples`, and its variance.

    A random part stands for the whole, up to sampling error with the finite population correction. One end of a list
    does not: the share of people drifts along it; how much is told by the parts of the lists. A purchase is a block, and
    where one end holds it the rest of the list need not hold another.
    """
    seen, whole = fall.seen[samples.node].astype(np.float64), samples.declared.astype(np.float64)
    real, doubt, expected = fall.expected[samples.node, -1], fall.variance[samples.node], fall.real[samples.node]
    share, scale = (real + 0.5) / (seen + 1.0), whole / seen  # a part without a fake does not prove that there is none
    unseen, ends = whole - seen, ~samples.random
    drift, rest = np.zeros(len(seen)), share.copy()
    if ends.any():
        bought = fall.expected[samples.node[ends], 0]
        most = (real[ends] + 0.5) / (seen[ends] - bought + 1.0)  # people among those who were not bought
        rest[ends] += settings.single_purchase * (most - share[ends])
        lists = _Lists.of(graph, people.chance * ~people.gone, verdicts)
        drift[ends] = lists.drift(samples.node[ends], rest[ends], ratio=(unseen / seen)[ends], settings=settings)
        drift[ends] += (settings.single_purchase_spread * (most - share[ends])) ** 2
    sampling = unseen * (unseen + seen + 1.0) * rest * (1.0 - rest) / (seen + 2.0)  # beta-binomial
    likely = expected + unseen * rest * (expected + 0.5) / (real + 0.5)
    return likely, np.asarray(doubt * scale**2 + sampling + drift * unseen**2)


@dataclass(frozen=True)
class _Lists:
    """The follower lists in the order of the source: for every tie its place and the chance that it is a person's."""

    start: NDArray[np.int64]
    place: NDArray[np.int64]  # NO_TIME: unknown
    real: Floats
    own: Floats  # chance that the tie was not bought

    @classmethod
    def of(cls, graph: InfluenceGraph, chance: Floats, verdicts: Verdicts) -> _Lists:
        shape, links = graph.follows.shape, graph.follows
        ties = csr_array((np.arange(links.nnz, dtype=np.int64), links.indices, links.indptr), shape=shape).T.tocsr()
        key = np.int64(graph.n) * _rows(ties) + ties.indices
        bought, traded = (_on(key, given, graph.n) for given in (verdicts.bought, verdicts.traded))
        place = graph.follow_position[ties.data]
        newest_first = -graph.follow_at[ties.data]
        dated = graph.follow_at[ties.data] != NO_TIME
        place = np.where(place >= 0, place, np.where(dated, newest_first, NO_TIME))
        real = np.minimum(1.0 - bought, chance[ties.indices]) * (1.0 - traded)
        return cls(ties.indptr.astype(np.int64), place, real, 1.0 - bought)

    def drift(self, nodes: NDArray[np.int64], share: Floats, *, ratio: Floats, settings: Reach) -> Floats:
        """Variance of the share of people among the unseen around the share among the seen, list by list.

        `ratio` is unseen over seen. How far the halves and quarters of the lists lie apart beyond chance says how
        strong the drift is, and whether it adds up along a list (halves differ more than quarters: the farther away,
        the less is known) or not (halves differ less: it evens out).
        """
        parts = [self._halves_and_quarters(int(node)) for node in nodes]
        spread = 4.0 * share * (1.0 - share)
        told = [part for part in parts if part.size >= _LEAST]
        if len(told) < settings.lists:
            return np.asarray(settings.drift**2 * spread * (1.0 + ratio))
        weight = [part.size / (1.0 + part.size / 100.0) for part in told]
        apart = np.array([part.halves for part in told])
        halves = float(np.average(apart, weights=weight))
        error = float(np.sqrt(np.average((apart - halves) ** 2, weights=weight) / len(told)))
        halves = max(halves + error, 0.0)  # a few lists tell most of it, and it is shared by all: rather too wide
        quarters = max(float(np.average([part.quarters for part in told], weights=weight)), 1e-9)
        adds_up = min(max((halves / quarters - 0.5) / 1.5, 0.0), 1.0)  # random walk: 2, no memory: 1 / 2
        return np.asarray(halves * spread * (adds_up * (1.0 + ratio) + (1.0 - adds_up) * (1.0 + 1.0 / ratio) / 4.0))

    def _halves_and_quarters(self, node: int) -> _Parts:
        ties = slice(self.start[node], self.start[node + 1])
        order = np.argsort(self.place[ties], kind="stable")
        real, own = self.real[ties][order], self.own[ties][order]
        if len(real) < _LEAST or self.place[ties].min() == NO_TIME or own.sum() < len(real) / 2.0:
            return _Parts(0, 0.0, 0.0, 0.0)
        share = float(np.clip(real.sum() / own.sum(), 0.5 / len(real), 1.0 - 0.5 / len(real)))
        spread = 4.0 * share * (1.0 - share)
        noise = float(real.var()) / len(real)
        half, quarter = (
            np.array(
                [r.sum() / max(o.sum(), 1.0) for r, o in zip(*(np.array_split(x, k) for x in (real, own)), strict=True)]
            )
            for k in (2, 4)
        )
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


def _on(key: NDArray[np.int64], ties: csr_array, n: int) -> Floats:
    """The chances given for some follows, on all of them; `key` is followed times n plus follower, rising."""
    given, chances = ties.tocoo(), np.zeros(len(key))
    wanted = np.int64(n) * given.col + given.row
    place = np.minimum(np.searchsorted(key, wanted), max(len(key) - 1, 0))
    live = key[place] == wanted if len(key) else place < 0  # a purchase may have been left since
    chances[place[live]] = np.clip(given.data[live], 0.0, 1.0)
    return chances


def _rows(links: csr_array) -> NDArray[np.int64]:
    return np.repeat(np.arange(links.shape[0], dtype=np.int64), np.diff(links.indptr))
