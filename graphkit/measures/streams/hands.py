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

from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures.streams.clients import Campaign
from graphkit.measures.streams.marks import Marks
from graphkit.measures.streams.owner import kept_by_people
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NO_MOMENT, OUTSIDE, INSIDE = range(3)
ROUNDS = 12
WINDOW = 600_000


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
    moment = _moments(marks, rows, np.isin(acts.actor[rows], campaign.visitors))
    features = _Features(marks, rows, moment)
    fit = _start(marks, rows, moment, np.isin(accounts, campaign.visitors)[of])
    log_odds = ratio = np.zeros(0)
    prior = current().streams.prior
    for _ in range(ROUNDS):
        tables = features.tables(fit * people[of], ~people[of])
        ratio = features.ratio(tables)
        log_odds, fit = _accounts(ratio, of, prior)
        prior = _share(log_odds[people])
    orders = fit * people[of]
    place = np.searchsorted(campaign.authors, acts.author[acts.object[rows]])
    served = np.bincount(place, weights=orders, minlength=len(campaign.authors)).astype(np.float64)
    return Hand(campaign, rows, accounts.astype(np.int64), of, log_odds, _command(ratio), moment, tables.client_share, tables.client,
                float(tables.quick[0, 1]), float(tables.quick[1, 1]), served, tables.way, tables.moment)  # fmt: skip


def _command(ratio: Floats) -> Floats:
    faith = current().streams.orders
    return np.asarray(faith * ratio / (faith * ratio + 1 - faith))


def _share(log_odds: Floats) -> float:
    """Share of the accounts that are under the hand, drawn towards the prior and bounded."""
    settings = current().streams
    taken = float((1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))).sum())
    drawn = (taken + settings.prior * settings.prior_weight) / (len(log_odds) + settings.prior_weight)
    return float(np.clip(drawn, settings.prior, settings.prior_most))


def _accounts(ratio: Floats, of: Ints, prior: float) -> tuple[Floats, Floats]:
    """Log odds of each account, and for each act the chance that it was an order."""
    settings = current().streams
    each = np.clip(np.log(settings.orders * ratio + 1 - settings.orders), -settings.act_most, settings.act_most)
    log_odds = np.log(prior / (1 - prior)) + np.bincount(of, weights=each)
    taken = 1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))
    return log_odds, taken[of] * _command(ratio)


def _start(marks: Marks, rows: Ints, moment: NDArray[np.int8], visitor: Flags) -> Floats:
    """A first guess: visitors' acts on the posts of authors whom they do not follow."""
    strange = marks.acts.way[rows] != 0
    return np.where(visitor & strange, np.where(moment == OUTSIDE, 0.3, 0.8), 0.02)


def _moments(marks: Marks, rows: Ints, visitor: Flags) -> NDArray[np.int8]:
    """Whether each act fell into the densest ten minutes of visitors on its post, where three of them met."""
    acts = marks.acts
    obj, at = acts.object[rows], acts.at[rows]
    out = np.full(len(rows), NO_MOMENT, np.int8)
    begins = np.flatnonzero(np.r_[True, np.diff(obj) != 0]) if len(obj) else np.empty(0, np.int64)
    for start, end in zip(begins, np.r_[begins[1:], len(obj)], strict=True):
        times = at[start:end][visitor[start:end] & (acts.way[rows[start:end]] != 0)]
        if len(times) < 3:
            continue
        within = np.searchsorted(times, times + WINDOW, "right") - np.arange(len(times))
        best = int(within.argmax())
        if within[best] >= 3:
            first, last = times[best], times[best + within[best] - 1]
            inside = (at[start:end] >= first) & (at[start:end] <= last)
            out[start:end] = np.where(inside, INSIDE, OUTSIDE)
    return out


def _counts(keys: Ints, wanted: Flags | None = None) -> Ints:
    """For each row how many rows have its key; only `wanted` ones count."""
    _, of = np.unique(keys, return_inverse=True)
    return np.bincount(of, weights=wanted)[of].astype(np.int64)


