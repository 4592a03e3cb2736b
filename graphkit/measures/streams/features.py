"""What each act on a campaign's posts shows: the way to the post, the campaign's moment, a quick deletion, the client.

What people do by themselves differs from one to the next: some roam, some use an odd client. So ways
and clients are read against what the account itself does elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.measures.campaigns.moments import MEET, WINDOW
from graphkit.measures.streams.marks import Marks
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NO_MOMENT, OUTSIDE, INSIDE = range(3)


def moments_of(marks: Marks, rows: Ints, visitor: Flags) -> NDArray[np.int8]:
    """Whether each act fell into the densest ten minutes of visitors on its post, where three of them met."""
    acts = marks.acts
    obj, at = acts.object[rows], acts.at[rows]
    strange = acts.strange[rows]  # who was shown a post comes when it is shown
    out = np.full(len(rows), NO_MOMENT, np.int8)
    begins = np.flatnonzero(np.r_[True, np.diff(obj) != 0]) if len(obj) else np.empty(0, np.int64)
    for start, end in zip(begins, np.r_[begins[1:], len(obj)], strict=True):
        times = at[start:end][visitor[start:end] & strange[start:end]]
        if len(times) < MEET:
            continue
        within = np.searchsorted(times, times + WINDOW, "right") - np.arange(len(times))
        best = int(within.argmax())
        if within[best] >= MEET:
            first, last = times[best], times[best + within[best] - 1]
            inside = (at[start:end] >= first) & (at[start:end] <= last)
            out[start:end] = np.where(inside, INSIDE, OUTSIDE)
    return out


def _counts(keys: Ints, wanted: Flags | None = None) -> Ints:
    """For each row how many rows have its key; only `wanted` ones count."""
    _, of = np.unique(keys, return_inverse=True)
    return np.bincount(of, weights=wanted)[of].astype(np.int64)


@dataclass(frozen=True)
class Tables:
    """Shares of the features among orders (row 0) and among what people did by themselves (row 1)."""

    way: Floats
    drawn: Floats  # how many times as often as elsewhere people came here by each way
    moment: Floats
    quick: Floats
    client_share: float
    client: Floats

    @staticmethod
    def share(codes: Ints, weight: Floats, size: int, *, prior: Floats | None = None) -> Floats:
        """Weighted shares of the codes, drawn a little towards `prior` (even shares where there is none)."""
        pull = current().streams.pull * (np.full(size, 1 / size) if prior is None else prior)
        counts = np.bincount(codes, weights=weight, minlength=size) + pull
        return np.asarray(counts / counts.sum())


class Features:
    """The features of the acts of one campaign, as codes; `pair` numbers accounts with authors, `account` holds that of each pair."""

    def __init__(self, marks: Marks, rows: Ints) -> None:
        self._marks = marks
        self.follows_known = marks.follows_known
        key = marks.acts.actor[rows].astype(np.int64) << 32 | marks.acts.author[marks.acts.object[rows]]
        pairs, self.pair, many = np.unique(key, return_inverse=True, return_counts=True)
        self.account = np.unique(pairs >> 32, return_inverse=True)[1]  # of each pair
        self._once = 1.0 / many[self.pair]
        self._way = marks.acts.way[rows].astype(np.int64)
        self._ways = marks.own_ways(rows)
        self._quick = marks.quick[rows].astype(np.int64)
        self._client = marks.client[rows].astype(np.int64)
        self._names = int(marks.client.max(initial=-1)) + 1
        actor = marks.acts.actor[rows].astype(np.int64)
        here = _counts(actor * (self._names + 1) + self._client + 1)  # orders say nothing of the owner's own habits
        self._own = np.where(self._client >= 0, marks.own_share(here, _counts(actor, self._client >= 0), rows), 1.0)

    def tables(self, orders: Floats, left_out: Flags, moment: NDArray[np.int8]) -> Tables:
        """The shares of both kinds, from the chance that each act was an order; machines count for neither."""
        free = np.where(left_out, 0.0, 1.0 - orders)

        def both(codes: Ints, size: int, each: Floats | float = 1.0) -> Floats:
            usual = Tables.share(codes, free * each, size)
            return np.stack([Tables.share(codes, orders * each, size, prior=usual), usual])

        way = both(np.maximum(self._way, 0), 3, self._once)
        due = (free * self._once) @ self._ways
        drawn = way[1] / np.maximum(due / max(float(due.sum()), 1e-9), 1e-9)
        return Tables(way, drawn, both(moment.astype(np.int64), 3), both(self._quick, 2), *self._clients(orders))

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

    def ratio(self, tables: Tables, moment: NDArray[np.int8]) -> Floats:
        """How many times likelier each act is as an order than as a person's own, but for its way to the post."""
        value = tables.moment[0][moment] / tables.moment[1][moment]
        if self._marks.deletions_known:
            value = value * tables.quick[0][self._quick] / tables.quick[1][self._quick]
        if self._marks.clients_known:
            told = self._client >= 0
            own = np.maximum(self._own, 1e-4)
            through = tables.client_share * tables.client[np.maximum(self._client, 0)] if self._names else 0.0
            value = value * np.where(told, (1 - tables.client_share) + through / own, 1.0)
        return np.asarray(value)

    def met(self, tables: Tables) -> Floats:
        """For each pair of account and author, log odds of an order from the ways to its posts: one fact, however often it acts."""
        if not self.follows_known:
            return np.zeros(len(self.account))
        own = self._ways * tables.drawn
        usual = own[np.arange(len(own)), self._way] / own.sum(axis=1)
        said = np.log(tables.way[0][self._way] / usual) * self._once
        return np.asarray(np.bincount(self.pair, weights=said), float)
