"""How much of a trend was told: its uses as a mixture of two kinds, told or free, and an interval for the free share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from graphkit.measures import nulls
from graphkit.settings import current

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ROUNDS = 15


@dataclass(frozen=True)
class Uses:
    """What is known of each use of a topic before the topic itself is looked at."""

    odds: Floats  # log odds of having been told, of its account and its hour
    sure: Floats  # the chance that it was told, where that is known beforehand; else NaN
    shows: dict[str, Flags]  # signs ...
    known: dict[str, Flags]  # ... and where they can be read


def mixture(uses: Uses, usual: dict[str, float]) -> Floats:
    """Of each use the chance that it was told.

    What free uses show of each sign is `usual`; what told ones show is fitted to the trend. So is the share of told ones among the
    uses of which it is not known beforehand: machines may have pushed it alone.
    """
    settings, is_open = current().trends, np.isnan(uses.sure)
    told, share = uses.sure.copy(), settings.least_share
    rates = dict.fromkeys(uses.shows, settings.told_rate)
    for _ in range(ROUNDS):
        total = uses.odds + np.log(share / (1 - share))
        for name, one in uses.shows.items():
            free = _free(usual[name])
            yes, no = np.log(rates[name] / free), np.log((1 - rates[name]) / (1 - free))
            each = np.where(uses.known[name], np.where(one, yes, no), 0.0)
            total = total + np.clip(each, -settings.sign_most, settings.sign_most)
        told[is_open] = nulls.logistic(total[is_open])
        share = float(np.clip((told[is_open].sum() + 0.5) / (is_open.sum() + 1), 0.01, 0.99))
        for name, one in uses.shows.items():
            weight, prior = told * uses.known[name], settings.told_weight
            fitted = float((weight[one].sum() + prior * settings.told_rate) / (weight.sum() + prior))
            # what few uses show is no habit of all told ones: then few were told
            rates[name] = float(np.clip(fitted, max(_free(usual[name]), settings.told_least * one.any()), 0.99))
    return told


def _free(usual: float) -> float:
    return min(max(usual, 1e-3), 0.9)


def interval(told: Floats) -> tuple[float, float]:
    """95 % for the organic share: of uses that look told some are free, and of those that look free some were told.

    Each of the two is a small number with a long upper end (gamma); the ends of their difference are joined as in MOVER
    (Zou and Donner 2008), so that free uses make the share higher, and told ones lower, by what each can be.
    """
    n, likely = len(told), told >= 0.5
    free, free_low, free_high = _number(1 - told[likely])
    missed, missed_low, missed_high = _number(told[~likely])
    organic = n - float(told.sum())
    less = float(np.hypot(free - free_low, missed_high - missed)) + 0.5  # counts go in steps of one use
    more = float(np.hypot(free_high - free, missed - missed_low)) + 0.5
    return max(0.0, (organic - less) / n), min(1.0, (organic + more) / n)


def _number(chances: Floats) -> tuple[float, float, float]:
    """How many of these come true: expected, and the middle 95 %, each by its own chance and all off by a common factor."""
    mean = float(chances.sum())
    variance = float((chances * (1 - chances)).sum()) + (current().trends.common * mean) ** 2
    if variance <= 0:
        return mean, mean, mean
    low, high = stats.gamma.ppf([0.025, 0.975], mean**2 / variance, scale=variance / mean)
    return mean, float(low), float(high)
