"""Innocent crowds: people who do much of what planted groups do, for reasons of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from graphkit.lab.worlds.parts import (
    COMMENT,
    DAY,
    HOUR,
    MENTION,
    MINUTE,
    NONE,
    SCHEDULER,
    SECOND,
    Acts,
    Group,
    Ints,
    Posts,
    Rng,
    Ties,
    nobody,
    pairs,
)
from graphkit.lab.worlds.people import Casting, Town
from graphkit.lab.worlds.plan import scaled, sizes
from graphkit.lab.worlds.scene import Board, Scene


def cast(casting: Casting, rng: Rng) -> Iterator[Scene]:
    """The crowds of the plan, with their members."""
    crowds, n = casting.town.plan.crowds, casting.town.n
    creators, lively = casting.town.people.creator, casting.lively
    stars = casting.persons(10_000, creators & lively, keep_free=True)
    stars = stars[np.argsort(-casting.town.people.popularity[stars])]

    def star() -> int:
        return int(rng.choice(stars[: max(4, len(stars) // 2)]))

    for size in sizes((40, 80), scaled(crowds.fan_clubs, n), accounts=n, rng=rng):
        one = star()
        members = casting.persons(size, lively & ~creators & casting.neighbours_in_taste())
        yield FanClub(members, one, devotion=float(rng.uniform(0.25, 0.6)))
    joining = scaled(crowds.new_jobs, n)
    for number, size in enumerate(sizes((8, 25), scaled(crowds.offices, n), accounts=n, rng=rng)):
        employer = casting.persons(1, lively & ~creators)
        members = casting.persons(size, lively & ~creators)
        newcomers = casting.persons(joining // max(1, scaled(crowds.offices, n)) + (number == 0), lively & ~creators)
        yield Office(members, int(employer[0]), newcomers=newcomers, friendly=float(rng.choice([0.0, 0.05])))
    for size in sizes((6, 12), scaled(crowds.newsrooms, n), accounts=n, rng=rng):
        outlets = casting.persons(size, lively & ~creators)
        casting.dress(outlets, client=SCHEDULER, client_after=SCHEDULER, reposting=0.95, activity=1.0)
        yield Newsroom(outlets)
    for number, size in enumerate(sizes((30, 80), scaled(crowds.activists, n), accounts=n, rng=rng)):
        yield Activists(casting.persons(size, lively & ~creators), tag=CAUSES + number, hour=int(rng.integers(17, 21)))
    for size in sizes((150, 400), scaled(crowds.draws, n), accounts=n, rng=rng):
        yield Draw(casting.persons(size, ~creators & ~casting.town.people.automated), star())
    for size in sizes((150, 400), scaled(crowds.press, n), accounts=n, rng=rng):
        among = lively if rng.random() < 0.5 else lively & casting.neighbours_in_taste()
        yield Press(casting.persons(size, among, keep_free=True), star())
    for size in sizes((60, 150), scaled(crowds.starter_packs, n), accounts=n, rng=rng):
        pack = rng.choice(stars, min(len(stars), int(rng.integers(20, 41))), replace=False)
        yield StarterPack(casting.persons(size, ~creators & ~casting.town.people.automated), pack)
    for size in sizes((10, 25), scaled(crowds.mutual_fans, n), accounts=n, rng=rng):
        yield MutualFans(casting.persons(size, lively))


CAUSES = 1_000_000  # tags of causes and trends lie above those of communities


@dataclass(frozen=True)
class FanClub(Scene):
    """Fast admirers of one account: most of its posts, within minutes, out of love."""

    members: Ints
    star: int
    devotion: float

    @property
    def groups(self) -> tuple[Group, ...]:
        return (Group("fan_club", self.members, nobody()),)

    def ties(self, town: Town, rng: Rng) -> Ties:
        count = len(self.members)
        since = np.maximum(town.people.created[self.members], town.people.created[self.star])
        at = since + (rng.random(count) * 0.8 * (town.end - since)).astype(np.int64)
        rate = -np.log1p(-self.devotion) * rng.gamma(4, 0.25, count)
        club = Ties.of(count, follower=self.members, followed=self.star, at=at, rate=rate, haste=0.08)
        left, right = pairs(self.members)
        known = rng.random(len(left)) < 0.12
        return Ties.joined([club, mutual(town, left[known], right[known], rng=rng, rate=np.nan)])


@dataclass(frozen=True)
class Office(Scene):
    """Colleagues: all follow each other and act on the employer's posts in office hours."""

    members: Ints
    employer: int
    newcomers: Ints
    friendly: float  # reactions a post among colleagues

    @property
    def groups(self) -> tuple[Group, ...]:
        everybody = np.sort(np.r_[self.members, self.newcomers])
        new = (Group("new_jobs", self.newcomers, nobody()),) if len(self.newcomers) else ()
        return (Group("office", everybody, nobody()), *new)

    def ties(self, town: Town, rng: Rng) -> Ties:
        staff = np.sort(np.r_[self.members, self.newcomers])
        hired = np.where(np.isin(staff, self.newcomers), town.moments(len(staff), rng, since=0.3, until=0.7), NONE)
        since = np.maximum(town.people.created[staff], town.people.created[self.employer])
        at = np.maximum(since + (rng.random(len(staff)) * (town.start - since).clip(DAY)).astype(np.int64), hired)
        loyal = Ties.of(len(staff), follower=staff, followed=self.employer, at=at, rate=rng.gamma(4, 0.15, len(staff)))
        back = Ties.of(len(staff), follower=self.employer, followed=staff, at=at + HOUR, rate=0.02)
        left, right = pairs(staff)
        known = rng.random(len(left)) < 0.95
        both = np.maximum(hired[np.searchsorted(staff, left)], hired[np.searchsorted(staff, right)])
        team = mutual(town, left[known], right[known], rng=rng, rate=self.friendly, since=both[known])
        return Ties.joined([loyal, back, team])

    def posts(self, town: Town, rng: Rng) -> Posts:
        day = np.repeat(np.arange(town.plan.society.days - 1), rng.poisson(0.7, town.plan.society.days - 1))
        day = day[day % 7 < 5]
        at = town.start + day * DAY + (rng.uniform(9, 17, len(day)) * HOUR).astype(np.int64)
        return Posts.of(len(day), author=self.employer, at=at, client=SCHEDULER, tag=CAUSES - 1 - self.employer)


