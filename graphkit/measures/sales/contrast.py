"""Who came where accounts without regard crowd: for each follow its neighbours in the list, for each account all its follows.

A delivery is a stretch of a list of followers in which accounts that nobody cares for are far denser than in lists of that
size. Each follow is read against its neighbours in the order of arrival, itself left out, at five widths; the lower bound of
their share beyond what is usual is the chance that a follow there was delivered. An account is weighed by all its follows
together: people follow all over, stock for sale stands in such stretches again and again. Regard itself is one more weight,
learnt from the data, so that a stock with some friends is recognised by its company, and a neighbour counts by what its
own other follows say (mean field, a few rounds).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import special

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.order import differs_from_previous, order_by
from graphkit.measures import made_once
from graphkit.measures.regard import regard_of
from graphkit.measures.sales.lists import DAY, Lists, lists_of
from graphkit.measures.strangers.exposure import follows
from graphkit.settings import SalesSettings, current

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

ROUNDS = 4  # the chances move by less than 0.01 after that on made-up worlds
CROWD = 200  # accounts whose follows are known: the followings of a few are no lists of followers
LEAST = 3  # follows of an account; below, nothing can be said of it
MOST_TIMES = 200.0  # of one follow: no single follow names an account
FIRST = 2.3  # log-odds of having no regard in the first round; afterwards the data says it
OCCASIONS = {
    "times": DAY,
    "places": 5 * DAY,
    "none": DAY,
}  # follows of one account so close are one occasion; bounds lag behind
WIDTHS = np.array([8, 24, 72, 216, 1 << 40])  # neighbours: from a handful to the whole list
PARTS = np.array([0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 0.95])  # of an account's follows that are sold: none is preferred
RANKS = np.array([0.02, 0.05, 0.1, 0.2, 0.35, 0.6])  # classes of regard
GUESS = np.array([0.2, 0.15, 0.2, 0.2, 0.12, 0.08, 0.05])  # of machines in these classes, before the data says more ...
GUESSED = 5.0  # ... and that counts as so many accounts


@dataclass(frozen=True)
class Sales:
    """For each row of `lists` and each account what speaks for a delivery; log-odds are natural."""

    prior: float  # log-odds of being for sale before anything is seen of an account
    lists: Lists
    near: NDArray[np.float32]  # of each row: the chance that a follow at this place was delivered, by its neighbours
    usual: Floats  # of each account as followed: share of accounts for sale that a list of its size may have
    hollow: Flags  # accounts that nobody cares for, newcomers left out: the first guess
    usual_hollow: Floats  # of each account as followed: share of them that a list of its size may have
    weight: Floats  # of each account: log-odds by all its follows together
    regard: Floats  # log-odds by its regard
    stretches: Ints  # occasions on which it came to a stretch of accounts without regard
    company: Floats  # of each account: share of those around one of its follows who were delivered elsewhere as well
    looked: Flags  # follows enough, and did not join or come back within two days
    chance: Floats  # of being for sale

    @cached_property
    def sold(self) -> NDArray[np.float32]:
        """Of each row the chance that this follow was delivered."""
        own = self.chance[self.lists.source].astype(np.float32)
        return np.asarray(own * self.near / np.maximum(self.near + SELF * (1 - self.near), 1e-9), np.float32)

    def times(self, rows: Ints) -> Floats:
        """How many times as likely each follow is with accounts for sale as with people, by its place."""
        return _times(self.near[rows], self._mean)

    @cached_property
    def _mean(self) -> float:
        return _mean_of(self.near)


def _mean_of(near: NDArray[np.float32]) -> float:
    return max(float(near.mean()) if len(near) else 0.0, 1e-4)


def _times(near: NDArray[np.float32], mean: float) -> Floats:
    return np.minimum(near / (1 - near) * (1 - mean) / mean, MOST_TIMES).astype(np.float64)


CARED_FOR = 0.35  # rank of regard above which hardly any account for sale stands
SELF = 0.02  # follows of such accounts that are their own choice stand in such places by chance, about so often


@made_once
def sales_of(graph: InfluenceGraph) -> Sales:
    """The sales of a graph; computed once. Cost: some passes over the follows."""
    return _sales(graph, current().sales)


def _sales(graph: InfluenceGraph, bounds: SalesSettings) -> Sales:
    lists, regard = lists_of(graph), regard_of(graph)
    out = np.diff(graph.follows.indptr)
    looked = (out >= LEAST) & ~lists.newcomer & ((out > 0).sum() >= CROWD)
    rank = np.searchsorted(RANKS, regard.rank)
    hollow = regard.hollow() & looked
    chance = hollow.astype(np.float64)
    usual_hollow = usual_of(lists, chance, least=bounds.margin[0])
    by_regard, prior = np.where(hollow, FIRST, -1.0), _prior(chance, looked, bounds)
    # nobody sells followers to accounts of little regard that return the follow: these are colleagues, or a stock dressing up
    kin = (regard.rank <= CARED_FOR)[lists.target] & follows(graph, lists.target, lists.source)
    for step in range(ROUNDS):
        usual = usual_of(lists, chance, least=bounds.margin[1]) if step else usual_hollow
        near = _near(lists.source, lists.starts, lists.ordered, chance, usual, WIDTHS, bounds.sigmas)
        near[kin] = 0.0
        weight, stretches = _weighed(lists, near, out, bounds)
        odds = prior + by_regard + np.clip(weight, *bounds.most)
        odds = np.where(stretches > 0, odds, np.minimum(odds, bounds.regard_alone))
        chance = np.where(looked, special.expit(odds), 0.0)
        by_regard, prior = _by_regard(rank, chance, looked, bounds), _prior(chance, looked, bounds)
    known = np.where(stretches >= 2, chance, 0.0)
    again = _near(lists.source, lists.starts, lists.ordered, known, usual, WIDTHS, bounds.sigmas)
    company = np.zeros(len(chance))
    np.maximum.at(company, lists.source, np.where(near >= bounds.stretch, again, 0.0))
    return Sales(prior, lists, near, usual, hollow, usual_hollow, weight, by_regard, stretches, company, looked, chance)


def _prior(chance: Floats, looked: Flags, bounds: SalesSettings) -> float:
    """The log-odds of any account, as the last round left them; in the first round as many as have no regard."""
    share = float(chance[looked].mean()) if looked.any() else 0.0
    return float(special.logit(np.clip(share, *bounds.prior)))


def usual_of(lists: Lists, chance: Floats, *, least: float) -> Floats:
    """For each account the share of accounts for sale that a list of followers as long as its own may well have.

    From the lists of like length: the larger of twice the middle one, the middle one and `least`, and a quarter more than
    four in five have. Few accounts buy, so their own lists move neither. All of it where there are too few lists.
    """
    size = np.diff(lists.starts)
    share = np.bincount(lists.target, weights=chance[lists.source], minlength=len(size)) / np.maximum(size, 1)
    long = np.flatnonzero(size >= LONG)
    if len(long) < FEW:  # what is usual cannot be known, so nothing is odd
        return np.ones(len(size))
    bins = int(np.clip(len(long) // FEW, 1, 8))
    edges = np.unique(np.quantile(size[long], np.linspace(0, 1, bins + 1)[1:-1]))
    group = np.searchsorted(edges, size, "left")
    usual = np.empty(len(edges) + 1)
    for one in range(len(usual)):
        mine = share[long[group[long] == one]]
        middle, high = np.quantile(mine, [0.5, 0.8]) if len(mine) else (0.0, 0.0)
        usual[one] = min(max(2 * middle, middle + least, 1.25 * high), 0.9)
    return np.asarray(usual[group])


LONG = 20  # followers from which a share of them means something
FEW = 50  # lists that a class of like length has at least


@njit(cache=True, nogil=True)
def _near(source, starts, ordered, chance, usual, widths, sigmas):  # type: ignore[no-untyped-def]
    """For each row the lower bound of the share of its neighbours beyond what is usual, the best of several widths."""
    near = np.zeros(len(source), np.float32)
    for j in range(len(starts) - 1):
        start, end = starts[j], starts[j + 1]
        total = np.zeros(end - start + 1)
        for k in range(start, end):
            total[k - start + 1] = total[k - start] + chance[source[k]]
        base = usual[j]
        if total[end - start] < 2.0:
            continue
        for k in range(start, end):
            best = 0.0
            for width in widths[0 if ordered[j] else len(widths) - 1 :]:
                low, high = max(k - width // 2, start), min(k + width // 2 + 1, end)
                count = high - low - 1
                if count < 4:
                    continue
                held = total[high - start] - total[low - start] - chance[source[k]]
                share = (held + 4 * base) / (count + 4)
                best = max(best, share - sigmas * np.sqrt(share * (1 - share) / (count + 4)))
            near[k] = min(max((best - base) / max(1 - base, 1e-9), 0.0), 0.97)
    return near


def _weighed(lists: Lists, near: NDArray[np.float32], out: Ints, bounds: SalesSettings) -> tuple[Floats, Ints]:
    """The log-odds of all follows of each account, and on how many occasions it came to such a stretch.

    If a part c of what is for sale was delivered, a follow at chance b is (1 - c) + c * b / (1 - b) * (1 - m) / m times
    as likely as with people, where m is the mean chance; c is not known, so its likely values are averaged over. Follows
    of one occasion count once: who follows a list in one go comes to many stretches at the same moment.
    """
    n = len(out)
    hit = np.flatnonzero(near > 0)
    hit = hit[order_by(lists.source[hit], lists.date[hit])]
    who, date = lists.source[hit], lists.date[hit]
    fresh = differs_from_previous(who)
    known = np.where(date == NO_TIME, 0, date)  # follows of unknown time are one occasion with each other
    fresh[1:] |= np.diff(known) > OCCASIONS[lists.order]
    first = np.flatnonzero(fresh)
    best = np.maximum.reduceat(near[hit], first) if len(first) else near[:0]
    times = _times(best, _mean_of(near))
    who = who[first]
    once = out - np.bincount(lists.source[hit], minlength=n) + np.bincount(who, minlength=n)
    parts = [once * np.log(1 - c) + np.bincount(who, np.log1p(c * times / (1 - c)), minlength=n) for c in PARTS]
    weight = np.logaddexp.reduce(np.stack(parts), axis=0) - np.log(len(PARTS))
    return weight, np.bincount(who[best >= bounds.stretch], minlength=n)


def _by_regard(rank: Ints, chance: Floats, looked: Flags, bounds: SalesSettings) -> Floats:
    """The log-odds of each class of regard, as this data shows them; bounded, so that regard alone names nobody."""
    classes = len(RANKS) + 1
    sold = np.bincount(rank[looked], weights=chance[looked], minlength=classes)
    other = np.bincount(rank[looked], weights=1 - chance[looked], minlength=classes)
    usual = (other + 1) / (other.sum() + classes)
    odds = np.log((sold + GUESSED * GUESS) / (sold.sum() + GUESSED) / usual)
    return np.asarray(np.clip(odds, *bounds.regard)[rank])
