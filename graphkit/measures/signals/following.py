"""How an account follows: how soon it is followed back, in what rushes, and how much of it is dropped again."""

from __future__ import annotations

import numpy as np

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.numbering import times
from graphkit.graphs.order import order_by
from graphkit.language import say
from graphkit.measures.hollow import hollow_ties_of
from graphkit.measures.signals.signal import Ints, Measured, Signal, median_by, most_within, share

HOUR = 3_600_000
DAY = 24 * HOUR
DROPPED = 14 * DAY  # a follow given up within two weeks was made to be returned, or by mistake


def back_hours(graph: InfluenceGraph) -> Measured:
    """Median hours between a follow and the follow back, over the mutual ties."""
    ties = hollow_ties_of(graph)
    known = ~np.isnan(ties.gap)
    ends = np.r_[ties.first[known], ties.second[known]]
    hours = np.r_[ties.gap[known], ties.gap[known]] / HOUR
    seen = np.bincount(ends, minlength=graph.n)
    return Measured(np.where(seen >= 3, median_by(ends, hours, graph.n), np.nan), seen)


def rush(graph: InfluenceGraph) -> Measured:
    """Share of its follows that were made within two days."""
    source, at = _dated(graph)
    order = order_by(source, at)
    return share(
        most_within(source[order], at[order], 2 * DAY, graph.n), np.bincount(source, minlength=graph.n), least=5
    )


def dropped(graph: InfluenceGraph) -> Measured:
    """Share of the follows that it gave up within two weeks; unknown where the data holds no ended follow."""
    made = np.diff(graph.follows.indptr).astype(np.int64)
    if not graph.ended.num_rows:
        return Measured(np.full(graph.n, np.nan), np.zeros(graph.n, np.int64))
    who = graph.ended["follower"].to_numpy().astype(np.int64)
    at, until = times(graph.ended["at"]), times(graph.ended["ended_at"])
    soon = (at != NO_TIME) & (until != NO_TIME) & (until - np.where(at == NO_TIME, until, at) <= DROPPED)
    return share(np.bincount(who[soon], minlength=graph.n), made + np.bincount(who, minlength=graph.n), least=5)


def _dated(graph: InfluenceGraph) -> tuple[Ints, Ints]:
    """Follower and time of the follows whose time is known."""
    source = np.repeat(np.arange(graph.n), np.diff(graph.follows.indptr))
    known = graph.follow_at != NO_TIME
    return source[known], graph.follow_at[known]


SIGNALS = (
    Signal("follow_back_hours", say("median hours until its mutual follows were returned"), "low", "following",
           say("dated mutual follows"), back_hours),
    Signal("follow_rush", say("share of its follows made within two days"), "high", "following", say("dated follows"), rush),
    Signal("dropped_follows", say("share of its follows given up within two weeks"), "high", "following", say("follows"), dropped),
)  # fmt: skip
