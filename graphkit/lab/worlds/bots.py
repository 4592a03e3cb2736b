"""Automated accounts: stocks that are sold as followers, and botnets that like and repost for clients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from graphkit.lab.worlds.parts import (
    AUTOMATED,
    AUTOPOST,
    BOUGHT,
    COMMANDED,
    DAY,
    HOUR,
    LIKE,
    MINUTE,
    QUOTE,
    REPLY,
    REPOST,
    SECOND,
    Acts,
    Floats,
    Group,
    Ints,
    Posts,
    Rng,
    Ties,
    first_of_each,
    keys,
)
from graphkit.lab.worlds.people import Casting, Town
from graphkit.lab.worlds.plan import Plan, scaled, sizes
from graphkit.lab.worlds.scene import Board, Scene
from graphkit.lab.worlds.ties import admirers


@dataclass(frozen=True, slots=True)
class Stock:
    """How many automated accounts of each farm and botnet."""

    farms: list[int]
    amplifiers: list[int]

    @property
    def total(self) -> int:
        return sum(self.farms) + sum(self.amplifiers)


def stock(plan: Plan, accounts: int, rng: Rng) -> Stock:
    """Sizes of farms and botnets, before anybody is cast."""
    farms, nets = plan.farms, plan.amplifiers
    return Stock(
        sizes(farms.size, scaled(farms.count, accounts), accounts=accounts, rng=rng) if farms else [],
        sizes(nets.size, scaled(nets.count, accounts), accounts=accounts, rng=rng) if nets else [],
    )


def cast(casting: Casting, numbers: Stock, rng: Rng) -> Iterator[Scene]:
    """The farms and botnets of the plan, their accounts dressed."""
    plan, people = casting.town.plan, casting.town.people
    famous = np.flatnonzero(people.creator & ~people.automated)
    ordinary = np.flatnonzero(casting.lively & ~people.creator)
    for size in numbers.farms:
        assert plan.farms is not None
        members, farm = casting.bots(size), plan.farms
        _dress(casting, members, aged=rng.random() < farm.aged, rng=rng)
        buyers = int(rng.integers(int(farm.customers[0]), int(farm.customers[1]) + 1))
        some = rng.choice(famous, min(buyers - buyers // 4, len(famous)), replace=False)
        unknown = rng.choice(ordinary, buyers // 4, replace=False)
        yield Farm(
            members, np.sort(np.r_[some, unknown]), strength=farm.strength, drip_days=farm.drip_days,
            camouflage=farm.camouflage,
        )  # fmt: skip
    writers = famous[people.activity[famous] > np.median(people.activity[famous])]
    for size in numbers.amplifiers:
        assert plan.amplifiers is not None
        members, net = casting.bots(size), plan.amplifiers
        _dress(casting, members, aged=rng.random() < 0.5, rng=rng)
        if rng.random() < 0.5:
            casting.dress(members, client=AUTOPOST, client_after=AUTOPOST)
        count = int(rng.integers(int(net.clients[0]), int(net.clients[1]) + 1))
        clients = np.sort(rng.choice(writers, min(count, len(writers)), replace=False))
        yield Amplifier(members, clients, *(getattr(net, name) for name in _NET))


_NET = ("strength", "posts", "jitter", "launch_minutes", "camouflage", "openly")


def _dress(casting: Casting, members: Ints, *, aged: bool, rng: Rng) -> None:
    """Made within some days, or bought old."""
    if aged:
        return
    made = casting.town.end - int(rng.integers(130, 900)) * DAY
    casting.dress(members, created=made + rng.integers(0, int(rng.integers(3, 11)) * DAY, len(members)))


@dataclass(frozen=True)
class Farm(Scene):
    """A stock of accounts that follow the customers in bursts or in a drip."""

    members: Ints
    customers: Ints
    strength: float
    drip_days: float
    camouflage: float

    @property
    def groups(self) -> tuple[Group, ...]:
        return (Group("farm", self.members, self.customers),)

    def ties(self, town: Town, rng: Rng) -> Ties:
        parts = [self._delivery(town, int(customer), rng) for customer in self.customers]
        return Ties.joined([*parts, camouflage_ties(town, self.members, self.camouflage, rng=rng)])

    def _delivery(self, town: Town, customer: int, rng: Rng) -> Ties:
        sold = self.members[rng.random(len(self.members)) < self.strength * rng.uniform(0.8, 1.2)]
        ready = max(int(town.people.created[sold].max(initial=0)), int(town.people.created[customer]))
        earliest = max(ready + DAY, town.start - 200 * DAY)
        latest = max(earliest + DAY, town.end - int((self.drip_days + 1) * DAY))
        begins = int(rng.integers(earliest, latest))
        at = begins + (rng.random(len(sold)) * self.drip_days * DAY).astype(np.int64)
        at = np.minimum(at, town.end - 1)
        return Ties.of(len(sold), follower=sold, followed=customer, at=at, why=BOUGHT, rate=0.0)

    def posts(self, town: Town, rng: Rng) -> Posts:
        return camouflage_posts(town, self.members, self.camouflage, rng=rng)

    def acts(self, town: Town, board: Board, rng: Rng) -> Acts:
        return camouflage_acts(
            town, board, np.repeat(self.members, rng.poisson(6 * self.camouflage, len(self.members))), rng=rng
        )


@dataclass(frozen=True)
class Amplifier(Scene):
    """Accounts that act together on the clients' posts, among ordinary-looking acts."""

    members: Ints
    clients: Ints
    strength: float
    share: float
    jitter: float
    launch_minutes: float
    camouflage: float
    openly: float

    @property
    def groups(self) -> tuple[Group, ...]:
        return (Group("amplifier", self.members, self.clients),)

    def posts(self, town: Town, rng: Rng) -> Posts:
        return camouflage_posts(town, self.members, self.camouflage, rng=rng)

    def ties(self, town: Town, rng: Rng) -> Ties:
        follower, followed = np.repeat(self.members, len(self.clients)), np.tile(self.clients, len(self.members))
        openly = rng.random(len(follower)) < self.openly
        follower, followed = follower[openly], followed[openly]
        since = np.maximum(town.people.created[follower], town.people.created[followed])
        at = np.minimum(since + rng.integers(0, 60 * DAY, len(since)), town.end - 1)
        client = Ties.of(len(at), follower=follower, followed=followed, at=at, why=BOUGHT, rate=0.0)
        return Ties.joined([client, camouflage_ties(town, self.members, self.camouflage, rng=rng)])

    def acts(self, town: Town, board: Board, rng: Rng) -> Acts:
        jobs = board.of(self.clients)
        jobs = jobs[rng.random(len(jobs)) < self.share]
        orders = commanded(board, self.members, jobs, strength=self.strength, rng=rng)
        at = struck(board, orders.post, jobs, launch=self.launch_minutes, jitter=self.jitter, rng=rng)
        orders = placed(town, orders, at, rng=rng)
        extra = np.repeat(
            self.members, rng.poisson(self.camouflage * len(orders) / len(self.members), len(self.members))
        )
        return Acts.joined([orders, camouflage_acts(town, board, extra, rng=rng)])