@dataclass(frozen=True)
class _Tables:
    """Shares of the features among orders (row 0) and among what people did by themselves (row 1)."""

    way: Floats
    moment: Floats
    quick: Floats
    client_share: float
    client: Floats

    @staticmethod
    def share(codes: Ints, weight: Floats, size: int, prior: Floats | None = None) -> Floats:
        """Weighted shares of the codes, drawn a little towards `prior` (even shares where there is none)."""
        pull = current().streams.pull * (np.full(size, 1 / size) if prior is None else prior)
        counts = np.bincount(codes, weights=weight, minlength=size) + pull
        return np.asarray(counts / counts.sum())


class _Features:
    """The features of the acts of one campaign, as codes."""

    def __init__(self, marks: Marks, rows: Ints, moment: NDArray[np.int8]) -> None:
        self._marks = marks
        pair = marks.acts.actor[rows].astype(np.int64) << 32 | marks.acts.author[marks.acts.object[rows]]
        self._once = 1.0 / np.maximum(_counts(pair), 1)
        self._way = marks.acts.way[rows].astype(np.int64)
        self._moment = moment.astype(np.int64)
        self._quick = marks.quick[rows].astype(np.int64)
        self._client = marks.client[rows].astype(np.int64)
        self._names = int(marks.client.max(initial=-1)) + 1
        actor = marks.acts.actor[rows].astype(np.int64)
        here = _counts(actor * (self._names + 1) + self._client + 1)  # orders say nothing of the owner's own habits
        self._own = np.where(self._client >= 0, marks.own_share(here, _counts(actor, self._client >= 0), rows), 1.0)

    def tables(self, orders: Floats, left_out: Flags) -> _Tables:
        """The shares of both kinds, from the chance that each act was an order; machines count for neither."""
        free = np.where(left_out, 0.0, 1.0 - orders)

        def both(codes: Ints, size: int, each: Floats | float = 1.0) -> Floats:
            usual = _Tables.share(codes, free * each, size)
            return np.stack([_Tables.share(codes, orders * each, size, usual), usual])

        way = both(np.maximum(self._way, 0), 3, self._once)
        return _Tables(way, both(self._moment, 3), both(self._quick, 2), *self._clients(orders))

    def _clients(self, orders: Floats) -> tuple[float, Floats]:
        """Share of orders through clients that are not the actor's own, and which these are.

        The surplus of each client over what the actors' own habits give.
        """
        told = self._client >= 0
        total = float(orders[told].sum()) + current().streams.pull
        seen = np.bincount(self._client[told], weights=orders[told], minlength=self._names)
        due = np.zeros(self._names)
        np.add.at(due, self._client[told], orders[told] * self._own[told])
        # a client with share s of the orders is due s times the actors' own share of it, which is what `own` averages
        surplus = np.maximum(seen - np.where(seen > 0, due / np.maximum(seen, 1e-9), 0.0) * total, 0.0)
        surplus[seen < 3] = 0.0
        share = min(float(surplus.sum() / total), 0.98)
        return share, surplus / max(float(surplus.sum()), 1e-9)

    def ratio(self, tables: _Tables) -> Floats:
        """How many times likelier each act is as an order than as a person's own."""
        value = tables.moment[0][self._moment] / tables.moment[1][self._moment]
        if self._marks.follows_known:  # whether an author is followed is one fact, however often its posts are acted on
            value = value * (tables.way[0][self._way] / tables.way[1][self._way]) ** self._once
        if self._marks.deletions_known:
            value = value * tables.quick[0][self._quick] / tables.quick[1][self._quick]
        if self._marks.clients_known:
            told = self._client >= 0
            own = np.maximum(self._own, 1e-4)
            through = tables.client_share * tables.client[np.maximum(self._client, 0)] if self._names else 0.0
            value = value * np.where(told, (1 - tables.client_share) + through / own, 1.0)
        return np.asarray(value)
