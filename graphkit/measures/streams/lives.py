"""An owner's pace: on how many days an account did something of its own before and after somebody else came in.

A silence says that an account slept only where its own pace makes such a silence unlikely: who acts twice a month is often
quiet for a month, and where the data hold few acts of anybody, long gaps are the rule. What an account's own deeds are too
few to tell is read from everybody's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from graphkit.graphs.graph import NO_TIME
from graphkit.graphs.order import differs_from_previous
from graphkit.measures.streams.deeds import Deeds
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DAY = 86_400_000


@dataclass(frozen=True)
class Lives:
    """One value an account, in days where nothing else is said."""

    onset: Ints  # of the second hand, UTC milliseconds; NO_TIME: none
    before: Ints  # days with deeds of the owner before the onset ...
    after: Ints  # ... and after it
    changed: Ints  # when a habit changed for good, UTC milliseconds
    silence: Floats  # without any deed before the onset
    gap: Floats  # the longest of the owner's before that silence
    pace: Floats  # days with own deeds a day until the silence began; where there was none, everybody's
    span: tuple[int, int]  # of the data, UTC milliseconds

    def slept(self, row: int) -> bool:
        """Whether the account lay still before the onset, far beyond its own pace and gaps, and its owner did not return."""
        settings = current().streams
        silence = self.silence[row]
        long = silence >= max(settings.dormant_days, settings.dormant_gaps * self.gap[row])
        unlikely = np.exp(-self.pace[row] * silence) < settings.gone_p
        return bool(long and unlikely and self.after[row] <= 2 + 2 * settings.gone_share * self.left_days(row))

    def left(self, row: int) -> bool:
        """Whether the owner's pace makes so few own days after the onset unlikely."""
        if self.onset[row] == NO_TIME:
            return False
        settings = current().streams
        lived = max((self.onset[row] - self.span[0]) / DAY, 1.0)
        due = self.before[row] / lived * self.left_days(row)
        few = self.after[row] <= settings.gone_share * due
        return bool(few and stats.poisson.cdf(self.after[row], due) < settings.gone_p)

    def left_days(self, row: int) -> float:
        """Days of the data after the onset; 0 where there is none."""
        if self.onset[row] == NO_TIME:
            return 0.0
        return float(max((self.span[1] - self.onset[row]) / DAY, 0.0))


def lives_of(every: Deeds, deeds: Deeds, ordered: Flags, *, accounts: Ints, onset: Ints, changed: Ints) -> Lives:
    """The lives of some accounts; `deeds` are theirs, `every` one is needed for what is usual. Linear in all deeds."""
    span = _span(every)
    usual = _usual_pace(every, span)
    found = np.zeros((5, len(accounts)))
    for row, account in enumerate(accounts):
        rows = deeds.of(int(account))
        at = deeds.at[rows]
        found[:, row] = _life(at, ~ordered[rows], int(onset[row]), begin=span[0], usual=usual)
    before, after, silence, gap, pace = found
    return Lives(onset, before.astype(np.int64), after.astype(np.int64), changed, silence, gap, pace, span)


def _life(at: Ints, own: Flags, onset: int, *, begin: int, usual: float) -> tuple[float, ...]:
    """Days before and after the onset, the silence before it, the longest gap before that, and the pace."""
    if onset == NO_TIME:
        return float(len(np.unique(at[own] // DAY))), 0.0, 0.0, 0.0, usual
    early = at[own & (at < onset)]
    days, after = np.unique(early // DAY), np.unique(at[own & (at >= onset)] // DAY)
    last = int(early[-1]) if len(early) else begin
    gap = float(np.diff(days).max(initial=0))
    pace = len(days) / max((last - begin) / DAY, 1.0) if len(days) else usual
    return float(len(days)), float(len(after)), (onset - last) / DAY, gap, pace


def _usual_pace(deeds: Deeds, span: tuple[int, int]) -> float:
    """The median over all accounts with deeds of the share of days on which they did something."""
    new = differs_from_previous(deeds.who, deeds.at // DAY)
    days = np.bincount(deeds.who[new])
    return float(np.median(days[days > 0])) / max((span[1] - span[0]) / DAY, 1.0) if len(days) else 0.0


def _span(deeds: Deeds) -> tuple[int, int]:
    """First and last deed, without the outermost thousandth on both sides."""
    if not len(deeds):
        return 0, 0
    low, high = np.quantile(deeds.at, (0.001, 0.999))
    return int(low), int(high)
