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
from graphkit.measures.streams.deeds import taken_back
from graphkit.measures.trends.bursts import POST, Burst, bursts, reactions, tags
from graphkit.measures.trends.commanded import Commanded, commanded
from graphkit.measures.trends.mixture import Uses, interval, mixture
from graphkit.measures.trends.phrases import joined, pairs_of_words, words_of
from graphkit.measures.trends.salad import Salads, salads_in
from graphkit.measures.trends.vanishing import vanishing
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

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
    odds: Floats  # log odds that its account gives it, of having been told
    sure: Floats  # the chance that it was told, where that is known beforehand; else NaN
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
    if not said and not len(acts.at):
        return ()
    hands = commanded(graph, seed)
    acted = bursts(graph, acts, hands.known) if len(acts.at) else ()
    found = []
    if said:
        sheet = _written(graph, said, hands)
        found += [_judged(burst, sheet) for burst in said]
    if acted:
        sheet = _acted(graph, acted, hands)
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


def _written(graph: InfluenceGraph, found: tuple[Burst, ...], hands: Commanded) -> _Sheet:
    """The signs of posts: who wrote them, how, and whether they were deleted at once."""
    posts, author = graph.posts, graph.post_author
    outside = _outside(author >= 0, found)
    deleted = posts["deleted_at"].fill_null(NO_TIME).to_numpy()
    shows, usual = {"commanded": hands.known[author] & (author >= 0)}, {}
    usual["commanded"], mean = hands.usual(author[outside], np.ones(int(outside.sum())))
    odds = hands.odds(mean)[author]  # posts of unknown authors are in no trend
    sure = np.where(hands.machine[author], current().trends.by_machine, np.nan)
    if (deleted != NO_TIME).any():
        shows["deleted"] = (deleted != NO_TIME) & (deleted - graph.post_at <= current().streams.quick_ms)
        usual["deleted"] = _usual(shows["deleted"][outside])
    if posts["text"].null_count == len(posts):
        return _Sheet(shows, usual, odds, sure)
    ordinary = outside | (author < 0)
    written = salads_in(words_of(graph), author, ordinary)
    usual["salad"] = _usual(written.shows[outside & written.known])
    return _Sheet(shows, usual, odds, sure, salads=written)


def _acted(graph: InfluenceGraph, found: tuple[Burst, ...], hands: Commanded) -> _Sheet:
    """The signs of acts on posts: who did them, and whether they were taken back at once."""
    events = graph.events
    outside = _outside(events.post >= 0, found)
    shows, usual = {"commanded": hands.known[events.actor]}, {}
    usual["commanded"], mean = hands.usual(events.actor[outside], 1.0 - np.nan_to_num(hands.ordered[outside]))
    back = taken_back(graph)
    gone = np.flatnonzero(back != NO_TIME)
    if len(gone):
        shows["deleted"] = np.zeros(len(events), bool)
        shows["deleted"][gone] = back[gone] - events.at[gone] <= current().streams.quick_ms
        usual["deleted"] = _usual(shows["deleted"][outside])
    odds = np.where(np.isnan(hands.act), hands.odds(mean)[events.actor], hands.act)
    sure = np.where(hands.machine[events.actor], current().trends.by_machine, np.nan)
    return _Sheet(shows, usual, odds, sure)


def _outside(rows: Flags, found: tuple[Burst, ...]) -> Flags:
    """The rows that belong to none of the trends."""
    for burst in found:
        rows[burst.uses] = False
    return rows


def _usual(shows: Flags) -> float:
    return float((shows.sum() + 0.5) / (len(shows) + 1.0))


def _judged(burst: Burst, sheet: _Sheet) -> Trend:
    shows, known = sheet.of(burst)
    first = slice(0, burst.first_hour)
    day = slice(0, len(burst.uses) if burst.kind == POST else burst.first_hour)
    signs = tuple(
        _sign(name, shows[name][first][known[name][first]], shows[name][day][known[name][day]], usual=sheet.usual[name])
        if name in shows
        else Sign(name, float("nan"), float("nan"), 1.0)
        for name in SIGNS
    )
    late = np.arange(len(burst.uses)) >= burst.first_hour
    odds = sheet.odds[burst.uses] + np.where(late, current().trends.late, 0.0)
    fitted = {name: flags for name, flags in shows.items() if name != "commanded"}  # which `odds` say by degrees
    told = mixture(Uses(odds, sheet.sure[burst.uses], fitted, known), sheet.usual)
    low, high = interval(told)
    return Trend(burst, signs, _chance(signs, float(told.mean())), told, 1 - float(told.mean()), low, high)


def _sign(name: str, shows: Flags, day: Flags, *, usual: float) -> Sign:
    """Against three times the usual share: the crowds of natural trends differ by so much.

    Orders for a post may be followed for longer than its busiest hour: the day counts too, at the price of a second test.
    """
    due = min(0.9, current().trends.spread * usual)
    p = [float(nulls.binomial_tail(int(part.sum()), max(len(part), 1), due)) for part in (shows, day)]
    best = p[0] if len(day) == len(shows) else min(1.0, 2 * min(p))
    return Sign(name, int(shows.sum()) / max(len(shows), 1), usual, best)


def _chance(signs: tuple[Sign, ...], share: float) -> float:
    """That the trend was pushed: the surprise of its signs, each bounded, where a fair part of it was told."""
    settings = current().trends
    surprise = sum(min(float(nulls.surprise(sign.p)), settings.surprise_most) for sign in signs)
    strong = float(stats.norm.cdf((share - settings.least_share) / 0.05))
    return float(nulls.logistic(surprise - settings.surprise_due)) * strong