@dataclass(frozen=True)
class Newsroom(Scene):
    """Outlets of one owner: the same links at the same minute, each reposting the others, in the open."""

    outlets: Ints

    @property
    def groups(self) -> tuple[Group, ...]:
        return (Group("newsroom", self.outlets, nobody()),)

    def ties(self, town: Town, rng: Rng) -> Ties:
        left, right = pairs(self.outlets)
        return mutual(town, left, right, rng=rng, rate=0.15, haste=0.1)

    def posts(self, town: Town, rng: Rng) -> Posts:
        stories = 90
        at = np.repeat(town.moments(stories, rng, until=0.99), len(self.outlets))
        author, url = np.tile(self.outlets, stories), np.repeat(CAUSES + np.arange(stories), len(self.outlets))
        kept = rng.random(len(at)) < 0.6
        at = at + rng.integers(0, 5 * MINUTE, len(at))
        rows = Posts.of(len(at), author=author, at=at, url=url + int(self.outlets[0]) * 1_000, client=SCHEDULER)
        return rows.rows(kept)


@dataclass(frozen=True)
class Activists(Scene):
    """People of one cause who post together at an agreed hour on some evenings."""

    members: Ints
    tag: int
    hour: int

    @property
    def groups(self) -> tuple[Group, ...]:
        return (Group("activists", self.members, nobody()),)

    def ties(self, town: Town, rng: Rng) -> Ties:
        left, right = pairs(self.members)
        known = rng.random(len(left)) < 0.25
        comrades = mutual(town, left[known], right[known], rng=rng, rate=0.12)
        speaker = self.members[:1]
        others = self.members[1:]
        at = town.people.created[others].clip(int(town.people.created[speaker[0]])) + 5 * DAY
        heard = Ties.of(len(others), follower=others, followed=speaker[0], at=at, rate=0.5, haste=0.15)
        return Ties.joined([comrades, heard])

    def posts(self, town: Town, rng: Rng) -> Posts:
        evenings = rng.choice(town.plan.society.days - 2, int(rng.integers(4, 8)), replace=False)
        author, day = np.tile(self.members, len(evenings)), np.repeat(evenings, len(self.members))
        there = rng.random(len(author)) < 0.6
        author, day = author[there], day[there]
        minute = rng.exponential(12, len(author))
        at = town.start + day * DAY + self.hour * HOUR + (minute * MINUTE).astype(np.int64)
        return Posts.of(len(author), author=author, at=at, tag=self.tag, client=town.clients(author, at, rng))