def commanded(board: Board, members: Ints, jobs: Ints, *, strength: float | Floats, rng: Rng) -> Acts:
    """Which member acts on which job; times still to be said. `strength` is one number or one a member."""
    takes = rng.random((len(members), len(jobs))) < np.broadcast_to(strength, len(members))[:, None]
    member, job = np.nonzero(takes)
    kinds = np.array([LIKE, REPOST, REPLY, QUOTE])
    verb = kinds[rng.choice(4, len(jobs), p=(0.45, 0.4, 0.1, 0.05))]
    kind = np.where(rng.random(len(job)) < 0.8, verb[job], LIKE)
    return Acts.of(len(job), actor=members[member], post=jobs[job], kind=kind, why=COMMANDED)


def struck(board: Board, post: Ints, jobs: Ints, *, launch: float, jitter: float, rng: Rng) -> Ints:
    """When the members act: each job has one launch, each member its jitter (seconds)."""
    order = np.sort(jobs)
    delays = np.maximum(rng.lognormal(np.log(launch * MINUTE), 0.7, len(jobs)), 5 * SECOND).astype(np.int64)
    begins = delays[np.searchsorted(order, post)] if len(jobs) else post
    return board.posts.at[post] + begins + (rng.random(len(post)) * jitter * SECOND).astype(np.int64)


