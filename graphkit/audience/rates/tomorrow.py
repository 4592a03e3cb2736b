"""How many people will turn to an account within the next day: recent acts count more, by how much the data say."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import nbinom, rankdata

from graphkit.audience.commands import with_all_commands
from graphkit.audience.people import DAY, People
from graphkit.errors import UsageError
from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.settings import Settings, defaults
from graphkit.verdicts import Verdicts

Floats = NDArray[np.float64]

_HALF_LIVES: Final = (3, 6, 12, 24, 48, 96, 192, 24 * 365)  # hours in which an act loses half of its weight
_HOUR: Final = 3_600_000
_SCALES: Final = np.geomspace(0.1, 10.0, 25)
_LITTLE: Final = 0.02  # people expected of an account of which nothing recent is known


def tomorrow(graph: InfluenceGraph, verdicts: Verdicts, *, settings: Settings | None = None) -> pa.Table:
    """Distinct people expected to act on each account in the day after the data: id, expected, low, high; by id.

    Every person counts once, by its last act of its own will, and less the longer ago that was. The half-life is the one
    that, a day before the end of the data, would have ordered that last day best; how far counts then spread around what
    was told gives the interval (negative binomial, 95 %). A forecast holds as long as things go on as they do.
    """
    acts = _Acts.of(graph, verdicts, settings)
    end = int(acts.at.max())
    cut = end - DAY
    before, truth = acts.at <= cut, acts.distinct(acts.at > cut)
    if not before.any() or not truth.any():
        raise UsageError("the acts span less than two days: a next day cannot be told from them.")
    found = [(_told(acts.recent(before, cut, half), truth), half) for half in _HALF_LIVES]
    (_, scale, spread), half = max(found, key=lambda one: one[0][0])
    expected = _LITTLE + scale * acts.recent(acts.at <= end, end, half)
    rows = np.flatnonzero(acts.distinct(acts.at <= end) > 0)
    mean = expected[rows]
    low, high = (nbinom.ppf(q, spread, spread / (spread + mean)) for q in (0.025, 0.975))
    ids = graph.accounts["id"].take(pa.array(rows))
    return pa.table({"id": ids, "expected": mean, "low": low, "high": high})


class _Acts:
    """Timed acts towards accounts: who, whom, when, and the chance that a person did so of its own will."""

    def __init__(self, actor: NDArray[np.int64], target: NDArray[np.int64], at: NDArray[np.int64], own: Floats) -> None:
        self.actor, self.target, self.at, self.own = actor, target, at, own
        self._n = 0

    @classmethod
    def of(cls, graph: InfluenceGraph, verdicts: Verdicts, settings: Settings | None) -> _Acts:
        verdicts = with_all_commands(graph, verdicts)
        people = People.of(graph, verdicts, findings=(), settings=(settings or defaults()).reach)
        events = graph.events
        rows = np.flatnonzero((events.target >= 0) & (events.at != NO_TIME) & (events.actor != events.target))
        if not len(rows):
            raise UsageError("no act in the data has a time and a target: a next day cannot be told.")
        own = people.chance[events.actor[rows]] * (1.0 - np.nan_to_num(verdicts.commanded[rows]))
        actor, target = events.actor[rows].astype(np.int64), events.target[rows].astype(np.int64)
        order = np.lexsort((events.at[rows], actor, target))
        made = cls(actor[order], target[order], events.at[rows][order], own[order])
        made._n = graph.n
        return made

    def _last(self, inside: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The last of these acts of every actor on every target."""
        rows = np.flatnonzero(inside)
        new = np.r_[(np.diff(self.actor[rows]) != 0) | (np.diff(self.target[rows]) != 0), True][: len(rows)]
        return rows[new]

    def distinct(self, inside: NDArray[np.bool_]) -> Floats:
        """People who did one of these acts, by target."""
        rows = self._last(inside)
        return np.bincount(self.target[rows], self.own[rows], minlength=self._n).astype(np.float64)

    def recent(self, inside: NDArray[np.bool_], now: int, half_life: int) -> Floats:
        """The same, each with the weight that its last act has now."""
        rows = self._last(inside)
        weight = self.own[rows] * 0.5 ** ((now - self.at[rows]) / (half_life * _HOUR))
        return np.bincount(self.target[rows], weight, minlength=self._n).astype(np.float64)


def _told(recent: Floats, truth: Floats) -> tuple[float, float, float]:
    """How well these weights order the truth (Spearman), their scale, and the spread."""
    looked = recent > 1e-9
    mean, seen = recent[looked], truth[looked]
    scales = float(seen.sum() / max(mean.sum(), 1e-12)) * _SCALES  # the ratio itself hangs on the largest accounts
    _, scale = max((_likelihood(seen, _LITTLE + scale * mean), float(scale)) for scale in scales)
    order = float(np.corrcoef(rankdata(mean), rankdata(seen))[0, 1]) if len(mean) > 2 and np.ptp(seen) > 0 else 0.0
    mean = _LITTLE + scale * mean
    excess = float((((seen - mean) ** 2 - mean) / mean**2 * (mean >= 1.0)).sum() / max((mean >= 1.0).sum(), 1))
    return order, scale, 1.0 / min(max(excess, 0.05), 10.0)


def _likelihood(seen: Floats, mean: Floats) -> float:
    """Log likelihood of geometric counts with these means: as uneven as counts of people are."""
    return float((seen * np.log(mean / (1.0 + mean)) - np.log1p(mean)).sum())