@dataclass(frozen=True)
class Draw(Scene):
    """A prize draw: follow and comment to win; some leave when it is over."""

    members: Ints
    host: int

    @property
    def groups(self) -> tuple[Group, ...]:
        return (Group("prize_draw", self.members, nobody()),)

    def _day(self, town: Town) -> int:
        return int(town.start + (20 + self.host * 7 % (town.plan.society.days - 40)) * DAY + 11 * HOUR)

    def ties(self, town: Town, rng: Rng) -> Ties:
        count = len(self.members)
        at = self._day(town) + np.minimum(rng.exponential(9 * HOUR, count), 40 * HOUR).astype(np.int64)
        at = np.maximum(town.waking(self.members, at, rng), town.people.created[self.members] + MINUTE)
        leaves = rng.random(count) < 0.2
        ended = np.where(leaves, np.minimum(at + rng.integers(3 * DAY, 20 * DAY, count), town.end - 1), NONE)
        return Ties.of(count, follower=self.members, followed=self.host, at=at, ended=ended, warmth=0.3)

    def posts(self, town: Town, rng: Rng) -> Posts:
        return Posts.of(1, author=self.host, at=self._day(town), tag=CAUSES - 1, client=1)

    def acts(self, town: Town, board: Board, rng: Rng) -> Acts:
        post = board.of(np.array([self.host]))
        post = post[board.posts.at[post] == self._day(town)][:1]
        if not len(post):  # the host was away on that day
            return Acts.of(0)
        takes_part = self.members[rng.random(len(self.members)) < 0.85]
        at = self._day(town) + np.minimum(rng.exponential(9 * HOUR, len(takes_part)), 40 * HOUR).astype(np.int64)
        at = town.waking(takes_part, at, rng) + 2 * MINUTE
        client = town.clients(takes_part, at, rng)
        return Acts.of(len(at), actor=takes_part, post=post[0], target=self.host, kind=COMMENT, at=at, client=client)


@dataclass(frozen=True)
class Press(Scene):
    """A day of fame: talk about somebody, and a burst of followers who stay and react."""

    members: Ints
    star: int

    @property
    def groups(self) -> tuple[Group, ...]:
        return (Group("press_burst", self.members, nobody()),)

    def _moment(self, town: Town) -> int:
        return int(town.start + (15 + self.star * 11 % (town.plan.society.days - 30)) * DAY + 8 * HOUR)

    def _times(self, town: Town, rng: Rng) -> Ints:
        at = self._moment(town) + rng.gamma(1.5, 7 * HOUR, len(self.members)).astype(np.int64)
        return np.maximum(town.waking(self.members, at, rng), town.people.created[self.members] + MINUTE)

    def ties(self, town: Town, rng: Rng) -> Ties:
        return Ties.of(len(self.members), follower=self.members, followed=self.star, at=self._times(town, rng))

    def acts(self, town: Town, board: Board, rng: Rng) -> Acts:
        talks = rng.random(len(self.members)) < 0.4
        who, at = self.members[talks], self._times(town, rng)[talks]
        return Acts.of(len(who), actor=who, target=self.star, kind=MENTION, at=at, client=town.clients(who, at, rng))


@dataclass(frozen=True)
class StarterPack(Scene):
    """People who follow the same list of accounts with one click, each on a day of their own."""

    members: Ints
    pack: Ints

    @property
    def groups(self) -> tuple[Group, ...]:
        return (Group("starter_pack", self.members, nobody()),)

    def ties(self, town: Town, rng: Rng) -> Ties:
        follower, followed = np.repeat(self.members, len(self.pack)), np.tile(self.pack, len(self.members))
        click = np.maximum(town.moments(len(self.members), rng), town.people.created[self.members] + MINUTE)
        at = np.repeat(town.waking(self.members, click, rng), len(self.pack)) + rng.integers(
            0, 20 * SECOND, len(follower)
        )
        proper = (follower != followed) & (rng.random(len(at)) < 0.97)
        return Ties.of(len(at), follower=follower, followed=followed, at=at).rows(proper)


@dataclass(frozen=True)
class MutualFans(Scene):
    """People of different communities who follow each other and really react to each other."""

    members: Ints

    @property
    def groups(self) -> tuple[Group, ...]:
        return (Group("mutual_fans", self.members, nobody()),)

    def ties(self, town: Town, rng: Rng) -> Ties:
        left, right = pairs(self.members)
        known = rng.random(len(left)) < 0.6
        return mutual(town, left[known], right[known], rng=rng, rate=0.25)


def mutual(
    town: Town,
    left: Ints,
    right: Ints,
    *,
    rng: Rng,
    rate: float,
    haste: float = 1.0,
    since: Ints | None = None,
) -> Ties:
    """Follows in both directions, the second some days after the first."""
    first = np.maximum(town.people.created[left], town.people.created[right])
    if since is not None:
        first = np.maximum(first, since)
    at = first + (rng.beta(1.2, 1.5, len(left)) * (town.end - first) * 0.8).astype(np.int64)
    if since is not None:
        at = np.where(since > 0, first + rng.exponential(2 * DAY, len(left)).astype(np.int64), at)
    back = np.minimum(at + rng.exponential(2 * DAY, len(left)).astype(np.int64), town.end - 1)
    columns = {"rate": rate, "haste": haste}
    there = Ties.of(len(left), follower=left, followed=right, at=np.minimum(at, town.end - 1), **columns)
    return Ties.joined([there, Ties.of(len(left), follower=right, followed=left, at=back, **columns)])
