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
from graphkit.audience.waterfall import Waterfall
from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.numbering import NO_TIME, numbers
from graphkit.settings import Reach
from graphkit.verdicts import Verdicts

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
    does not: the share of people drifts along it. How much is told by its parts, and never taken as nothing.
    """
    seen, whole = fall.seen[samples.node].astype(np.float64), samples.declared.astype(np.float64)
    real, doubt = fall.expected[samples.node, -1], fall.variance[samples.node]
    share, scale = real / seen, whole / seen
    binomial = share * (1.0 - share) + 0.25 / seen  # a part without a single fake does not prove that there is none
    unseen = whole - seen
    sampling = unseen * whole * binomial / seen
    drift = np.zeros(len(seen))
    if not samples.random.all():
        lists = _Lists.of(graph, people.chance * ~people.gone, verdicts)
        for row in np.flatnonzero(~samples.random):
            drift[row] = lists.drift(int(samples.node[row]), ratio=unseen[row] / seen[row], settings=settings)
    return np.asarray(doubt * scale**2 + sampling + drift * unseen**2)


@dataclass(frozen=True)
class _Lists:
    """The follower lists in the order of the source: for every tie its place and the chance that it is a person's."""

    start: NDArray[np.int64]
    place: NDArray[np.int64]  # -1: unknown
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
        place = np.where(place >= 0, place, np.where(dated, newest_first, -1))
        return cls(ties.indptr.astype(np.int64), place, chance[ties.indices] * (1.0 - lost))

    def drift(self, node: int, *, ratio: float, settings: Reach) -> float:
        """Variance of the share of people among the unseen around the share among the seen.

        The parts of a list differ by more than chance where the audience changed; `persistence` says how much
        neighbouring parts are alike, hence how many independent views the list gives. `ratio` is unseen over seen.
        """
        real = self.real[self.start[node] : self.start[node + 1]]
        place = self.place[self.start[node] : self.start[node + 1]]
        share = float(real.mean())
        floor = settings.drift**2 * 4.0 * share * (1.0 - share)
        parts = min(settings.strata, len(real) // 25)
        if parts < 2 or len(np.unique(place)) < parts:
            return floor
        means = np.array([part.mean() for part in np.array_split(real[np.argsort(place, kind="stable")], parts)])
        chance = share * (1.0 - share) * parts / len(real)
        between = max(float(means.var(ddof=1)) - chance, 0.0)
        views = parts * (1.0 - settings.persistence) / (1.0 + settings.persistence)
        return floor + between * (1.0 / views + 1.0 / max(views * ratio, 1.0))


def _kept(links: csr_array, bought: csr_array, traded: csr_array) -> csr_array:
    """Chance that a tie is neither bought nor traded, on the pattern of the follows."""
    left = links.astype(np.float32)
    left = left - left.multiply(bought)
    return csr_array(left - left.multiply(traded))


def _rows(links: csr_array) -> NDArray[np.int64]:
    return np.repeat(np.arange(links.shape[0], dtype=np.int64), np.diff(links.indptr))
