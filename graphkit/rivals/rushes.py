"""A rush of followers: whether people or machines came, and what may have brought them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graphkit.graphs.graph import NO_TIME
from graphkit.language import Moment
from graphkit.rivals.audience import Audience, Ints

DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Rush:
    """Followers of one account that came within a day or some days in a row."""

    day: Moment
    size: int
    hollow: float  # share that next to nobody follows or answers
    newcomers: float  # share that followed most of what they follow within two days
    hunters: float  # share that came in rushes to two other accounts and more
    at_one_post: float  # share that acted on one and the same post of the account around then
    spoke: float  # share that turned to the account around then, at whatever post
    left: float  # of all who came then, share that left again within a month
    promised: bool  # a post of then speaks of a prize
    paid: bool  # a post of then is marked as an advert
    lift: float  # acts of others on the account on these days, beside its usual day

    @property
    def people(self) -> float:
        return 1.0 - max(self.hollow, self.newcomers)


def rushes(seen: Audience, node: int) -> list[Rush]:
    """The rushes of an account, the largest first."""
    rows = seen.followers_of(node)
    rows = rows[seen.came.block[rows] >= 0]
    blocks = np.unique(seen.came.block[rows])
    found = [_rush(seen, node, int(block), seen.came.source[rows[seen.came.block[rows] == block]]) for block in blocks]
    return sorted(found, key=lambda rush: (-rush.size, rush.day.at or 0))


def _rush(seen: Audience, node: int, block: int, members: Ints) -> Rush:
    begin, end = int(seen.came.begin[block]), int(seen.came.end[block])
    posts = seen.written.of(node)
    posts = posts[seen.graph.post_at[posts] != NO_TIME]
    posts = posts[(seen.graph.post_at[posts] >= begin - 3 * DAY) & (seen.graph.post_at[posts] < end)]
    spoke, at_one = _acted(seen, node, members, (begin, end))
    return Rush(
        day=Moment(begin),
        size=len(members),
        hollow=float(seen.came.hollow[members].mean()),
        newcomers=float(seen.came.newcomer[members].mean()),
        hunters=float((seen.hunted[members] >= 3).mean()),
        at_one_post=at_one,
        spoke=spoke,
        left=_left(seen, node, len(members), (begin, end)),
        promised=bool(seen.promising[posts].any()),
        paid=bool(seen.paid[posts].any()),
        lift=_lift(seen, node, (begin, end)),
    )


def _acted(seen: Audience, node: int, members: Ints, span: tuple[int, int]) -> tuple[float, float]:
    """Shares of the members that turned to the account around then, and that did so at one and the same post."""
    events, rows = seen.graph.events, _acts_between(seen, node, span[0] - DAY, span[1] + DAY)
    rows = rows[np.isin(events.actor[rows], members)]
    spoke = len(np.unique(events.actor[rows])) / max(len(members), 1)
    rows = rows[events.post[rows] >= 0]
    pairs = np.unique(events.post[rows].astype(np.int64) * seen.graph.n + events.actor[rows])
    most = np.unique(pairs // seen.graph.n, return_counts=True)[1].max(initial=0)
    return float(spoke), float(most / max(len(members), 1))


def _acts_between(seen: Audience, node: int, begin: int, end: int) -> Ints:
    """The acts on the account from `begin` until before `end`."""
    rows = seen.acts.of(node)
    first, last = np.searchsorted(seen.graph.events.at[rows], [begin, end])
    return rows[first:last]


def _left(seen: Audience, node: int, stayed: int, span: tuple[int, int]) -> float:
    followed, at, left = seen.ended
    first, last = np.searchsorted(followed, [node, node + 1])
    at, left = at[first:last], left[first:last]
    gone = int(((at >= span[0]) & (at < span[1]) & (left - at <= 30 * DAY)).sum())
    return gone / max(gone + stayed, 1)


def _lift(seen: Audience, node: int, span: tuple[int, int]) -> float:
    """Acts a day on the account around then, beside all its days; 0 where nobody ever acted on it."""
    then = len(_acts_between(seen, node, span[0] - DAY, span[1]))
    every = int(seen.life.turned[[node]].sum()) if seen.looks else 0
    days = max((seen.span[1] - seen.span[0]) / DAY, 1.0)
    here = (span[1] - span[0]) / DAY + 1.0
    return (then / here) / max((every - then) / max(days - here, 1.0), 1.0 / days) if then >= 10 else 0.0
