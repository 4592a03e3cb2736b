"""What moves people: how many distinct people react to one post of an account, as a rate with an interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graphkit.audience.people import People
from graphkit.audience.rates.hidden import unevenness
from graphkit.audience.rates.shrinkage import Counts, common_dispersion, rates
from graphkit.audience.reactions import Reactions, reactions
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import say
from graphkit.settings import Reach
from graphkit.verdicts import Verdicts

Floats = NDArray[np.float64]

_ENOUGH: Final = 5.0  # reactions a post from which silent posts are so rare that leaving them out changes nothing


@dataclass(frozen=True)
class Moved:
    """One row an account; NaN where nothing is known of its posts."""

    value: Floats
    low: Floats
    high: Floats
    posts: NDArray[np.int64]  # posts that count
    unlisted: NDArray[np.bool_]  # posts nobody reacted to are not in the data: their number is a guess
    counted: Floats  # reactions a post as counted, whoever reacted
    own: Floats  # of them, people's own
    grown: Floats  # the same once posts too young to have all their reactions are counted in part

    def parts(self, node: int) -> tuple[tuple[str, float], ...]:
        """What the value of one account is made of; the parts sum to it."""
        value, counted, own, grown = (float(x[node]) for x in (self.value, self.counted, self.own, self.grown))
        return (
            (say("accounts that reacted, a post"), counted),
            (say("automatic, or not of their own will"), own - counted),
            (say("still to come on young posts"), grown - own),
            (say("drawn towards accounts with a like audience, as far as posts are few"), value - grown),
        )


def moved(graph: InfluenceGraph, people: People, audience: Floats, *, verdicts: Verdicts, settings: Reach) -> Moved:
    """Distinct people who react to one post, expected over all posts of the account, also those without a reaction.

    `audience` (real followers) tells what to expect of accounts with few posts. Reactions without a post say nothing
    here: then the value is NaN.
    """
    found = reactions(graph, people, verdicts=verdicts, settings=settings)
    value, low, high, counted, own, grown = np.full((6, graph.n), np.nan)
    posts, unlisted = np.zeros(graph.n, dtype=np.int64), np.zeros(graph.n, dtype=bool)
    if found.actors.any():  # else there are posts, but not one reaction with its post: not collected
        node, counts = _by_account(found, audience, settings)
        value[node], low[node], high[node] = rates(counts, fewest=settings.prior_accounts)
        low[node] *= 1.0 - people.untold_acts
        posts[node], unlisted[node] = counts.posts.astype(np.int64), counts.unlisted
        counted[node] = _sums(found.author[found.counted], found.actors[found.counted], graph.n)[node] / counts.posts
        own[node], grown[node] = counts.total / counts.posts, counts.total / counts.exposure
    return Moved(value, low, high, posts, unlisted, counted, own, grown)


def _by_account(found: Reactions, audience: Floats, settings: Reach) -> tuple[NDArray[np.int64], Counts]:
    """The accounts with posts that count, and the sums over those posts."""
    counted = found.counted
    author, n = found.author[counted], len(found.listed)
    exposure, people, actors = found.exposure[counted], found.people[counted], found.actors[counted]
    sizes = _sums(author, np.ones(len(author)), n)
    node = np.flatnonzero(sizes)
    posts, looked, total = sizes[node], _sums(author, exposure, n)[node], _sums(author, people, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        due = (total / _sums(author, exposure, n))[author] * exposure
        squares = _sums(author, np.where(due > 0, (people - due) ** 2 / due, 0.0), n)[node]
        total = total[node]
        doubt = np.where(total > 0, found.doubt[node] / total, 0.0)
        everybody = _sums(author, actors, n)[node]
        crowd = np.where(total > 0, everybody / total, 1.0)
    silent = _sums(author, actors == 0, n)[node]
    unlisted = ~found.listed[node] | _hides_silent_posts(posts, silent, np.exp(-everybody / looked))
    once, twice = (_sums(author, actors == k, n)[node] for k in (1, 2))
    uneven = unevenness(posts, everybody, once=once, twice=twice)
    told = (total > 0) & (~unlisted | (total / looked >= _ENOUGH))
    freedom = np.where(told, posts - 1.0, 0.0)
    own = np.divide(squares, freedom, out=np.ones(len(node)), where=freedom > 0)
    base, growth = _dispersion(own, freedom, total / looked, settings)
    return node, Counts(posts, total, looked, base, growth, doubt, unlisted, crowd, uneven, np.log1p(audience[node]))


def _sums(author: NDArray[np.int32], weights: NDArray[Any], size: int) -> Floats:
    return np.asarray(np.bincount(author, weights, size), dtype=np.float64)


def _dispersion(own: Floats, freedom: Floats, rate: Floats, settings: Reach) -> tuple[Floats, Floats]:
    """Base and growth of every account's over-dispersion: the common line, moved by what its own posts show."""
    base, growth = common_dispersion(own, freedom, rate) or (settings.dispersion_default, 0.0)
    weight = settings.dispersion_weight
    factor = (weight + freedom * own / np.maximum(base + growth * rate, 1.0)) / (weight + freedom)
    return base * factor, growth * factor


def _hides_silent_posts(posts: Floats, silent: Floats, silence: Floats) -> NDArray[np.bool_]:
    """Accounts none of whose posts is silent although some should be: the table holds only posts with reactions.

    `silence` is the chance that nobody reacts to a post (Poisson). Without silent posts the rate comes out too high,
    hence the chance too low: the judgement errs towards "listed".
    """
    due = posts * silence
    none = silent == 0
    nowhere = bool(none.all()) and due.sum() > 5.0
    return np.asarray(none & (nowhere | (np.exp(-due) < 0.01)))
