"""Posts that vanish together: written within seconds of many others that were deleted at once, again and again.

Accounts under one order write in the same seconds, and what they wrote is gone within minutes. People delete slips too, but
not in step. The seconds are judged against the half hour around them, so a busy evening explains itself. This needs
neither text nor ties: a deletion stream is enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.measures import made_once, nulls
from graphkit.measures.streams.deeds import deeds_of
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

AROUND = 1_800_000
LEAST = 4


@dataclass(frozen=True)
class Vanishing:
    """For each account what vanished, and the moments in which it did so with others."""

    quick: Ints  # deeds deleted within minutes
    moments: Ints  # of them in step with others, each moment once
    posts: Ints  # the posts that vanished in step, rows of the graph's posts
    log_odds: Floats  # that somebody else writes through it; NaN: no such moment

    @property
    def accounts(self) -> Ints:
        """Accounts that are more likely commanded than not."""
        return np.flatnonzero(np.nan_to_num(self.log_odds, nan=-9.0) >= 0)


@made_once
def vanishing(graph: InfluenceGraph) -> Vanishing:
    """The moments in which posts vanished together; n log n in quick deletions."""
    deeds, settings = deeds_of(graph), current()
    rows = np.flatnonzero((deeds.life != NO_TIME) & (deeds.life <= settings.streams.quick_ms) & (deeds.event < 0))
    rows = rows[np.argsort(deeds.at[rows], kind="stable")]
    at, who = deeds.at[rows], deeds.who[rows].astype(np.int64)
    near, due = _near(at, who, settings.trends.vanish_ms)
    together = (near >= LEAST) & (nulls.poisson_tail(near, due) < settings.trends.vanish_p)
    key = np.unique(np.stack([who[together], at[together] // (2 * settings.trends.vanish_ms)]), axis=1)
    moments = np.bincount(key[0], minlength=graph.n)
    prior = float(np.log(settings.streams.prior / (1 - settings.streams.prior)))
    odds = np.where(moments > 0, prior + settings.trends.vanish_odds * moments, np.nan)
    return Vanishing(np.bincount(who, minlength=graph.n), moments, deeds.post[rows[together]].astype(np.int64), odds)


def _near(at: Ints, who: Ints, window: int) -> tuple[Floats, Floats]:
    """For each deletion the deletions of others within the window around it, and how many the half hour around makes due."""
    counts = []
    for width in (window, AROUND):
        every = np.searchsorted(at, at + width, "right") - np.searchsorted(at, at - width, "left")
        order = np.lexsort((at, who))
        own = np.empty(len(at), np.int64)
        own[order] = _own(at[order], who[order], width)
        counts.append((every - own).astype(np.float64))
    return counts[0], (counts[1] - counts[0] + 1.0) * window / AROUND


def _own(at: Ints, who: Ints, width: int) -> Ints:
    """The same count among the account's own, from rows in order of account and time."""
    span = int(at.max(initial=0) - at.min(initial=0)) + 2 * width + 1
    shifted = at - (at.min() if len(at) else 0) + who * span  # accounts lie apart by more than any window
    return np.searchsorted(shifted, shifted + width, "right") - np.searchsorted(shifted, shifted - width, "left")
