"""Who raised a trend: the shares of commanded accounts, salads and quick deletions in it, and what is left for people.

The posts of a trend are a mixture of two kinds, told or free. What free posts look like is read from all other posts; what
told ones look like is fitted to the trend. The organic share comes with an interval for what stays unsure of each post.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.measures import nulls
from graphkit.measures.lockstep import lockstep
from graphkit.measures.streams.second import second_hand
from graphkit.measures.trends.bursts import HOUR, Burst, bursts, tags
from graphkit.measures.trends.salad import salads
from graphkit.measures.trends.vanishing import vanishing
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ROUNDS = 15
SIGNS = ("commanded", "salad", "deleted")


@dataclass(frozen=True)
class Sign:
    """One way in which told posts differ: how many of the first hour's posts show it, and how many are due."""

    name: str
    share: float  # in the first hour; NaN: not in the data
    usual: float  # of all other posts
    p: float


@dataclass(frozen=True)
class Trend:
    """A burst with its signs, the chance that it was pushed, and the part of it that people wrote."""

    burst: Burst
    signs: tuple[Sign, ...]
    chance: float  # that it was pushed
    told: Floats  # of each use the chance that it was told
    organic: float
    organic_low: float
    organic_high: float


@dataclass(frozen=True)
class _Sheet:
    """One value a post: the signs, and which of them can be read."""

    shows: dict[str, Flags]
    known: dict[str, Flags]


@lru_cache(maxsize=2)
def trends(graph: InfluenceGraph, seed: int = 0) -> tuple[Trend, ...]:
    """All bursts of tags, judged; in order of time."""
    found = bursts(graph, tags(graph))
    inside = np.zeros(graph.posts.num_rows, bool)
    for burst in found:
        inside[burst.uses] = True
    sheet = _sheet(graph, ~inside, seed=seed) if found else _Sheet({}, {})
    usual = {name: _usual(sheet, name, ~inside & (graph.post_author >= 0)) for name in sheet.shows}
    return tuple(_judged(graph, burst, sheet, usual) for burst in found)


def told_odds(graph: InfluenceGraph, seed: int = 0) -> Floats:
    """Of each account the log odds that some post of it was told, in a trend that was pushed; NaN: none."""
    odds = np.full(graph.n, np.nan)
    for trend in trends(graph, seed):
        if trend.chance >= 0.5:
            told = np.clip(trend.told, 1e-3, 0.98)
            author = graph.post_author[trend.burst.uses]
            worst = np.full(graph.n, -np.inf)
            np.maximum.at(worst, author, np.log(told / (1 - told)) - current().trends.doubt)
            odds = np.fmax(odds, np.where(np.isfinite(worst), worst, np.nan))
    return odds


def told_posts(graph: InfluenceGraph, seed: int = 0) -> Flags:
    """Posts that were more likely told than not: in pushed trends, or vanishing together with others."""
    told = np.zeros(graph.posts.num_rows, bool)
    for trend in trends(graph, seed):
        if trend.chance >= 0.5:
            told[trend.burst.uses[trend.told >= 0.5]] = True
    gone = vanishing(graph)
    suspect = np.zeros(graph.n, bool)
    suspect[gone.accounts] = True
    told[gone.posts[suspect[graph.post_author[gone.posts]]]] = True
    return told


def commanded_accounts(graph: InfluenceGraph, seed: int) -> Flags:
    """Accounts that act on command elsewhere: machines in lockstep, and accounts under a second hand."""
    steps = lockstep(graph, seed)
    natures = np.array([*(troop.nature for troop in steps.troops), "none"])
    return np.asarray(
        (natures[steps.of] == "amplifiers") | (np.nan_to_num(second_hand(graph, seed).log_odds, nan=-9) > 0)
    )


