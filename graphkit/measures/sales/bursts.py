"""Bursts: days on which an account gained far more followers than its own pace explains, and what else happened then.

Press, adverts, prize draws and starter packs make bursts as well as deliveries do. Theirs are of people: they act on the
account in those days, or its posts are passed on, or they had just joined and followed a list.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.order import differs_from_previous, order_by
from graphkit.measures import nulls
from graphkit.measures.sales.blocks import Blocks, blocks_of
from graphkit.measures.sales.lists import DAY, Lists, lists_of
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Story = Literal["delivered", "newcomers", "took_part", "talked_about", "unexplained"]


@dataclass(frozen=True, slots=True)
class Burst:
    """One burst, and the likeliest story of it."""

    account: int
    begin: int  # UTC milliseconds, the first of its days
    end: int  # the end of its last day
    size: int
    due: float  # followers that the account's own pace gives in so many days
    p: float
    newcomers: int  # that joined or came back in those days and followed a list
    took_part: int  # that acted on the account in the same days: a prize draw, a call to answer
    reactions: int  # of others to the account in those days
    usual_reactions: float
    story: Story = "unexplained"


@lru_cache(maxsize=2)
def bursts(graph: InfluenceGraph) -> tuple[Burst, ...]:
    """The bursts of all accounts whose follow times are known, the strongest first; computed once."""
    lists = lists_of(graph)
    if lists.order != "times":
        return ()
    found = [_burst(graph, lists, *row) for row in zip(*_days(lists), strict=True)]
    blocks = blocks_of(graph)
    told = [replace(burst, story=_story(burst, _delivered(burst, blocks))) for burst in found]
    return tuple(sorted(told, key=lambda burst: (burst.p, burst.account, burst.begin)))


def _days(lists: Lists) -> tuple[Ints, Ints, Ints, Floats, Floats]:
    """Account, first and last row, due number and chance of each run of days with too many arrivals."""
    settings = current().arrivals
    rows = np.flatnonzero(lists.date != NO_TIME)
    who, day = lists.target[rows].astype(np.int64), lists.date[rows] // DAY
    begins = np.flatnonzero(differs_from_previous(who, day))
    ends = np.r_[begins[1:], len(rows)] - 1
    count = ends - begins + 1
    span = max(float(np.quantile(day, 0.99) - np.quantile(day, 0.01)), 1.0) if len(day) else 1.0
    pace = np.maximum(np.diff(lists.starts) / span, settings.least_pace)
    p = nulls.overdispersed_tail(count, pace[who[begins]], settings.pace_shape)
    burst = np.flatnonzero((p < settings.burst_p) & (count >= settings.least_block))
    if not len(burst):
        none = np.empty(0, np.int64)
        return none, none, none, np.empty(0), np.empty(0)
    fresh = differs_from_previous(who[begins[burst]]) | (np.diff(day[begins[burst]], prepend=-9) > 1)
    head = np.flatnonzero(fresh)
    tail = np.r_[head[1:], len(burst)] - 1
    first, last = rows[begins[burst[head]]], rows[ends[burst[tail]]]
    account = who[begins[burst[head]]]
    length = (lists.date[last] // DAY - lists.date[first] // DAY + 1).astype(float)
    least = np.minimum.reduceat(p[burst], head)
    return account, first, last, pace[account] * length, least


def _burst(graph: InfluenceGraph, lists: Lists, account: int, first: int, last: int, due: float, p: float) -> Burst:
    came = lists.source[first : last + 1]
    begin, end = int(lists.date[first] // DAY * DAY), int((lists.date[last] // DAY + 1) * DAY)
    actors, at = _acts_on(graph, account)
    near = (at >= begin - DAY) & (at < end + DAY)
    length = (end - begin) / DAY + 2
    span = max((float(at.max()) - float(at.min())) / DAY, 1.0) if len(at) else 1.0
    others = ~np.isin(actors, came)
    return Burst(
        int(account), begin, end, len(came), float(due), float(p),
        newcomers=int(lists.newcomer[came].sum()),
        took_part=int(np.isin(came, actors[near]).sum()),
        reactions=int((near & others).sum()),
        usual_reactions=float(others.sum() / span * length),
    )  # fmt: skip


@lru_cache(maxsize=2)
def _by_target(graph: InfluenceGraph) -> tuple[Ints, Ints]:
    events = graph.events
    rows = np.flatnonzero((events.target >= 0) & (events.at != NO_TIME))
    rows = rows[order_by(events.target[rows])]
    return rows, np.r_[0, np.cumsum(np.bincount(events.target[rows], minlength=graph.n))].astype(np.int64)


def _acts_on(graph: InfluenceGraph, account: int) -> tuple[Ints, Ints]:
    rows, starts = _by_target(graph)
    mine = rows[starts[account] : starts[account + 1]]
    return graph.events.actor[mine].astype(np.int64), graph.events.at[mine]


def _delivered(burst: Burst, blocks: Blocks) -> bool:
    """Whether a third and more of the burst may be the delivered followers of blocks in the same days."""
    mine = blocks.of(burst.account)
    mine = mine[(blocks.begin[mine] < burst.end) & (blocks.end[mine] >= burst.begin)]
    return bool(blocks.sold[mine].sum() >= burst.size / 3)


def _story(burst: Burst, delivered: bool) -> Story:
    settings = current().arrivals
    if delivered:
        return "delivered"
    if burst.newcomers >= settings.crowd_share * burst.size:
        return "newcomers"
    if burst.took_part >= settings.crowd_share * burst.size:
        return "took_part"
    talked = nulls.overdispersed_tail(burst.reactions, max(burst.usual_reactions, 1.0), settings.pace_shape)
    return "talked_about" if float(talked) < settings.talked_p else "unexplained"
