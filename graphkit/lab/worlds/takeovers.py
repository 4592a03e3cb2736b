"""The second hand: accounts of real people that an operator acts through, and tags, phrases and posts that are pushed.

Beside them rise a final, an earthquake, a weekly show, a headline, a petition and a viral post.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from graphkit.lab.worlds.bots import commanded, placed, struck
from graphkit.lab.worlds.crowds import CAUSES
from graphkit.lab.worlds.parts import (
    COMMANDED,
    COPIED,
    DAY,
    HOUR,
    LIKE,
    MINUTE,
    NONE,
    PANEL,
    PLAIN,
    REPOST,
    SALAD,
    SECOND,
    SHOUT,
    Acts,
    Group,
    Ints,
    Posts,
    Rng,
    nobody,
)
from graphkit.lab.worlds.people import Casting, Town
from graphkit.lab.worlds.plan import Range, Takeovers, Trends, scaled, sizes
from graphkit.lab.worlds.scene import Board, Scene

TRENDS = CAUSES + 10_000


def cast(casting: Casting, nets: list[Ints], rng: Rng) -> Iterator[Scene]:
    """Operators with their victims, then trends; `nets` are accounts that already act on command."""
    plan = casting.town.plan
    hands = list(nets)
    if plan.takeovers is not None:
        for operator in _operators(casting, plan.takeovers, rng):
            hands.append(operator.victims)
            yield operator
    if plan.trends is not None:
        yield from _trends(casting, plan.trends, hands, rng)
        yield from _topics(casting, plan.trends, hands, rng)


def _operators(casting: Casting, habits: Takeovers, rng: Rng) -> Iterator[Operator]:
    town = casting.town
    people, count = town.people, scaled(habits.operators, town.n)
    active = casting.lively & (people.activity > np.quantile(people.activity[: town.persons], 0.35))
    each = max(6, round(habits.victims * town.persons / count))
    writers = np.flatnonzero(people.creator & (people.activity > np.median(people.activity)))
    for _ in range(count):
        victims = casting.persons(each, active & ~people.creator)
        asleep = casting.persons(round(habits.revived * each), people.dormant)
        clients = int(rng.integers(int(habits.clients[0]), int(habits.clients[1]) + 1))
        yield Operator(
            victims,
            asleep,
            np.sort(rng.choice(writers, min(clients, len(writers)), replace=False)),
            begins=float(rng.uniform(0.25, 0.55)),
            client=PANEL if rng.random() < habits.other_client else NONE,
            deleted=habits.deleted if rng.random() < habits.deleting else 0.0,
            weekend=bool(rng.random() < habits.weekend),
            habits=habits,
        )


@dataclass(frozen=True)
class Operator(Scene):
    """One operator: victims taken over one after the other, who then act on the same jobs at the same moments."""

    victims: Ints
    revived: Ints
    clients: Ints
    begins: float
    client: int
    deleted: float
    weekend: bool
    habits: Takeovers

    @property
    def groups(self) -> tuple[Group, ...]:
        revived = (Group("revived", self.revived, self.clients),) if len(self.revived) else ()
        return (Group("takeover", self.victims, self.clients), *revived)

    def acts(self, town: Town, board: Board, rng: Rng) -> Acts:
        everybody = np.r_[self.victims, self.revived]
        onset = np.sort(town.moments(len(everybody), rng, since=self.begins, until=0.9))[
            rng.permutation(len(everybody))
        ]
        jobs = self._jobs(town, board, rng)
        low, high = self.habits.actions
        wanted = np.exp(rng.uniform(np.log(low), np.log(high + 1), len(everybody)))
        open_jobs = (board.posts.at[jobs][None, :] > onset[:, None]).sum(axis=1)
        strength = np.minimum(1.0, wanted / np.maximum(open_jobs, 1))
        orders = commanded(board, everybody, jobs, strength=strength, rng=rng)
        turned = onset[np.argsort(everybody)][np.searchsorted(np.sort(everybody), orders.actor)]
        orders = orders.rows(board.posts.at[orders.post] > turned)
        at = struck(board, orders.post, jobs, launch=6.0, jitter=self.habits.jitter, rng=rng)
        return self._covered(placed(town, orders, at, rng=rng), rng)

    def _jobs(self, town: Town, board: Board, rng: Rng) -> Ints:
        jobs = board.of(self.clients)
        at = board.posts.at[jobs]
        open_now = at > town.start + self.begins * (town.end - town.start)
        if self.weekend:
            open_now &= (at - town.start) // DAY % 7 >= 5
        jobs = jobs[open_now]
        return rng.permutation(jobs)[:150]

    def _covered(self, orders: Acts, rng: Rng) -> Acts:
        """The acts through the operator's own client, some of them deleted after a minute."""
        columns = {name: getattr(orders, name) for name in ("actor", "post", "kind", "at", "why")}
        client = orders.client if self.client == NONE else self.client
        life = rng.lognormal(np.log(55 * SECOND), 1.0, len(orders)).astype(np.int64)
        gone = rng.random(len(orders)) < self.deleted
        return Acts.of(len(orders), client=client, deleted=np.where(gone, orders.at + life, NONE), **columns)


