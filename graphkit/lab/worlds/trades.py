"""People who trade: rings trade follows, pods trade likes and comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from graphkit.lab.worlds.parts import (
    COMMANDED,
    COMMENT,
    DAY,
    HOUR,
    LIKE,
    MINUTE,
    NONE,
    TRADED,
    Acts,
    Flags,
    Floats,
    Group,
    Ints,
    Posts,
    Rng,
    Ties,
    nobody,
    pairs,
)
from graphkit.lab.worlds.people import Casting, Town
from graphkit.lab.worlds.plan import Pods, Range, Rings, scaled, sizes
from graphkit.lab.worlds.scene import Board, Scene


def cast(casting: Casting, rng: Rng) -> Iterator[Scene]:
    """The rings and pods of the plan, with their members."""
    plan, n = casting.town.plan, casting.town.n
    if plan.rings is not None:
        yield from _rings(casting, plan.rings, rng)
    if plan.pods is not None:
        for size in sizes(plan.pods.size, scaled(plan.pods.count, n), accounts=n, rng=rng):
            among = casting.lively if rng.random() < 0.6 else casting.lively & casting.neighbours_in_taste()
            yield Pod(casting.persons(size, among), plan.pods)


def _rings(casting: Casting, rings: Rings, rng: Rng) -> Iterator[Scene]:
    n, people = casting.town.n, casting.town.people
    persons = ~people.automated & ~people.dormant
    for size in sizes(rings.size, scaled(rings.count, n), accounts=n, rng=rng):
        place = casting.neighbours_in_taste() if rng.random() < rings.within else np.ones(n, bool)
        known = casting.persons(rng.binomial(size, rings.creators), persons & people.creator & place)
        members = np.r_[known, casting.persons(size - len(known), persons & ~people.creator & place)]
        yield Ring(rng.permutation(members), rings, pyramid=bool(rng.random() < rings.pyramids))
    if rings.mass > 0:
        members = casting.persons(int(rings.mass_size * n), persons & ~people.creator)
        yield Exchange(members[rng.permutation(len(members))], max(1, round(rings.mass)))


@dataclass(frozen=True)
class Ring(Scene):
    """A follow-for-follow ring; in a pyramid those who come late follow those who came early, and few return it."""

    members: Ints  # in order of joining
    habits: Rings
    pyramid: bool

    @property
    def groups(self) -> tuple[Group, ...]:
        return (Group("ring", np.sort(self.members), nobody()),)

    def ties(self, town: Town, rng: Rng) -> Ties:
        left, right = pairs(np.arange(len(self.members)))
        traded = rng.random(len(left)) < self.habits.density
        early, late = left[traded], right[traded]
        joined = np.sort(town.moments(len(self.members), rng, since=-0.5, until=0.85))
        swap = (rng.random(len(early)) < 0.5) & (not self.pyramid)
        first, second = self.members[np.where(swap, early, late)], self.members[np.where(swap, late, early)]
        met = joined[late] + rng.exponential(4 * DAY, len(late)).astype(np.int64)
        returned = rng.random(len(late)) < (0.45 if self.pyramid else 0.97)
        return trade(town, first, second, met=met, returned=returned, habits=self.habits, rng=rng)


@dataclass(frozen=True)
class Exchange(Scene):
    """A market of follow-backs, with a few accounts that trade with nearly everybody there."""

    members: Ints
    mass: int

    @property
    def groups(self) -> tuple[Group, ...]:
        return (Group("ring", np.sort(self.members), nobody()),)

    def ties(self, town: Town, rng: Rng) -> Ties:
        hubs, others = self.members[: self.mass], self.members[self.mass :]
        left, right = np.repeat(hubs, len(others)), np.tile(others, len(hubs))
        kept = rng.random(len(left)) < 0.9
        side, other = pairs(others)
        some = rng.random(len(side)) < min(1.0, 12 / max(len(others), 1))
        first, second = np.r_[left[kept], side[some]], np.r_[right[kept], other[some]]
        met = town.moments(len(first), rng, since=-1.0, until=0.95)
        returned = rng.random(len(first)) < 0.96
        return trade(town, first, second, met=met, returned=returned, habits=Rings(), rng=rng)


def trade(town: Town, first: Ints, second: Ints, *, met: Ints, returned: Flags, habits: Rings, rng: Rng) -> Ties:
    """Follows that were made to be returned; those that are not returned are dropped again, as are some others."""
    alive = np.maximum(town.people.created[first], town.people.created[second]) + HOUR
    at = np.minimum(np.maximum(met, alive), town.end - 2 * DAY)
    late = rng.lognormal(np.log(habits.latency_hours * HOUR), 1.0, len(at)).astype(np.int64)
    back = np.minimum(at + late, town.end - DAY)
    dropped = np.where(returned, rng.random(len(at)) < 0.05, rng.random(len(at)) < habits.churn * 2)
    ended = np.where(dropped, np.minimum(at + rng.integers(2 * DAY, 14 * DAY, len(at)), town.end - 1), NONE)
    answer = np.where(ended == NONE, NONE, np.minimum(ended + rng.integers(HOUR, 3 * DAY, len(at)), town.end - 1))
    columns = {"why": TRADED, "rate": 0.0}
    there = Ties.of(len(at), follower=first, followed=second, at=at, ended=ended, **columns)
    again = Ties.of(len(at), follower=second, followed=first, at=back, ended=np.maximum(answer, NONE), **columns)
    return Ties.joined([there, again.rows(returned)])


@dataclass(frozen=True)
class Pod(Scene):
    """People who like and comment each other's posts soon after they appear, whoever wrote them."""

    members: Ints
    habits: Pods

    @property
    def groups(self) -> tuple[Group, ...]:
        return (Group("pod", self.members, nobody()),)

    def ties(self, town: Town, rng: Rng) -> Ties:
        left, right = pairs(self.members)
        known = rng.random(len(left)) < self.habits.know
        left, right = left[known], right[known]
        since = np.maximum(town.people.created[left], town.people.created[right])
        at = since + (rng.random(len(since)) * (town.end - since)).astype(np.int64)
        back = np.minimum(at + rng.exponential(2 * DAY, len(at)).astype(np.int64), town.end - 1)
        there = Ties.of(len(at), follower=left, followed=right, at=at, warmth=0.5)
        return Ties.joined([there, Ties.of(len(at), follower=right, followed=left, at=back, warmth=0.5)])

    def posts(self, town: Town, rng: Rng) -> Posts:
        author = np.repeat(self.members, rng.poisson(self.habits.posts, len(self.members)))
        day = town.start + rng.integers(0, town.plan.society.days - 1, len(author)) * DAY
        at = np.maximum(town.daytimes(author, day, rng), town.people.created[author] + HOUR)
        return Posts.of(len(author), author=author, at=at, client=town.clients(author, at, rng))

    def acts(self, town: Town, board: Board, rng: Rng) -> Acts:
        posts = board.of(self.members)
        announced = posts[rng.random(len(posts)) < 0.85]
        member, post = np.repeat(self.members, len(announced)), np.tile(announced, len(self.members))
        zeal = np.repeat(_zeal(self.members, self.habits.strength, rng), len(announced))
        takes = (rng.random(len(member)) < zeal) & (member != board.posts.author[post])
        member, post = member[takes], post[takes]
        at = board.posts.at[post] + _within(self.habits.window_minutes, len(post), rng)
        kind = np.where(rng.random(len(post)) < 0.35, COMMENT, LIKE)
        return Acts.of(
            len(post), actor=member, post=post, kind=kind, at=at, client=town.clients(member, at, rng), why=COMMANDED
        )


def _zeal(members: Ints, strength: float, rng: Rng) -> Floats:
    """How often each member keeps its word."""
    zeal: Floats = np.clip(strength * rng.uniform(0.7, 1.3, len(members)), 0, 1)
    return zeal


def _within(window: Range, count: int, rng: Rng) -> Ints:
    """Delays of which most lie inside the window of minutes."""
    short, long = window
    at: Ints = (rng.gamma(2.0, (long - short) / 4 + short / 2, count) * MINUTE).astype(np.int64) + 20_000
    return np.minimum(at, int(2 * long * MINUTE))