def _sheet(graph: InfluenceGraph, ordinary: Flags, *, seed: int) -> _Sheet:
    posts, author = graph.posts, graph.post_author
    deleted = posts["deleted_at"].fill_null(NO_TIME).to_numpy()
    quick = (deleted != NO_TIME) & (deleted - graph.post_at <= current().streams.quick_ms)
    every = np.ones(len(author), bool)
    shows, known = {"commanded": commanded_accounts(graph, seed)[author] & (author >= 0)}, {"commanded": every}
    if posts["text"].null_count < len(posts):
        shows["salad"], known["salad"] = salads(posts["text"], author, ordinary)
    if (deleted != NO_TIME).any():
        shows["deleted"], known["deleted"] = quick, every
    return _Sheet(shows, known)


def _usual(sheet: _Sheet, name: str, others: Flags) -> float:
    rows = others & sheet.known[name]
    return float((sheet.shows[name][rows].sum() + 0.5) / (rows.sum() + 1.0))


def _judged(graph: InfluenceGraph, burst: Burst, sheet: _Sheet, usual: dict[str, float]) -> Trend:
    first = burst.uses[: burst.first_hour]
    signs = tuple(_sign(name, first, sheet, usual) for name in SIGNS)
    told, share = _mixture(graph, burst, sheet, usual)
    low, high = _interval(told)
    return Trend(burst, signs, _chance(signs, share), told, 1 - float(told.mean()), low, high)


def _sign(name: str, first: Ints, sheet: _Sheet, usual: dict[str, float]) -> Sign:
    """Against three times the usual share: the crowds of natural trends differ by so much."""
    if name not in sheet.shows:
        return Sign(name, float("nan"), float("nan"), 1.0)
    rows = first[sheet.known[name][first]]
    count = int(sheet.shows[name][rows].sum())
    due = min(0.9, current().trends.spread * usual[name])
    p = float(nulls.binomial_tail(count, max(len(rows), 1), due))
    return Sign(name, count / max(len(rows), 1), usual[name], p)


def _mixture(graph: InfluenceGraph, burst: Burst, sheet: _Sheet, usual: dict[str, float]) -> tuple[Floats, float]:
    """Of each use the chance that it was told, and the share of told ones."""
    settings = current().trends
    uses, told, share = burst.uses, np.zeros(len(burst.uses)), 0.5
    first = graph.post_at[uses] - burst.start < HOUR
    rates = dict.fromkeys(sheet.shows, settings.told_rate)
    for _ in range(ROUNDS):
        odds = np.full(len(uses), np.log(share / (1 - share)))
        for name, shows in sheet.shows.items():
            one, known = shows[uses], sheet.known[name][uses]
            free = min(max(usual[name], 1e-3), 0.9)
            yes, no = np.log(rates[name] / free), np.log((1 - rates[name]) / (1 - free))
            odds += np.clip(np.where(known, np.where(one, yes, no), 0.0), -settings.sign_most, settings.sign_most)
        odds += np.where(first, 0.0, settings.late)
        told = nulls.logistic(odds)
        share = float(np.clip((told.sum() + 0.5) / (len(uses) + 1), 0.01, 0.99))
        for name, shows in sheet.shows.items():
            weight = told * sheet.known[name][uses]
            rates[name] = float((weight[shows[uses]].sum() + 2 * settings.told_rate) / (weight.sum() + 2))
            rates[name] = float(np.clip(rates[name], min(usual[name], 0.9), 0.99))
    return told, share


def _interval(told: Floats) -> tuple[float, float]:
    """95 % for the organic share: each use is told or not by its chance, and the chances may be off together."""
    n = len(told)
    spread = float(np.sqrt((told * (1 - told)).sum()) / n)
    common = (
        current().trends.calibration * float((told * (1 - told)).sum()) / n
    )  # the log odds of all may be off together
    half = 1.96 * float(np.hypot(spread, common)) + 1.0 / n  # and one post may be read wrongly
    organic = 1 - float(told.mean())
    return max(0.0, organic - half), min(1.0, organic + half)


def _chance(signs: tuple[Sign, ...], share: float) -> float:
    """That the trend was pushed: the surprise of its signs, each bounded, where a fair part of it was told."""
    settings = current().trends
    surprise = sum(min(float(nulls.surprise(sign.p)), settings.surprise_most) for sign in signs)
    strong = float(stats.norm.cdf((share - settings.least_share) / 0.05))
    return float(nulls.logistic(surprise - settings.surprise_due)) * strong