def _trends(casting: Casting, habits: Trends, hands: list[Ints], rng: Rng) -> Iterator[Scene]:
    town = casting.town
    natural, pushed = scaled(habits.natural, town.n), scaled(habits.pushed, town.n) if hands else 0
    begins = np.sort(town.moments(natural + pushed, rng, since=0.6, until=0.95))
    is_push = rng.permutation(np.arange(natural + pushed) < pushed)
    everyday = np.flatnonzero(casting.lively)
    writers = np.flatnonzero(town.people.creator)
    for number, (start, push) in enumerate(zip(begins, is_push, strict=True)):
        span = habits.pushed_posts if push else habits.posts
        [size] = sizes(span, 1, accounts=town.n, rng=rng)
        share = float(rng.uniform(*habits.organic)) if push else 1.0
        hand = hands[int(rng.integers(len(hands)))] if push else nobody()
        organic = rng.choice(everyday, max(1, round(share * size)))
        by_hand = rng.choice(hand, size - round(share * size)) if push else nobody()
        yield Trend(
            TRENDS + number,
            int(start),
            organic=organic,
            pushing=by_hand,
            profits=np.array([int(rng.choice(writers))]) if push else nobody(),
            minutes=habits.push_minutes if push else float(rng.uniform(60, 300)),
            deleted=habits.deleted if push and rng.random() < 0.6 else 0.0,
        )


@dataclass(frozen=True)
class Trend(Scene):
    """A tag that rises: people who take it up, and those who were told to."""

    tag: int
    start: int
    organic: Ints
    pushing: Ints
    profits: Ints
    minutes: float
    deleted: float

    @property
    def is_pushed(self) -> bool:
        return len(self.pushing) > 0

    @property
    def groups(self) -> tuple[Group, ...]:
        if not self.is_pushed:
            return ()
        return (Group("trend_push", np.unique(self.pushing), self.profits),)

    def posts(self, town: Town, rng: Rng) -> Posts:
        wait = self.minutes * MINUTE if self.is_pushed else 0
        spread = 2 * HOUR if self.is_pushed else self.minutes * MINUTE
        late = rng.gamma(1.3, spread / 1.3, len(self.organic)) + wait * rng.random(len(self.organic))
        at = town.waking(self.organic, self.start + late.astype(np.int64), rng)
        freely = Posts.of(len(at), author=self.organic, at=at, tag=self.tag, client=town.clients(self.organic, at, rng))
        count = len(self.pushing)
        struck_at = self.start + (rng.random(count) * self.minutes * MINUTE).astype(np.int64)
        life = rng.lognormal(np.log(55 * SECOND), 1.0, count).astype(np.int64)
        gone = rng.random(count) < self.deleted
        told = Posts.of(
            count,
            author=self.pushing,
            at=struck_at,
            tag=self.tag,
            style=SALAD,
            client=town.clients(self.pushing, struck_at, rng),
            deleted=np.where(gone, struck_at + life, NONE),
            why=COMMANDED,
        )
        return Posts.joined([freely, told])


EVENTS: Final = ("final", "earthquake", "show", "headline", "petition", "viral")
FIRST_TAG: Final = 2_000_000


def _topics(casting: Casting, habits: Trends, hands: list[Ints], rng: Rng) -> Iterator[Topic]:
    """Pushed phrases and posts, then events that rise by themselves; nothing where the plan asks for none."""
    town = casting.town
    everyday = np.flatnonzero(casting.lively)
    writers = np.flatnonzero(town.people.creator)
    pushed = [kind for kind in ("phrase", "post") for _ in range(scaled(habits.topics, town.n))] if hands else []
    natural = [kind for kind in EVENTS for _ in range(scaled(habits.events, town.n))] if habits.events else []
    for number, kind in enumerate((*(pushed if habits.topics else []), *natural)):
        push = kind in ("phrase", "post")
        span: Range = habits.pushed_posts if push else habits.posts
        [size] = sizes(span, 1, accounts=town.n, rng=rng)
        share = float(rng.uniform(*habits.organic)) if push else 1.0
        hand = hands[int(rng.integers(len(hands)))] if push else nobody()
        count = size - round(share * size)
        yield Topic(
            kind,
            number,
            start=int(town.moments(1, rng, since=0.6, until=0.93)[0]),
            organic=rng.choice(everyday, max(1, round(share * size)), replace=False),
            pushing=rng.choice(hand, min(count, len(hand)), replace=False) if push else nobody(),
            profits=np.array([int(rng.choice(writers))]) if push or kind == "viral" else nobody(),
            minutes=habits.push_minutes if push else float(rng.uniform(60, 300)),
            deleted=habits.deleted if push and rng.random() < 0.6 else 0.0,
            style=int(rng.choice([SALAD, COPIED])) if push else PLAIN,
        )


