"""Who raised a trend: the shares of commanded accounts, salads and quick deletions in it, and what is left for people.

A trend is a tag or phrase that posts use, or a post that accounts act on. Its uses are a mixture of two kinds, told or free.
What free ones look like is read from all other posts (or acts); what told ones look like is fitted to the trend. The organic
share comes with an interval for what stays unsure of each use.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.measures import made_once, nulls
from graphkit.measures.lockstep import lockstep
from graphkit.measures.streams.second import second_hand
from graphkit.measures.trends.bursts import POST, Burst, bursts, reactions, tags
from graphkit.measures.trends.phrases import joined, pairs_of_words, words_of
from graphkit.measures.trends.salad import Salads, salads_in
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
    """The signs of all posts, or of all acts, and which of them can be read."""

    shows: dict[str, Flags]  # one value a post or act
    usual: dict[str, float]  # share among those outside of trends
    salads: Salads | None = None

    def of(self, burst: Burst) -> tuple[dict[str, Flags], dict[str, Flags]]:
        """The signs of the uses of one topic, and where they can be read."""
        shows = {name: flags[burst.uses] for name, flags in self.shows.items()}
        known = {name: np.ones(len(burst.uses), bool) for name in shows}
        if self.salads is not None:
            shows["salad"], known["salad"] = self.salads.within(burst.uses)
        return shows, known


@made_once
def trends(graph: InfluenceGraph, seed: int = 0) -> tuple[Trend, ...]:
    """All bursts of tags, phrases and posts, judged; in order of time."""
    tagged = bursts(graph, tags(graph))
    said = (*tagged, *joined(graph, bursts(graph, pairs_of_words(graph)), tagged))
    acts = reactions(graph)
    commanded = commanded_accounts(graph, seed) if said or len(acts.at) else np.zeros(0, bool)
    acted = bursts(graph, acts, commanded) if len(acts.at) else ()
    found = []
    if said:
        sheet = _written(graph, said, commanded)
        found += [_judged(burst, sheet) for burst in said]
    if acted:
        sheet = _acted(graph, acted, commanded)
        found += [_judged(burst, sheet) for burst in acted]
    return tuple(sorted(found, key=lambda one: (one.burst.start, one.burst.kind, one.burst.name)))


def told_odds(graph: InfluenceGraph, seed: int = 0) -> Floats:
    """Of each account the log odds that some post of it was told, in a trend that was pushed; NaN: none."""
    odds = np.full(graph.n, np.nan)
    for trend in trends(graph, seed):
        if trend.chance >= 0.5 and trend.burst.kind != POST:  # acts on posts are weighed campaign by campaign
            told = np.clip(trend.told, 1e-3, 0.98)
            worst = np.full(graph.n, -np.inf)
            np.maximum.at(worst, trend.burst.who, np.log(told / (1 - told)) - current().trends.doubt)
            odds = np.fmax(odds, np.where(np.isfinite(worst), worst, np.nan))
    return odds


def told_posts(graph: InfluenceGraph, seed: int = 0) -> Flags:
    """Posts that were more likely told than not: in pushed trends, or vanishing together with others."""
    told = np.zeros(graph.posts.num_rows, bool)
    for trend in trends(graph, seed):
        if trend.chance >= 0.5 and trend.burst.kind != POST:
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
        ((natures[steps.of] == "amplifiers") & ~steps.befriended)
        | (np.nan_to_num(second_hand(graph, seed).log_odds, nan=-9) > 0)
    )


def _written(graph: InfluenceGraph, found: tuple[Burst, ...], commanded: Flags) -> _Sheet:
    """The signs of posts: who wrote them, how, and whether they were deleted at once."""
    posts, author = graph.posts, graph.post_author
    outside = author >= 0
    for burst in found:
        outside[burst.uses] = False
    deleted = posts["deleted_at"].fill_null(NO_TIME).to_numpy()
    shows, usual = {"commanded": commanded[author] & (author >= 0)}, {}
    if (deleted != NO_TIME).any():
        shows["deleted"] = (deleted != NO_TIME) & (deleted - graph.post_at <= current().streams.quick_ms)
    for name, flags in shows.items():
        usual[name] = _usual(flags[outside])
    if posts["text"].null_count == len(posts):
        return _Sheet(shows, usual)
    ordinary = outside | (author < 0)
    written = salads_in(words_of(graph), author, ordinary)
    usual["salad"] = _usual(written.shows[outside & written.known])
    return _Sheet(shows, usual, written)


def _acted(graph: InfluenceGraph, found: tuple[Burst, ...], commanded: Flags) -> _Sheet:
    """The signs of acts on posts: who did them, and whether they were taken back at once."""
    events = graph.events
    outside = events.post >= 0
    for burst in found:
        outside[burst.uses] = False
    shows = {"commanded": commanded[events.actor]}
    gone = np.flatnonzero(events.deleted_at != NO_TIME)
    if len(gone):
        shows["deleted"] = np.zeros(len(events), bool)
        shows["deleted"][gone] = events.deleted_at[gone] - events.at[gone] <= current().streams.quick_ms
    return _Sheet(shows, {name: _usual(flags[outside]) for name, flags in shows.items()})


def _usual(shows: Flags) -> float:
    return float((shows.sum() + 0.5) / (len(shows) + 1.0))


def _judged(burst: Burst, sheet: _Sheet) -> Trend:
    shows, known = sheet.of(burst)
    first = slice(0, burst.first_hour)
    signs = tuple(
        _sign(name, shows[name][first][known[name][first]], sheet.usual[name])
        if name in shows
        else Sign(name, float("nan"), float("nan"), 1.0)
        for name in SIGNS
    )
    early = np.arange(len(burst.uses)) < burst.first_hour
    told, share = _mixture(early, shows, known, usual=sheet.usual, expected=_expected(burst.kind, shows))
    low, high = _interval(told)
    return Trend(burst, signs, _chance(signs, share), told, 1 - float(told.mean()), low, high)


def _sign(name: str, shows: Flags, usual: float) -> Sign:
    """Against three times the usual share: the crowds of natural trends differ by so much."""
    due = min(0.9, current().trends.spread * usual)
    p = float(nulls.binomial_tail(int(shows.sum()), max(len(shows), 1), due))
    return Sign(name, int(shows.sum()) / max(len(shows), 1), usual, p)


def _expected(kind: str, shows: dict[str, Flags]) -> dict[str, tuple[float, float]]:
    """Of each sign the share of told uses that show it, before the topic itself is looked at, and its weight in uses.

    An operator acts through the accounts it has, again and again, so that next to all of them are known from elsewhere.
    """
    settings = current().trends
    expected = dict.fromkeys(shows, (settings.told_rate, settings.told_weight))
    if kind == POST:
        expected["commanded"] = (settings.acting_rate, settings.acting_weight)
    return expected


def _mixture(
    first: Flags,
    shows: dict[str, Flags],
    known: dict[str, Flags],
    *,
    usual: dict[str, float],
    expected: dict[str, tuple[float, float]],
) -> tuple[Floats, float]:
    """Of each use the chance that it was told, and the share of told ones."""
    settings = current().trends
    told, share = np.zeros(len(first)), 0.5
    rates = {name: rate for name, (rate, _) in expected.items()}
    for _ in range(ROUNDS):
        odds = np.full(len(first), np.log(share / (1 - share)))
        for name, one in shows.items():
            free = min(max(usual[name], 1e-3), 0.9)
            yes, no = np.log(rates[name] / free), np.log((1 - rates[name]) / (1 - free))
            odds += np.clip(np.where(known[name], np.where(one, yes, no), 0.0), -settings.sign_most, settings.sign_most)
        odds += np.where(first, 0.0, settings.late)
        told = nulls.logistic(odds)
        share = float(np.clip((told.sum() + 0.5) / (len(first) + 1), 0.01, 0.99))
        for name, one in shows.items():
            weight, (rate, prior) = told * known[name], expected[name]
            fitted = float((weight[one].sum() + prior * rate) / (weight.sum() + prior))
            rates[name] = float(np.clip(fitted, min(usual[name], 0.9), 0.99))
    return told, share


def _interval(told: Floats) -> tuple[float, float]:
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


def _chance(signs: tuple[Sign, ...], share: float) -> float:
    """That the trend was pushed: the surprise of its signs, each bounded, where a fair part of it was told."""
    settings = current().trends
    surprise = sum(min(float(nulls.surprise(sign.p)), settings.surprise_most) for sign in signs)
    strong = float(stats.norm.cdf((share - settings.least_share) / 0.05))
    return float(nulls.logistic(surprise - settings.surprise_due)) * strong
