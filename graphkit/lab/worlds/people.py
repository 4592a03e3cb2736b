"""The accounts of a world: their communities, habits and hours; and who is cast for a part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from graphkit.lab.worlds.parts import DAY, HOUR, Flags, Floats, Group, Ints, Rng, nobody
from graphkit.lab.worlds.plan import Plan

START: Final = 1_736_121_600_000  # 2025-01-06, a Monday
FIRST_ACCOUNT: Final = START - 10 * 365 * DAY
LANGS: Final = ("tr", "es", "en")
PLACES: Final = (
    ("İstanbul", "Ankara", "İzmir", "Iğdır", "Bursa"),
    ("Madrid", "Bogotá", "Ciudad de México", "Sevilla", "Lima"),
    ("London", "Chicago", "Toronto", "Leeds", "Sydney"),
)


@dataclass(frozen=True)
class People:
    """One row an account; persons first, automated accounts behind them."""

    community: Ints
    lang: Ints
    created: Ints
    activity: Floats
    appeal: Floats
    popularity: Floats
    reposting: Floats  # chance that a reaction is a repost
    replying: Floats
    fast: Flags
    dormant: Flags
    lurker: Flags
    creator: Flags
    wake: Floats  # hour of the day, UTC
    client: Ints
    changed_at: Ints  # from then on the columns below hold
    wake_after: Floats
    client_after: Ints
    lang_after: Ints
    automated: Flags


@dataclass(frozen=True)
class Town:
    """A world's accounts and its clock."""

    plan: Plan
    people: People
    persons: int
    start: int
    end: int

    @property
    def n(self) -> int:
        return len(self.people.community)

    def moments(self, count: int, rng: Rng, *, since: float = 0.0, until: float = 1.0) -> Ints:
        """Times drawn evenly from a stretch of the observed days."""
        span = self.end - self.start
        return rng.integers(self.start + int(since * span), self.start + int(until * span), count)

    def phase(self, accounts: Ints, at: Ints) -> Floats:
        """Hours since the account got up that day, 0 to 24."""
        people = self.people
        wake = np.where(at >= people.changed_at[accounts], people.wake_after[accounts], people.wake[accounts])
        hours: Floats = (at / HOUR - wake) % 24.0
        return hours

    def waking(self, accounts: Ints, at: Ints, rng: Rng) -> Ints:
        """The times, where most of those that fall into sleep are put off until the morning."""
        phase = self.phase(accounts, at)
        asleep = (phase > 16) & (rng.random(len(at)) < self.plan.society.sleep)
        later = (24 - phase) * HOUR + rng.exponential(0.6 * HOUR, len(at))
        return at + np.where(asleep, later, 0.0).astype(np.int64)

    def daytimes(self, accounts: Ints, days: Ints, rng: Rng) -> Ints:
        """A waking moment of the given day (midnight, UTC) for each account."""
        people = self.people
        wake = np.where(days >= people.changed_at[accounts], people.wake_after[accounts], people.wake[accounts])
        hour = (wake + 16 * rng.beta(1.8, 1.5, len(accounts))) % 24
        at: Ints = days + (hour * HOUR).astype(np.int64)
        return at

    def clients(self, accounts: Ints, at: Ints, rng: Rng) -> Ints:
        """What an account writes with at that time: mostly its own app, now and then the web."""
        people = self.people
        own = np.where(at >= people.changed_at[accounts], people.client_after[accounts], people.client[accounts])
        elsewhere = rng.random(len(at)) < 0.08
        return np.where(elsewhere & ~people.automated[accounts], 2, own)


class Casting:
    """Gives out accounts for parts; nobody plays two of them. `town` is the town as dressed so far."""

    def __init__(self, town: Town, rng: Rng) -> None:
        self.town = town
        self._rng = rng
        self._free = np.zeros(town.n, bool)
        self._free[: town.persons] = True
        self._bots = town.persons

    def persons(self, count: int, among: Flags | None = None, *, keep_free: bool = False) -> Ints:
        """Up to `count` persons without a part."""
        eligible = self._free if among is None else self._free & among
        pool = np.flatnonzero(eligible)
        chosen = np.sort(self._rng.choice(pool, min(count, len(pool)), replace=False)) if len(pool) else nobody()
        if not keep_free:
            self._free[chosen] = False
        return chosen

    def bots(self, count: int) -> Ints:
        """The next automated accounts in line."""
        chosen = np.arange(self._bots, self._bots + count)
        self._bots += count
        return chosen

    def dress(self, accounts: Ints, **columns: Ints | Floats | float) -> None:
        """Give some accounts other values in some columns of `People`."""
        changed = {}
        for name, value in columns.items():
            changed[name] = getattr(self.town.people, name).copy()
            changed[name][accounts] = value
        self.town = replace(self.town, people=replace(self.town.people, **changed))

    @property
    def lively(self) -> Flags:
        """Who acts at all."""
        return ~self.town.people.dormant & ~self.town.people.lurker & ~self.town.people.automated

    def neighbours_in_taste(self) -> Flags:
        """One community, as a mask over accounts."""
        community = self.town.people.community
        return community == community[self._rng.integers(self.town.persons)]