@dataclass(frozen=True)
class Topic(Scene):
    """Something that rises: people who take it up, and those who were told to."""

    kind: str
    number: int
    start: int
    organic: Ints
    pushing: Ints
    profits: Ints
    minutes: float
    deleted: float
    style: int

    @property
    def is_pushed(self) -> bool:
        return len(self.pushing) > 0

    @property
    def of_post(self) -> bool:
        """Whether it is one post that is acted on."""
        return self.kind in ("post", "viral")

    @property
    def tag(self) -> int:
        return FIRST_TAG + self.number if self.kind in ("final", "show") else NONE

    @property
    def phrase(self) -> int:
        return NONE if self.of_post or self.tag != NONE else self.number

    @property
    def groups(self) -> tuple[Group, ...]:
        return (Group("trend_push", np.unique(self.pushing), self.profits),) if self.is_pushed else ()

    def posts(self, town: Town, rng: Rng) -> Posts:
        if self.of_post:
            phone = town.clients(self.profits, np.array([self.start]), rng)
            return Posts.of(1, author=self.profits, at=self.start, topic=self.number, client=phone)
        at, lapsed = self._taken_up(town, rng), self._slips(len(self.organic), rng)
        freely = Posts.of(
            len(at),
            author=self.organic,
            at=at,
            tag=self.tag,
            phrase=self.phrase,
            topic=self.number,
            url=9_000_000 + self.number if self.kind == "headline" else NONE,
            style=SHOUT if self.kind in ("final", "earthquake") else COPIED if self.kind in ("headline", "petition") else PLAIN,
            client=town.clients(self.organic, at, rng),
            deleted=np.where(lapsed > 0, at + lapsed, NONE),
        )  # fmt: skip
        struck_at, gone = self._struck(rng)
        told = Posts.of(
            len(self.pushing),
            author=self.pushing,
            at=struck_at,
            phrase=self.phrase,
            topic=self.number,
            style=self.style,
            client=town.clients(self.pushing, struck_at, rng),
            deleted=gone,
            why=COMMANDED,
        )
        return Posts.joined([freely, told])

    def acts(self, town: Town, board: Board, rng: Rng) -> Acts:
        if not self.of_post:
            return Acts.of(0)
        post = np.flatnonzero(board.posts.topic == self.number)[:1]
        if not len(post):
            return Acts.of(0)
        at = self._taken_up(town, rng)
        freely = Acts.of(
            len(at),
            actor=self.organic,
            post=post[0],
            at=at,
            kind=np.where(rng.random(len(at)) < 0.4, REPOST, LIKE),
            client=town.clients(self.organic, at, rng),
        )
        struck_at, gone = self._struck(rng)
        told = Acts.of(
            len(self.pushing),
            actor=self.pushing,
            post=post[0],
            at=struck_at,
            kind=np.where(rng.random(len(self.pushing)) < 0.7, REPOST, LIKE),
            client=town.clients(self.pushing, struck_at, rng),
            deleted=gone,
            why=COMMANDED,
        )
        return Acts.joined([freely, told])

    def _taken_up(self, town: Town, rng: Rng) -> Ints:
        """When people take it up: an earthquake within minutes, a petition at an agreed hour, a show every week."""
        count = len(self.organic)
        if self.kind in ("earthquake", "final"):
            return self.start + (rng.gamma(1.0, 9 * MINUTE, count)).astype(np.int64)
        if self.kind == "petition":
            return self.start + (rng.random(count) * 40 * MINUTE).astype(np.int64)
        if self.kind == "show":
            week = rng.integers(0, 5, count)
            return self.start - (week * 7 * DAY) + (rng.random(count) * 2 * HOUR).astype(np.int64)
        wait = self.minutes * MINUTE * rng.random(count) if self.is_pushed else 0.0
        late = rng.gamma(1.3, (2 * HOUR if self.is_pushed else self.minutes * MINUTE) / 1.3, count) + wait
        return town.waking(self.organic, self.start + MINUTE + late.astype(np.int64), rng)

    def _slips(self, count: int, rng: Rng) -> Ints:
        """People delete a post now and then, after some time."""
        life = rng.lognormal(np.log(30 * MINUTE), 1.5, count).astype(np.int64)
        return np.where(rng.random(count) < 0.03, life, 0)

    def _struck(self, rng: Rng) -> tuple[Ints, Ints]:
        """When those act who were told to, and when it is taken back."""
        count = len(self.pushing)
        at = self.start + MINUTE + (rng.random(count) * self.minutes * MINUTE).astype(np.int64)
        life = rng.lognormal(np.log(55 * SECOND), 1.0, count).astype(np.int64)
        return at, np.where(rng.random(count) < self.deleted, at + life, NONE)
