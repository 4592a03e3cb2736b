"""What moves people: how many distinct people react to one post of an account, as a rate with an interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphkit.audience.people import People
from graphkit.audience.reactions import Reactions, reactions
from graphkit.audience.shrinkage import Counts, common_dispersion, rates
from graphkit.graphs.graph import InfluenceGraph
from graphkit.settings import Reach
from graphkit.verdicts import Verdicts

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Moved:
    """One row an account; NaN where nothing is known of its posts."""

    value: Floats
    low: Floats
    high: Floats
    posts: NDArray[np.int64]  # posts that count
    unlisted: NDArray[np.bool_]  # posts nobody reacted to are not in the data: their number is a guess


@dataclass(frozen=True)
class _Posts:
    """Sums over the posts of the accounts that have any, one row such an account."""

    node: NDArray[np.int64]
    posts: Floats
    exposure: Floats
    total: Floats  # people
    actors: Floats  # whoever they are
    dispersion: Floats  # variance of the reactions to a post over their mean
    unlisted: NDArray[np.bool_]


def moved(graph: InfluenceGraph, people: People, audience: Floats, *, verdicts: Verdicts, settings: Reach) -> Moved:
    """Distinct people who react to one post, expected over all posts of the account, also those without a reaction.

    `audience` (real followers) tells what to expect of accounts with few posts. Reactions without a post say nothing
    here: then the value is NaN.
    """
    nothing = np.full(graph.n, np.nan)
    found = reactions(graph, people, verdicts=verdicts, settings=settings)
    counted = np.zeros(graph.n, dtype=np.int64)
    if not found.actors.any():  # posts, but not one reaction with its post: not collected, or nothing to see
        return Moved(nothing, nothing, nothing, counted, np.zeros(graph.n, dtype=bool))
    rows = _by_account(found, settings)
    posts, inflation = _with_unseen_posts(rows)
    exposure = rows.exposure * posts / rows.posts
    with np.errstate(divide="ignore", invalid="ignore"):
        doubt = np.where(rows.total > 0, found.doubt[rows.node] / rows.total, 0.0)
    counts = Counts(rows.total, exposure, rows.dispersion * inflation + doubt, np.log1p(audience[rows.node]))
    value, low, high = nothing, nothing.copy(), nothing.copy()
    value[rows.node], low[rows.node], high[rows.node] = rates(counts, fewest=settings.prior_accounts)
    counted[rows.node] = rows.posts.astype(np.int64)
    unlisted = np.zeros(graph.n, dtype=bool)
    unlisted[rows.node] = rows.unlisted
    return Moved(value, low, high, counted, unlisted)


def _by_account(found: Reactions, settings: Reach) -> _Posts:
    counted = found.counted
    author, n = found.author[counted], len(found.listed)
    exposure, people, actors = found.exposure[counted], found.people[counted], found.actors[counted]
    posts = np.bincount(author, minlength=n)
    looked, total = _sums(author, exposure, n), _sums(author, people, n)
    everybody, silent = _sums(author, actors, n), _sums(author, actors == 0, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        due = (total / looked)[author] * exposure
        squares = _sums(author, np.where(due > 0, (people - due) ** 2 / due, 0.0), n)
    node = np.flatnonzero(posts)
    sizes = posts[node].astype(np.float64)
    rate, freedom = total[node] / looked[node], np.where(total[node] > 0, sizes - 1.0, 0.0)
    own = np.divide(squares[node], freedom, out=np.ones(len(node)), where=freedom > 0)
    dispersion = _shrunk(own, freedom, rate, settings)
    unlisted = ~found.listed[node] | _hides_silent_posts(
        sizes, silent[node], _silence(everybody[node] / looked[node], dispersion)
    )
    return _Posts(node, sizes, looked[node], total[node], everybody[node], dispersion, unlisted)


def _sums(author: NDArray[np.int32], weights: NDArray[Any], size: int) -> Floats:
    return np.asarray(np.bincount(author, weights, size), dtype=np.float64)


def _shrunk(own: Floats, freedom: Floats, rate: Floats, settings: Reach) -> Floats:
    """An account's over-dispersion, drawn towards that of accounts with a like rate; never below a Poisson's 1."""
    line = common_dispersion(own, freedom, rate)
    common = np.full(len(own), settings.dispersion_default) if line is None else line[0] + line[1] * rate
    weight = settings.dispersion_weight
    return np.asarray(np.maximum((weight * common + freedom * own) / (weight + freedom), 1.0))


def _silence(rate: Floats, dispersion: Floats) -> Floats:
    """Chance that nobody reacts to a post (negative binomial of this mean and dispersion)."""
    excess = np.maximum(dispersion - 1.0, 1e-6)
    return np.asarray(np.exp(-rate * np.log1p(excess) / excess))


def _hides_silent_posts(posts: Floats, silent: Floats, silence: Floats) -> NDArray[np.bool_]:
    """Accounts none of whose posts is silent although some should be: the table holds only posts with reactions.

    Without silent posts the rate comes out too high, so `silence` is too low and the judgement errs towards "listed".
    """
    due = posts * silence
    none = silent == 0
    nowhere = bool(none.all()) and due.sum() > 5.0
    return np.asarray(none & (nowhere | (np.exp(-due) < 0.01)))


def _with_unseen_posts(rows: _Posts) -> tuple[Floats, Floats]:
    """Posts including the silent ones that the data leave out, and by how much that guess widens the variance.

    The mean over posts with a reaction is g = r / (1 - silence(r)); solved for the rate r by bisection.
    """
    posts, inflation = rows.posts.copy(), np.ones(len(rows.posts))
    if not rows.unlisted.any():
        return posts, inflation
    seen_mean = np.maximum(rows.actors[rows.unlisted] / rows.exposure[rows.unlisted], 1.0)
    dispersion = rows.dispersion[rows.unlisted]
    low, high = np.full(len(seen_mean), 1e-3), seen_mean.copy()
    for _ in range(50):
        middle = (low + high) / 2.0
        below = middle / (1.0 - _silence(middle, dispersion)) < seen_mean
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    rate, silence = middle, _silence(middle, dispersion)
    step = rate * 1e-4
    steeper = (rate + step) / (1.0 - _silence(rate + step, dispersion))
    slope = np.maximum((steeper - rate / (1.0 - silence)) / step, 0.05)
    mean = rate / (1.0 - silence)
    variance = np.maximum(mean * (dispersion + rate - mean), 1e-3 * mean)  # of the count, given at least one
    posts[rows.unlisted] /= 1.0 - silence
    # variance of the rate, in units of that of a listed account with as many posts
    inflation[rows.unlisted] = np.clip(variance / slope**2 / (rate * dispersion * (1.0 - silence)), 1.0, 100.0)
    return posts, inflation