def settle(plan: Plan, accounts: int, bots: int, *, rng: Rng) -> tuple[Town, list[Group]]:
    """The town of a plan, and the crowds that are nothing but a habit (night workers, movers, new phones, lurkers)."""
    society, persons = plan.society, accounts - bots
    end = START + society.days * DAY
    weights = rng.dirichlet(np.full(society.communities, 6.0))
    community = rng.choice(society.communities, accounts, p=weights)
    speech = np.arange(society.communities) % len(LANGS)
    lang = np.where(rng.random(accounts) < 0.93, speech[community], rng.integers(len(LANGS), size=accounts))
    popularity = 1 + rng.pareto(society.popularity, accounts)
    popularity = np.minimum(popularity, 0.04 * accounts)
    popularity[persons:] = 0
    creator = np.zeros(accounts, bool)
    creator[np.argsort(-popularity)[: max(12, int(society.creators * persons))]] = True
    habit = rng.random(accounts)
    dormant = (habit < society.dormant) & ~creator
    lurker = (habit > 1 - society.lurkers) & ~creator
    dormant[persons:] = lurker[persons:] = False
    activity = rng.lognormal(0, society.activity, accounts)
    wake = (7.0 - rng.integers(-5, 4, society.communities)[community] + rng.normal(0, 1.3, accounts)) % 24
    client = rng.choice(4, accounts, p=(0.45, 0.33, 0.14, 0.08))
    automated = np.arange(accounts) >= persons

    changed_at = np.full(accounts, end)
    wake_after, client_after, lang_after = wake.copy(), client.copy(), lang.copy()
    everyday = np.flatnonzero(~dormant & ~lurker & ~automated)
    habits = _habits(plan, everyday, rng)
    for crowd in ("movers", "new_phones"):
        who = habits[crowd]
        changed_at[who] = rng.integers(START + int(0.25 * (end - START)), START + int(0.75 * (end - START)), len(who))
    wake_after[habits["movers"]] = (wake[habits["movers"]] + rng.uniform(5, 10, len(habits["movers"]))) % 24
    lang_after[habits["movers"]] = (lang[habits["movers"]] + 1) % len(LANGS)
    client_after[habits["new_phones"]] = 1 - np.minimum(client[habits["new_phones"]], 1)
    nights = habits["night_workers"]
    wake[nights] = (wake[nights] + rng.uniform(9, 13, len(nights))) % 24
    wake_after[nights] = wake[nights]

    people = People(
        community=community,
        lang=lang,
        created=_created(persons, accounts, end, rng=rng),
        activity=activity,
        appeal=rng.lognormal(0, 0.6, accounts),
        popularity=popularity,
        reposting=rng.beta(1.2, 6, accounts),
        replying=rng.beta(1.2, 8, accounts),
        fast=rng.random(accounts) < society.fast,
        dormant=dormant,
        lurker=lurker,
        creator=creator,
        wake=wake,
        client=client,
        changed_at=changed_at,
        wake_after=wake_after,
        client_after=client_after,
        lang_after=lang_after,
        automated=automated,
    )
    crowds = habits | {"lurkers": np.flatnonzero(lurker)}
    groups = [Group(name, np.sort(who), nobody()) for name, who in crowds.items() if len(who)]
    return Town(plan=plan, people=people, persons=persons, start=START, end=end), groups


def _habits(plan: Plan, everyday: Ints, rng: Rng) -> dict[str, Ints]:
    shuffled = rng.permutation(everyday)
    shares = {name: getattr(plan.crowds, name) for name in ("movers", "night_workers", "new_phones")}
    found, first = {}, 0
    for name, share in shares.items():
        count = round(share * len(everyday))
        found[name] = shuffled[first : first + count]
        first += count
    return found


def _created(persons: int, accounts: int, end: int, *, rng: Rng) -> Ints:
    """When accounts were made: over ten years, a few in the observed days, some on days when many join."""
    age = np.minimum(rng.gamma(1.6, 900, accounts), 3_600) * DAY
    created = end - age.astype(np.int64)
    waves = rng.integers(FIRST_ACCOUNT + 200 * DAY, end - 10 * DAY, 6)
    joined = rng.random(accounts) < 0.05
    created = np.where(joined, waves[rng.integers(6, size=accounts)] + rng.integers(0, DAY, accounts), created)
    return np.clip(created, FIRST_ACCOUNT, end - 5 * DAY)
