"""Acts under a second hand, also those of suspects whom no finding names, where they meet on accounts they do not follow."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson

from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.order import distinct_pairs
from graphkit.verdicts import NAMED, Verdicts

_MEET: Final = 3  # suspects at one account; two may be chance or friends
_P: Final = 0.01  # of one account among all they act on, by chance


def with_all_commands(graph: InfluenceGraph, verdicts: Verdicts) -> Verdicts:
    """The verdicts with the acts of suspects completed who were scored as taken over and whom no finding names.

    A victim leads an own life as well, so not all its acts are commanded. Those are that go to accounts which it does
    not follow, and where many more suspects meet than their share of all who act: of k who meet where e are due, the
    part 1 - e / k did not come of their own will.
    """
    suspect = np.nan_to_num(verdicts.p_compromised) >= NAMED
    suspect[graph.events.actor[verdicts.commanded >= NAMED]] = False
    rows = np.flatnonzero(graph.events.target >= 0)
    rows = rows[suspect[graph.events.actor[rows]]]
    rows = rows[~_follows(graph, graph.events.actor[rows], graph.events.target[rows])]
    if not len(rows):
        return verdicts
    share = _surplus(graph, suspect, graph.events.target[rows])
    chance = verdicts.p_compromised[graph.events.actor[rows]] * share[graph.events.target[rows]]
    commanded = verdicts.commanded.copy()
    commanded[rows] = np.maximum(commanded[rows], chance)
    return replace(verdicts, commanded=commanded)


def _surplus(graph: InfluenceGraph, suspect: NDArray[np.bool_], targets: NDArray[np.int32]) -> NDArray[np.float64]:
    """For every account the part of its suspects beyond what is due; 0 where chance gives as many."""
    events = graph.events
    looked = np.zeros(graph.n, dtype=bool)
    looked[targets] = True
    rows = np.flatnonzero((events.target >= 0) & looked[events.target])
    actor, target = distinct_pairs(events.actor[rows], events.target[rows])
    strangers = ~_follows(graph, actor, target)
    actor, target = actor[strangers], target[strangers]
    met = np.bincount(target, suspect[actor], minlength=graph.n)
    others = np.bincount(target, ~suspect[actor], minlength=graph.n)
    acts = np.zeros(graph.n, dtype=bool)
    acts[events.actor] = True
    due = others * (suspect & acts).sum() / max((~suspect & acts).sum(), 1)
    chance = poisson.sf(met - 1, due) * looked.sum()
    told = (met >= _MEET) & (chance < _P) & (met > due)
    return np.where(told, 1.0 - due / np.maximum(met, 1), 0.0)


def _follows(graph: InfluenceGraph, actor: NDArray[np.integer], target: NDArray[np.integer]) -> NDArray[np.bool_]:
    if not len(actor):
        return np.zeros(0, dtype=bool)
    return np.asarray(graph.follows[actor.astype(np.int64), target.astype(np.int64)]).ravel() > 0
