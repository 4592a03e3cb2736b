"""How soon an account reacts to posts."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.language import say
from graphkit.measures.signals.signal import Floats, Measured, Signal, median_by, share

QUICK = 10_000  # milliseconds: nobody reads and decides in ten seconds, post after post


@lru_cache(maxsize=2)
def _delays(graph: InfluenceGraph) -> tuple[NDArray[np.int32], Floats]:
    """Actor and delay (ms) of the acts on posts, where both times are known."""
    events = graph.events
    rows = np.flatnonzero((events.post >= 0) & (events.at != NO_TIME))
    born = graph.post_at[events.post[rows]]
    rows, born = rows[born != NO_TIME], born[born != NO_TIME]
    delay = events.at[rows] - born
    return events.actor[rows][delay >= 0], delay[delay >= 0].astype(float)


def quick(graph: InfluenceGraph) -> Measured:
    """Share of the reactions within ten seconds of the post."""
    who, delay = _delays(graph)
    return share(np.bincount(who[delay <= QUICK], minlength=graph.n), np.bincount(who, minlength=graph.n), least=5)


def usual_delay(graph: InfluenceGraph) -> Measured:
    """Median minutes until it reacts."""
    who, delay = _delays(graph)
    seen = np.bincount(who, minlength=graph.n)
    return Measured(np.where(seen >= 5, median_by(who, delay / 60_000, graph.n), np.nan), seen)


SIGNALS = (
    Signal("quick_reactions", say("share of its reactions within ten seconds of the post"), "high", "haste", say("reactions"), quick),
    Signal("reaction_minutes", say("median minutes until it reacts to a post"), "low", "haste", say("reactions"), usual_delay),
)  # fmt: skip