def placed(town: Town, orders: Acts, at: Ints, *, rng: Rng) -> Acts:
    """The acts at their times, with the accounts' own clients."""
    rows = {name: getattr(orders, name) for name in ("actor", "post", "kind", "why", "target")}
    return Acts.of(len(at), at=at, client=town.clients(orders.actor, at, rng), **rows)


def camouflage_ties(town: Town, members: Ints, times: float, *, rng: Rng) -> Ties:
    """Follows like those of anybody; a few of the followed return them."""
    follower = np.repeat(members, rng.poisson(6 * max(times, 0.3), len(members)))
    followed = admirers(town, follower, 0.6, rng=rng)
    random = rng.random(len(follower)) < 0.4
    followed = np.where(random, rng.integers(town.persons, size=len(follower)), followed)
    since = np.maximum(town.people.created[follower], town.people.created[followed])
    at = since + (rng.random(len(since)) * (town.end - since)).astype(np.int64)
    out = Ties.of(len(at), follower=follower, followed=followed, at=at, why=AUTOMATED, rate=0.0)
    back = rng.random(len(at)) < np.where(town.people.creator[followed], 0.01, 0.15)
    late = np.minimum(at[back] + rng.exponential(3 * DAY, int(back.sum())).astype(np.int64), town.end - 1)
    returned = Ties.of(len(late), follower=followed[back], followed=follower[back], at=late, rate=0.0)
    return Ties.joined([out, returned, _inner_ties(town, members, times, rng)])


def _inner_ties(town: Town, members: Ints, times: float, rng: Rng) -> Ties:
    """Half of the stocks that hide follow each other, so that none stands without followers."""
    if rng.random() < 0.5:
        return Ties.of(0)
    follower = np.repeat(members, rng.poisson(2 * times, len(members)))
    followed = rng.choice(members, len(follower))
    since = np.maximum(town.people.created[follower], town.people.created[followed])
    at = since + (rng.beta(1, 2, len(since)) * (town.end - since)).astype(np.int64)
    return Ties.of(len(at), follower=follower, followed=followed, at=at, why=AUTOMATED, rate=0.0)


def camouflage_posts(town: Town, members: Ints, times: float, *, rng: Rng) -> Posts:
    """Posts like those of anybody: some a member, more where more is hidden."""
    author = np.repeat(members, rng.poisson(1.5 * times * rng.gamma(1.0, 1.0, len(members))))
    day = town.start + rng.integers(0, town.plan.society.days - 1, len(author)) * DAY
    at = town.daytimes(author, day, rng)
    return Posts.of(len(author), author=author, at=at, client=town.clients(author, at, rng), why=AUTOMATED)


def camouflage_acts(town: Town, board: Board, actors: Ints, *, rng: Rng) -> Acts:
    """Acts like those of a stranger who comes across well-known posts, in waking hours."""
    post = board.met(len(actors), rng)
    actors = actors[: len(post)]
    once = first_of_each(keys(actors, post))
    actors, post = actors[once], post[once]
    delay = rng.lognormal(np.log(0.7 * HOUR), 1.3, len(post)).astype(np.int64)
    at = town.waking(actors, board.posts.at[post] + delay, rng)
    kind = np.array([LIKE, REPOST, REPLY])[rng.choice(3, len(post), p=(0.7, 0.25, 0.05))]
    return Acts.of(
        len(post), actor=actors, post=post, kind=kind, at=at, client=town.clients(actors, at, rng), why=AUTOMATED
    )
