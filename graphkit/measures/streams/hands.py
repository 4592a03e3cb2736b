"""How likely each act on a campaign's posts was done on command, and each account is under its hand.

The acts are a mixture of two kinds that is fitted to the campaign itself: people who came by themselves, and orders. Each
kind has its own shares of ways to the post (followed, passed on, neither), of acts in the campaign's moment, of quick
deletions; clients are read against what the account itself uses otherwise. An account's odds add up over its acts, and
each act can only say so much.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures import nulls
from graphkit.measures.campaigns.nominated import Campaign
from graphkit.measures.streams.features import INSIDE, OUTSIDE, Features, Tables, moments_of
from graphkit.measures.streams.marks import Marks
from graphkit.measures.streams.owner import kept_by_people
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ROUNDS = 12
PASSES = 2  # whom the first pass finds makes moments known that the visitors alone do not


@dataclass(frozen=True)
class Hand:
    """One campaign after the fit: its acts, the accounts that did them, and the odds of both."""

    campaign: Campaign
    rows: Ints  # acts in `Reached` on posts of its authors
    accounts: Ints  # distinct actors, ascending
    of: Ints  # for each row the place of its actor in `accounts`
    log_odds: Floats  # of each account to be under this hand
    command: Floats  # of each row: chance that it was an order, given that the account is under the hand
    moment: NDArray[np.int8]  # of each row
    client_share: float  # share of orders that go through the operator's own clients
    client: Floats  # of these, the share of each client
    quick_share: float  # share of orders deleted within minutes ...
    usual_quick: float  # ... and of what people did by themselves
    served: Floats  # likely orders on the posts of each author of the campaign
    way: Floats  # shares by way (followed, passed on, unexplained), of orders and of what people did by themselves
    moments: Floats  # shares by moment (none on that post, outside, inside), of the same two

    @property
    def is_open(self) -> bool:
        """Whether so many orders went to authors whom the account follows that it may have meant them."""
        return float(self.way[0, 0]) > current().streams.openly

    @property
    def strangeness(self) -> float:
        """How many times as often orders as people's own acts are without a follow that explains them."""
        return float(self.way[0, 2] / self.way[1, 2])

    @property
    def together(self) -> float:
        """The share of the orders that fall into the moment."""
        return float(self.moments[0, INSIDE])

    @property
    def punctuality(self) -> float:
        """How many times as often orders as people's own acts fall into the moment."""
        return float(self.moments[0, INSIDE] / self.moments[1, INSIDE])


def hand(graph: InfluenceGraph, marks: Marks, campaign: Campaign) -> Hand:
    """The fit of one campaign; a few passes over the acts on its posts."""
    acts = marks.acts
    rows = acts.of(campaign.authors)
    accounts, of = np.unique(acts.actor[rows], return_inverse=True)
    people = kept_by_people(graph)[accounts]
    features, visitor = Features(marks, rows), np.isin(accounts, campaign.visitors)
    fit: Floats = np.zeros(0)
    prior = current().streams.prior
    for _ in range(PASSES if marks.follows_known else 1):
        moment = moments_of(marks, rows, visitor[of])
        fit = _start(marks, rows, moment, visitor[of]) if not len(fit) else fit
        for _ in range(ROUNDS):
            tables = features.tables(fit * people[of], ~people[of], moment)
            log_odds, command = _accounts(features, tables, moment, prior)
            fit = nulls.logistic(np.clip(log_odds, -30, 30))[of] * command
            prior = _share(log_odds[people])
        visitor |= people & (log_odds > 0)
    orders = fit * people[of]
    place = np.searchsorted(campaign.authors, acts.author[acts.object[rows]])
    served = np.bincount(place, weights=orders, minlength=len(campaign.authors)).astype(np.float64)
    return Hand(campaign, rows, accounts.astype(np.int64), of, log_odds, command, moment, tables.client_share, tables.client,
                float(tables.quick[0, 1]), float(tables.quick[1, 1]), served, tables.way, tables.moment)  # fmt: skip


def _share(log_odds: Floats) -> float:
    """Share of the accounts that are under the hand, drawn towards the prior and bounded."""
    settings = current().streams
    taken = float((1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))).sum())
    drawn = (taken + settings.prior * settings.prior_weight) / (len(log_odds) + settings.prior_weight)
    return float(np.clip(drawn, settings.prior, settings.prior_most))


def _accounts(features: Features, tables: Tables, moment: NDArray[np.int8], prior: float) -> tuple[Floats, Floats]:
    """Log odds of each account, and of each act the chance that it was an order, if its account is under the hand.

    Orders come on top of what the owner does: which part of the account's acts they are is not known, every share is as
    likely, and one act at least is an order. Without follows nothing tells a reader's acts from them, so they must be most.
    """
    shares = np.array(current().streams.orders)
    shares = shares if features.follows_known else shares[-1:]
    ratio, met = features.ratio(tables, moment), features.met(tables)
    said = np.stack([_said(features, ratio, met, share=share) for share in shares])
    log_odds = np.log(prior / (1 - prior)) + special.logsumexp(said, axis=0) - np.log(len(shares))
    share = special.softmax(said, axis=0).T @ shares
    return log_odds, _command(features, ratio, met, share=share[features.account[features.pair]])


def _said(features: Features, ratio: Floats, met: Floats, *, share: float) -> Floats:
    """Of each account the log likelihood ratio of its acts, if this share of them is orders and one at least."""
    many = np.maximum(
        _sums(features.pair, (ratio > 1.0).astype(float)), 1.0
    )  # acts that look like orders, whatever the way
    some, none = _some(features, ratio, share=np.full(len(ratio), share))
    pair = np.minimum(np.logaddexp(met + some, none), current().streams.act_most * many)
    total, free = (_sums(features.account, part) for part in (pair, none))
    return np.asarray(_less(total, free) - _less(np.zeros(len(free)), free))


def _some(features: Features, ratio: Floats, *, share: Floats) -> tuple[Floats, Floats]:
    """Of each pair of account and author the log likelihood ratios that some acts, and that none, are orders."""
    each = np.minimum(np.log(share * ratio + 1 - share), current().streams.act_most)
    none = _sums(features.pair, np.log(1 - share))
    return _less(_sums(features.pair, each), none), none


def _command(features: Features, ratio: Floats, met: Floats, *, share: Floats) -> Floats:
    """Of each act the chance that it was an order: that some of its pair were, and then that it was one of them."""
    some, none = _some(features, ratio, share=share)
    told = nulls.logistic(met + some - none) / nulls.logistic(some - none)  # beside what its acts say without the ways
    return np.asarray(np.minimum(share * ratio / (share * ratio + 1 - share) * told[features.pair], 1.0))


def _sums(of: Ints, each: Floats) -> Floats:
    return np.asarray(np.bincount(of, weights=each), float)


def _less(more: Floats, less: Floats) -> Floats:
    """log(exp(more) - exp(less))."""
    return np.asarray(more + np.log(-np.expm1(np.minimum(less - more, -1e-12))))


def _start(marks: Marks, rows: Ints, moment: NDArray[np.int8], visitor: Flags) -> Floats:
    """A first guess: visitors' acts that no follow explains."""
    return np.where(visitor & marks.acts.strange[rows], np.where(moment == OUTSIDE, 0.3, 0.8), 0.02)
