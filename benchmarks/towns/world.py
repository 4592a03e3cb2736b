"""A town in the making: its accounts, who follows whom, when each is awake, what was posted and who reacted.

Times are seconds from the start of the window (negative: before it). Accounts, posts and follows are row numbers;
names come only when the town is written.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

HOUR = 3600.0
DAY = 86400.0

OWN, BOUGHT, TRADED = 0, 1, 2  # why a follow exists
KINDS = ("like", "repost", "reply", "quote", "comment", "mention")
LIKE, REPOST, REPLY, QUOTE, COMMENT, MENTION = range(6)

Rows = NDArray[np.int64]
Reals = NDArray[np.float64]

ACCOUNT: dict[str, Any] = {
    "kind": "person",
    "group": "",
    "crowd": "",
    "created": -400 * DAY,
    "posting": 0.0,  # posts a day
    "eager": 1.0,  # how readily it reacts to what it sees; 1 is ordinary
    "sessions": 2.0,  # visits a day
    "chronotype": 0.0,  # hours by which its day is shifted
    "moves_at": np.inf,  # from then on the day is shifted by `moves_by` hours, on another client
    "moves_by": 0.0,
    "office": False,  # only awake at working hours
    "client": 0,
    "lang": 0,
    "community": 0,
    "circle": -1,
    "alive_from": -np.inf,
    "alive_to": np.inf,
}
FOLLOW: dict[str, Any] = {
    "follower": 0,
    "followed": 0,
    "at": 0.0,
    "why": OWN,
    "warmth": 1.0,
    "notified": False,
    "ended": np.nan,
}
POST: dict[str, Any] = {
    "author": 0,
    "at": 0.0,
    "boost": 1.0,  # an event of its own: draw, goal, scandal
    "text": "",  # empty: small talk is made up on writing
    "tag": "",
    "url": "",
    "deleted": np.nan,
    "client": -1,  # -1: the author's own
    "spreads": True,
}
REACTION: dict[str, Any] = {
    "post": 0,  # -1: no post, only a target
    "actor": 0,
    "target": -1,  # -1: the author of the post
    "kind": LIKE,
    "at": 0.0,
    "client": -1,
    "commanded": False,
    "special": False,  # of own will, but not by way of the cascade: a draw entered, a common hour kept
    "deleted": np.nan,
}


class Table:
    """Columns that grow by chunks; missing columns take their default."""

    def __init__(self, defaults: dict[str, Any]) -> None:
        self.defaults = defaults
        self.rows = 0
        self._chunks: dict[str, list[NDArray[Any]]] = {
            name: [np.empty(0, object if isinstance(value, str) else np.asarray(value).dtype)]
            for name, value in defaults.items()
        }

    def add(self, count: int, **values: Any) -> Rows:
        unknown = set(values) - set(self.defaults)
        if unknown:
            raise KeyError(f"no such columns: {sorted(unknown)}")
        for name, default in self.defaults.items():
            chunk = np.empty(count, self._chunks[name][0].dtype)
            chunk[:] = values.get(name, default)
            self._chunks[name].append(chunk)
        first, self.rows = self.rows, self.rows + count
        return np.arange(first, self.rows)

    def keep(self, rows: NDArray[Any]) -> None:
        for name in self.defaults:
            self._chunks[name] = [self[name][rows]]
        self.rows = len(self[next(iter(self.defaults))])

    def put(self, name: str, values: NDArray[Any]) -> None:
        self._chunks[name] = [values]

    def __getitem__(self, name: str) -> NDArray[Any]:
        chunks = self._chunks[name]
        if len(chunks) > 1:
            chunks[:] = [np.concatenate(chunks)]
        return chunks[0]

    def __len__(self) -> int:
        return self.rows


@dataclass(frozen=True)
class Manners:
    """How people of a town live: what differs from town to town."""

    days: int
    peaks: tuple[tuple[float, float, float], ...]  # (hour, spread in hours, share) of the daily visits
    reach: float  # chance that an ordinary follower reacts to an ordinary post
    appeal_sigma: float  # spread of the appeal of posts (lognormal, mean 1)
    hop: float  # what a repost passes on, relative to the post itself
    hops: int
    echo: float  # chance that a circle mate follows suit
    verbs: tuple[float, ...]  # like, repost, reply, quote among strangers
    notice: float  # seconds: how fast the notified react
    langs: tuple[str, ...]
    clients: tuple[str, ...] = ("phone-a", "phone-b", "web", "tablet", "desk-suite", "quickpost", "autosync")


@dataclass
class World:
    """Everything about one town, truth included."""

    name: str
    seed: int
    manners: Manners
    strength: float = 1.0
    accounts: Table = field(default_factory=lambda: Table(ACCOUNT))
    follows: Table = field(default_factory=lambda: Table(FOLLOW))
    posts: Table = field(default_factory=lambda: Table(POST))
    reactions: Table = field(default_factory=lambda: Table(REACTION))
    sales: list[tuple[int, str, int]] = field(default_factory=list)  # creator, group, followers delivered
    clients_of: dict[str, list[int]] = field(default_factory=dict)  # group -> whom it serves
    onset: dict[int, float] = field(default_factory=dict)  # compromised account -> first commanded moment

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng([self.seed, zlib.crc32(self.name.encode())])
        self.span = self.manners.days * DAY

    # -- follows ----------------------------------------------------------------------------------------------
    def follow(self, follower: Rows, followed: Rows, at: Reals | float | None = None, **values: Any) -> Reals:
        """Ties, and when they began; without a time most are older than the window and one in eight is new."""
        follower, followed = np.asarray(follower), np.asarray(followed)
        if at is None:
            born = np.maximum(self.accounts["created"][follower], self.accounts["created"][followed])
            new = (self.rng.random(len(follower)) < 0.12) | (born > 0)
            floor = np.where(new, np.maximum(born, 0), born)
            ceiling = np.where(new, self.span, np.maximum(born, 0))
            at = floor + self.rng.random(len(follower)) ** 0.8 * (ceiling - floor)
        self.follows.add(len(follower), follower=follower, followed=followed, at=at, **values)
        return np.broadcast_to(np.asarray(at, float), len(follower))

    def befriend(self, left: Rows, right: Rows, **values: Any) -> None:
        """Ties in both directions, the answer some time after the question."""
        left, right = np.asarray(left), np.asarray(right)
        asked = self.follow(left, right, **values)
        answered = np.minimum(asked + self.rng.exponential(3 * DAY, len(left)), self.span - 1)
        self.follow(right, left, at=np.maximum(answered, asked), **values)

    def settle_follows(self) -> None:
        """One row a pair (own will counts before trade), no self-ties, a few ended."""
        ties = self.follows
        pair = ties["follower"] * len(self.accounts) + ties["followed"]
        order = np.lexsort((ties["at"], -ties["warmth"], ties["why"], pair))
        _, first = np.unique(pair[order], return_index=True)
        keep = order[first]
        keep = np.sort(keep[ties["follower"][keep] != ties["followed"][keep]])
        ties.keep(keep)
        fickle = (self.rng.random(len(ties)) < 0.015) & (ties["why"] == OWN) & (ties["warmth"] < 4)
        ended = ties["at"] + self.rng.random(len(ties)) * (self.span - ties["at"])
        fickle &= np.isnan(ties["ended"]) & (ended > 0)
        ties.put("ended", np.where(fickle, ended, ties["ended"]))

    # -- days and nights --------------------------------------------------------------------------------------
    def wake(self) -> None:
        """Draw every visit of every account; afterwards `moment` can be asked."""
        rng, people, days = self.rng, self.accounts, self.manners.days
        who = np.repeat(np.arange(len(people)), rng.poisson(people["sessions"] * days))
        day = rng.integers(0, days, len(who))
        hours, spreads, shares = (np.array(part) for part in zip(*self.manners.peaks, strict=True))
        peak = rng.choice(len(hours), len(who), p=shares / shares.sum())
        hour = hours[peak] + spreads[peak] * rng.standard_normal(len(who)) + people["chronotype"][who]
        office = people["office"][who].astype(bool)
        hour = np.where(office, 9 + 8.5 * rng.beta(1.2, 1.4, len(who)), hour)
        at = day * DAY + (hour % 24) * HOUR
        moved = at >= people["moves_at"][who]
        at = np.where(moved, day * DAY + ((hour + people["moves_by"][who]) % 24) * HOUR, at)
        keep = (at >= people["alive_from"][who]) & (at < people["alive_to"][who]) & (at < self.span)
        keep &= ~(office & (day % 7 >= 5)) & (at > people["created"][who])
        who, at = who[keep], at[keep]
        order = np.lexsort((at, who))
        self.visitor, self.visits = who[order], at[order]
        self._keys = self.visitor * (self.span + 1) + self.visits
        self.first_visit = np.searchsorted(self.visitor, np.arange(len(people) + 1))

    def moment(self, who: Rows, after: Reals, *, patience: float = 0.65, scroll: float = 100.0) -> Reals:
        """When each account next acts on what it could see from `after` on; infinite where it never comes back."""
        step = self.rng.geometric(patience, len(who)) - 1
        at = np.searchsorted(self._keys, who * (self.span + 1) + np.clip(after, 0, self.span)) + step
        ok = at < self.first_visit[who + 1]
        when = self.visits[np.minimum(at, len(self.visits) - 1)] + self.rng.exponential(scroll, len(who))
        when = np.where(ok, np.maximum(when, after + 2), np.inf)
        return np.where(when < self.span, when, np.inf)

    def some_visits(self, who: Rows) -> tuple[Rows, Reals]:
        """For each wanted act of `who` (repeats allowed) one of its visits; those who never come are left out."""
        low, high = self.first_visit[who], self.first_visit[who + 1]
        who, low, high = who[high > low], low[high > low], high[high > low]
        pick = low + (self.rng.random(len(who)) * (high - low)).astype(np.int64)
        return who, np.minimum(self.visits[pick] + self.rng.exponential(150.0, len(who)), self.span - 1)

    # -- choosing people --------------------------------------------------------------------------------------
    def pick(self, count: int, *, free: bool = True, busy: float = 0.0, community: int | None = None) -> Rows:
        """Ordinary people at random; `free`: with no crowd or group yet; `busy`: expected acts in the window."""
        people = self.accounts
        ok = (people["kind"] == "person") & (people["alive_to"] > self.span) & (people["alive_from"] <= 0)
        if free:
            ok &= (people["group"] == "") & np.isin(people["crowd"], ("", "friends"))
        if busy:
            # an ordinary account of this town with eager 1 and two visits a day acts about daily
            ok &= (people["eager"] * 0.4 + people["posting"]) * self.manners.days >= busy
        if community is not None:
            ok &= people["community"] == community
        pool = np.flatnonzero(ok)
        return self.rng.choice(pool, min(count, len(pool)), replace=False)

    def mark(self, who: Rows, **values: Any) -> None:
        for name, value in values.items():
            self.accounts[name][who] = value
