"""Counts of the waterfall and their intervals for all accounts, also where a list was collected in part only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.audience.people import People
from graphkit.audience.waterfall.counts import Falls, Waterfall, interval, whole_counts
from graphkit.audience.waterfall.samples import Samples, extrapolated
from graphkit.audience.waterfall.trades import trades_of
from graphkit.evidence import Finding
from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.numbering import whole as numbers_or
from graphkit.settings import Reach
from graphkit.verdicts import Verdicts

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WholeLists:
    """People in the declared lists of which a part is in the data."""

    samples: Samples
    likely: Floats
    variance: Floats
    spotless: NDArray[np.bool_]  # not one follower of the part was taken off: perhaps all of the list are people

    def ends(self) -> tuple[Floats, Floats]:
        """The middle 95 % of the people in each list; up to the whole list where its part is spotless."""
        whole = self.samples.declared.astype(np.float64)
        low, high = interval(self.likely, self.variance, whole)
        return low, np.where(self.spotless, whole, high)


@dataclass(frozen=True)
class Audiences:
    """Who is left of every following, by node."""

    counts: NDArray[np.int64]  # n x STEPS
    expected: Floats  # the same before rounding
    seen: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    people: People
    claimed: NDArray[np.int64]  # -1: unknown
    whole: WholeLists
    verdicts: Verdicts  # with the trades of mass traders completed

    @classmethod
    def of(
        cls,
        graph: InfluenceGraph,
        verdicts: Verdicts,
        *,
        findings: Sequence[Finding],
        settings: Reach,
        lists: bool = False,
    ) -> Audiences:
        """The audiences of all accounts; with `lists` also what one end of a list says of the rest of it."""
        trades = trades_of(graph, verdicts, settings)
        verdicts = trades.verdicts
        people = People.of(graph, verdicts, findings=findings, settings=settings)
        falls = Falls.of(graph, people, trades=trades, settings=settings)
        fall = falls.mixed
        samples = Samples.of(graph, fall.seen)
        samples = samples if lists else samples.only(samples.random)
        whole = _whole_lists(graph, fall, samples, people=people, verdicts=verdicts, settings=settings)
        drawn = samples.random
        node = samples.node[drawn]
        total, expected = fall.seen.copy(), fall.expected.copy()
        total[node] = samples.declared[drawn]
        expected[node] *= (total[node] / fall.seen[node])[:, None]
        counts = whole_counts(expected, total)
        low, high = falls.interval()
        low[node], high[node] = (end[drawn] for end in whole.ends())
        return cls(
            counts=counts,
            expected=expected,
            seen=fall.seen,
            low=np.minimum(np.rint(low).astype(np.int64), counts[:, -1]),
            high=np.maximum(np.rint(high).astype(np.int64), counts[:, -1]),
            people=people,
            claimed=numbers_or(graph.accounts["followers"], -1),
            whole=whole,
            verdicts=verdicts,
        )


def _whole_lists(
    graph: InfluenceGraph,
    fall: Waterfall,
    samples: Samples,
    *,
    people: People,
    verdicts: Verdicts,
    settings: Reach,
) -> WholeLists:
    seen = fall.seen[samples.node]
    likely, variance = extrapolated(graph, fall, samples, people=people, verdicts=verdicts, settings=settings)
    spotless = seen - fall.expected[samples.node, -1] < 0.5
    return WholeLists(samples, likely, variance, spotless)
