"""Ties that hold only as long as they are returned: leaving that is answered by leaving within days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import binom

from graphkit.audience.people import DAY
from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.language import say

_ANSWER: Final = 7 * DAY


@dataclass(frozen=True, slots=True)
class Conditional:
    """How often one who is left leaves in turn, beside what is due if they left at any time."""

    account: str
    left: int  # mutual ties that ended on both sides
    answered: int  # of them, within a week
    due: float
    p: float | None  # None: no such tie

    def explain(self) -> Iterator[str]:
        """The count and what is due."""
        if self.p is None:
            yield say(
                "No mutual tie of it ended on both sides in the data: whether leaving is answered cannot be said."
            )
        else:
            yield say(
                "Of {left} mutual ties that ended on both sides {answered} ended within a week of each other; "
                "{due} are due by chance (p = {p}).",
                left=self.left,
                answered=self.answered,
                due=round(float(self.due), 1),
                p=format(self.p, ".1e"),
            )


def conditional_ties(graph: InfluenceGraph, account: str) -> Conditional:
    """Whether ties of one account (id or "@handle") end together; a week's answer is due as often as weeks go by chance.

    The chance of two ends within a week of each other is that of two times drawn evenly over the days on which ties of
    this data ended.
    """
    node = graph.node(account)
    follower, followed, at = (graph.ended[name].to_numpy() for name in ("follower", "followed", "ended_at"))
    told = at != NO_TIME
    span = float(np.ptp(at[told])) if told.any() else 0.0
    mine = dict(zip(followed[told & (follower == node)].tolist(), at[told & (follower == node)].tolist(), strict=True))
    theirs = dict(
        zip(follower[told & (followed == node)].tolist(), at[told & (followed == node)].tolist(), strict=True)
    )
    both = sorted(mine.keys() & theirs.keys())
    lag = np.array([abs(mine[one] - theirs[one]) for one in both])
    if not both or span <= 0:
        return Conditional(graph.ids([node])[0], len(both), 0, 0.0, None)
    share = min(_ANSWER / span, 1.0)
    chance = 1.0 - (1.0 - share) ** 2
    answered = int((lag <= _ANSWER).sum())
    p = float(binom.sf(answered - 1, len(both), chance))
    return Conditional(graph.ids([node])[0], len(both), answered, len(both) * chance, p)
