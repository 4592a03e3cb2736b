"""When an account acts: spread over the day, rest at night, gaps, and crowded minutes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.order import order_by
from graphkit.language import say
from graphkit.measures.signals.signal import Ints, Measured, Signal, most_within, share

HOUR = 3_600_000
REST = 6  # hours in a row that nearly everybody sleeps


@lru_cache(maxsize=2)
def clock(graph: InfluenceGraph) -> tuple[NDArray[np.int32], Ints]:
    """Who acted or posted when, in order of account and time."""
    acted, wrote = graph.events.at != NO_TIME, (graph.post_author >= 0) & (graph.post_at != NO_TIME)
    who = np.r_[graph.events.actor[acted], graph.post_author[wrote]]
    at = np.r_[graph.events.at[acted], graph.post_at[wrote]]
    order = order_by(who, at)
    return who[order], at[order]


@lru_cache(maxsize=2)
def _hours(graph: InfluenceGraph) -> NDArray[np.int32]:
    """[account, hour of the day] = acts and posts."""
    who, at = clock(graph)
    hour = (at // HOUR) % 24
    return np.bincount(who.astype(np.int64) * 24 + hour, minlength=graph.n * 24).reshape(graph.n, 24).astype(np.int32)


def spread(graph: InfluenceGraph) -> Measured:
    """Entropy of the hour of the day, 0 to 1; with the correction for few acts of Miller and Madow."""
    hours = _hours(graph)
    total = hours.sum(axis=1)
    chance = hours / np.maximum(total, 1)[:, None]
    plain = -(chance * np.log(np.where(chance > 0, chance, 1.0))).sum(axis=1)
    correction = ((hours > 0).sum(axis=1) - 1) / (2.0 * np.maximum(total, 1))
    value = np.minimum((plain + correction) / np.log(24), 1.0)
    return Measured(np.where(total >= 20, value, np.nan), total)


def rest(graph: InfluenceGraph) -> Measured:
    """Share of the acts in the six quietest hours in a row: people sleep, so it is near nought for them."""
    hours = _hours(graph)
    total = hours.sum(axis=1)
    sums = np.zeros_like(hours)
    for step in range(REST):
        sums += np.roll(hours, -step, axis=1)
    return share(sums.min(axis=1), total, least=30)


def bursts(graph: InfluenceGraph) -> Measured:
    """Unevenness of the gaps between acts, -1 for a metronome to 1 for rare bursts (Goh and Barabasi 2008)."""
    who, at = clock(graph)
    same = who[1:] == who[:-1] if len(who) else np.zeros(0, bool)
    gap, owner = np.diff(at)[same].astype(float) if len(at) else np.zeros(0), who[1:][same]
    many = np.bincount(owner, minlength=graph.n)
    mean = np.bincount(owner, gap, graph.n) / np.maximum(many, 1)
    square = np.bincount(owner, (gap - mean[owner]) ** 2, graph.n) / np.maximum(many, 1)
    deviation = np.sqrt(square)
    value = (deviation - mean) / np.maximum(deviation + mean, 1.0)
    return Measured(np.where(many >= 10, value, np.nan), many)


def crowded(graph: InfluenceGraph) -> Measured:
    """Share of the acts in the busiest minute."""
    who, at = clock(graph)
    return share(most_within(who, at, 60_000, graph.n), np.bincount(who, minlength=graph.n), least=10)


SIGNALS = (
    Signal("hour_spread", say("how evenly its acts are spread over the hours of the day, 0 to 1"), "high", "rhythm", say("acts"), spread),
    Signal("night_acts", say("share of its acts in its six quietest hours in a row"), "high", "rhythm", say("acts"), rest),
    Signal("uneven_gaps", say("unevenness of the gaps between its acts, -1 (metronome) to 1 (bursts)"), "low", "rhythm", say("gaps"), bursts),
    Signal("busiest_minute", say("share of its acts in its busiest minute"), "high", "rhythm", say("acts"), crowded),
)  # fmt: skip
