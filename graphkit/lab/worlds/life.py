"""Ordinary life: posts, the reactions of followers and of their followers, conversations; and what to expect of a post.

A follower reacts to a post with probability 1 - exp(-rate * factor): `rate` belongs to the tie, `factor` to the post.
So the expected number of distinct people who react to a post of an account is known exactly for its followers; what
reposts add to it is averaged over many repetitions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from graphkit.lab.worlds.parts import (
    DAY,
    HOUR,
    LIKE,
    MINUTE,
    NONE,
    PLAIN,
    QUOTE,
    REPLY,
    REPOST,
    SHOUT,
    Acts,
    Floats,
    Ints,
    Posts,
    Rng,
    Ties,
    contains,
    first_of_each,
    keys,
)
from graphkit.lab.worlds.people import Town
from graphkit.lab.worlds.scene import Board
from graphkit.lab.worlds.ties import rates

FACTOR_SIGMA: Final = 0.3  # of the lognormal factor of ordinary posts; its mean is 1
VIRAL: Final = 6.0  # a viral post is reacted to that many times more
FAST: Final = 0.08  # what a fast account's delays are multiplied by
MOST: Final = 1.5  # largest rate of a tie
REPEATS: Final = 12  # repetitions of what reposts add, for the truth
WRITERS: Final = 6.0  # how much more creators write


def written(town: Town, rng: Rng) -> Posts:
    """The posts of ordinary people."""
    society, people = town.plan.society, town.people
    drive = people.activity * np.where(people.creator, WRITERS, 1.0)
    drive = drive * ~people.dormant * ~people.lurker * ~people.automated
    mean = np.minimum(drive / max(drive.sum(), 1e-9) * society.posts * town.persons, 3.0 * society.days)
    author = np.repeat(np.arange(town.n), rng.poisson(mean))
    days = town.start + rng.integers(0, society.days - 1, len(author)) * DAY
    at = town.daytimes(author, days, rng)
    there = at > people.created[author]
    author, at = author[there], at[there]
    topic = people.community[author] * TOPICS + np.minimum(rng.zipf(1.5, len(author)), TOPICS) - 1
    site = people.community[author] * SITES + np.minimum(rng.zipf(1.3, len(author)), SITES) - 1
    return Posts.of(
        len(author),
        author=author,
        at=at,
        client=town.clients(author, at, rng),
        tag=np.where(rng.random(len(author)) < 0.35, topic, NONE),
        url=np.where(rng.random(len(author)) < 0.12, site, NONE),
        style=np.where(rng.random(len(author)) < society.shouts, SHOUT, PLAIN) if society.shouts else PLAIN,
    )


TOPICS: Final = 60  # tags a community has of its own
SITES: Final = 200


def factors(count: int, viral: float, rng: Rng) -> Floats:
    """How much more than usual each post is reacted to."""
    ordinary = rng.lognormal(-(FACTOR_SIGMA**2) / 2, FACTOR_SIGMA, count)
    factor: Floats = np.where(rng.random(count) < viral, VIRAL, 1.0) * ordinary
    return factor


@dataclass(frozen=True)
class Reactions:
    """What ordinary people did, and what they were to be expected to do."""

    acts: Acts
    moved: Floats  # expected distinct reacting people to one post, by account; NaN: no posts
    rate: Floats  # by tie


def live(town: Town, ties: Ties, board: Board, *, rng: Rng) -> Reactions:
    """Reactions of followers to posts, of their followers to reposts, and conversations below posts."""
    line = _Timeline(ties, board)
    rate = _scaled(town, ties, line, rng)
    hits, post = line.draw(rate, board, rng)
    tie = ties.rows(hits)
    seen = first_of_each(keys(tie.follower, post))
    tie, post = tie.rows(seen), post[seen]
    first = _react(town, board, _Viewing(tie.follower, post, board.posts.at[post], tie.haste, tie.warmth), rng)
    hop = _Hop(town, ties, rate, board)
    second = hop.seen(first, rng)
    moved = _expected(_Setting(town, ties, rate, line, hop, board), first, rng)
    main = Acts.joined([first, _react(town, board, second, rng)])
    extra = [_also_liked(town, main, rng), _talk(town, main, board, rng)]
    return Reactions(acts=Acts.joined([main, *extra]), moved=moved, rate=rate)


class _Timeline:
    """Which posts each tie can see: those of the followed account from the follow on."""

    def __init__(self, ties: Ties, board: Board) -> None:
        posts = board.posts.rows(board.order)
        base = int(min(posts.at.min(initial=0), ties.at.min(initial=0)))
        stamp = (posts.author << 42) | (posts.at - base)
        self.first = np.searchsorted(stamp, (ties.followed << 42) | np.maximum(ties.at - base, 0))
        self.last = np.maximum(board.bounds[ties.followed + 1], self.first)
        self.weight = np.r_[0.0, np.cumsum(board.factor[board.order])]

    @property
    def count(self) -> Ints:
        return self.last - self.first

    @property
    def total(self) -> Floats:
        """Sum of the factors of the posts a tie can see."""
        return self.weight[self.last] - self.weight[self.first]

    def draw(self, rate: Floats, board: Board, rng: Rng) -> tuple[Ints, Ints]:
        """Ties and posts of reactions; a pair may come more than once."""
        tie = np.repeat(np.arange(len(rate)), rng.poisson(rate * self.total))
        low, high = self.weight[self.first[tie]], self.weight[self.last[tie]]
        place = np.searchsorted(self.weight, low + rng.random(len(tie)) * (high - low), side="right") - 1
        return tie, board.order[np.clip(place, self.first[tie], self.last[tie] - 1)]


def _scaled(town: Town, ties: Ties, line: _Timeline, rng: Rng) -> Floats:
    """Rates that sum to the plan's mean number of reactions an account; ties with a rate of their own keep it."""
    own = ~np.isnan(ties.rate)
    weight = np.where(own, 0.0, rates(town, ties, rng))
    wanted = town.plan.society.actions * town.persons
    rate, total = weight, line.total
    for _ in range(4):  # the cap takes some away; the others make up for it
        rate = np.minimum(rate * wanted / max(float((rate * total).sum()), 1e-9), MOST)
    attentive = ~town.people.dormant[ties.follower] & ~town.people.automated[ties.follower]
    scaled: Floats = np.where(own, np.nan_to_num(ties.rate), rate) * attentive
    return scaled


@dataclass(frozen=True)
class _Viewing:
    """Accounts about to react to posts that they saw at some time."""

    account: Ints
    post: Ints
    seen: Ints
    haste: Floats
    warmth: Floats


def _react(town: Town, board: Board, viewing: _Viewing, rng: Rng) -> Acts:
    """Turn viewings into acts: when, what kind, with which client."""
    society, people = town.plan.society, town.people
    account = viewing.account
    scale = society.delay_minutes * MINUTE * viewing.haste * np.where(people.fast[account], FAST, 1.0)
    delay = np.maximum(scale * rng.lognormal(0, society.delay_sigma, len(account)), 1_500)
    at = town.waking(account, viewing.seen + delay.astype(np.int64), rng)
    draw = rng.random(len(account))
    repost = people.reposting[account]
    reply = repost + people.replying[account] * np.where(viewing.warmth > 2, 3.0, 1.0)
    kind = np.select([draw < repost, draw < reply, draw < reply + 0.03], [REPOST, REPLY, QUOTE], LIKE)
    return Acts.of(
        len(account),
        actor=account,
        post=viewing.post,
        target=board.posts.author[viewing.post],
        kind=kind,
        at=at,
        client=town.clients(account, at, rng),
    )


class _Hop:
    """The followers of those who repost."""

    def __init__(self, town: Town, ties: Ties, rate: Floats, board: Board) -> None:
        self._town, self._board = town, board
        self._order = np.argsort(ties.followed, kind="stable")
        self._ties = ties
        self._bounds = np.searchsorted(ties.followed[self._order], np.arange(town.n + 1))
        self._weight = np.r_[0.0, np.cumsum(rate[self._order])]
        self._follows = np.sort(keys(ties.follower, ties.followed))

    def seen(self, first: Acts, rng: Rng) -> _Viewing:
        """Who comes to see a post because of a repost and is about to react: nobody twice, no follower of its author."""
        reposts = first.rows(first.kind == REPOST)
        low, high = self._weight[self._bounds[reposts.actor]], self._weight[self._bounds[reposts.actor + 1]]
        boost = self._town.plan.society.cascade * np.sqrt(self._board.factor[reposts.post])
        source = np.repeat(np.arange(len(reposts)), rng.poisson(boost * (high - low)))
        place = np.searchsorted(
            self._weight, low[source] + rng.random(len(source)) * (high - low)[source], side="right"
        )
        tie = self._order[np.clip(place - 1, 0, len(self._order) - 1)]
        account, post, at = self._ties.follower[tie], reposts.post[source], reposts.at[source]
        author = self._board.posts.author[post]
        new = (self._ties.at[tie] <= at) & (account != author) & ~contains(self._follows, keys(account, author))
        new &= ~contains(np.sort(keys(first.actor, first.post)), keys(account, post))
        account, post, at = account[new], post[new], at[new]
        once = first_of_each(keys(account, post))
        ones = np.ones(len(once))
        return _Viewing(account[once], post[once], at[once], ones, ones)


@dataclass(frozen=True)
class _Setting:
    """What the expectation needs to know."""

    town: Town
    ties: Ties
    rate: Floats
    line: _Timeline
    hop: _Hop
    board: Board


def _expected(setting: _Setting, first: Acts, rng: Rng) -> Floats:
    """Distinct people to be expected to react to one post, averaged over the posts of each account."""
    town, ties, board = setting.town, setting.ties, setting.board
    chance = _chance(setting.rate, town.plan.society.viral)
    reposting = chance * town.people.reposting[ties.follower]
    near = np.bincount(ties.followed, chance * setting.line.count, town.n)
    reposts = np.bincount(ties.followed, reposting * setting.line.count, town.n)
    author = board.posts.author[first.post]
    happened = np.bincount(author[first.kind == REPOST], minlength=town.n)
    further = np.zeros(town.n)
    for _ in range(REPEATS):
        further += np.bincount(board.posts.author[setting.hop.seen(first, rng).post], minlength=town.n) / REPEATS
    overall = further.sum() / max(happened.sum(), 1)
    each = np.where(happened > 0, further / np.maximum(happened, 1), overall)
    posts = np.bincount(board.posts.author, minlength=town.n)
    with np.errstate(invalid="ignore"):
        moved: Floats = np.where(posts > 0, (near + reposts * each) / posts, np.nan)
    return moved


def _chance(rate: Floats, viral: float) -> Floats:
    """Chance of a reaction to one post, averaged over how posts fare (Gauss-Hermite over the lognormal factor)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(7)
    factor = np.exp(FACTOR_SIGMA * nodes - FACTOR_SIGMA**2 / 2)
    weights = weights / weights.sum()
    chance = np.zeros(len(rate))
    for value, weight in zip(factor, weights, strict=True):
        chance -= weight * ((1 - viral) * np.expm1(-rate * value) + viral * np.expm1(-rate * value * VIRAL))
    return chance


def _also_liked(town: Town, main: Acts, rng: Rng) -> Acts:
    """Some who repost or reply also like."""
    rows = main.rows((main.kind != LIKE) & (rng.random(len(main)) < 0.3))
    at = rows.at + rng.integers(500, 20_000, len(rows))
    columns = {"actor": rows.actor, "post": rows.post, "target": rows.target, "client": rows.client}
    return Acts.of(len(rows), kind=LIKE, at=at, **columns)


def _talk(town: Town, main: Acts, board: Board, rng: Rng) -> Acts:
    """Authors answer replies, and some talks go on."""
    rounds, turn = [], main.rows(main.kind == REPLY)
    for answered in (0.35, 0.5, 0.5, 0.4):
        turn = turn.rows((rng.random(len(turn)) < answered) & ~town.people.dormant[turn.target])
        at = town.waking(turn.target, turn.at + rng.exponential(0.7 * HOUR, len(turn)).astype(np.int64), rng)
        client = town.clients(turn.target, at, rng)
        turn = Acts.of(
            len(turn), actor=turn.target, target=turn.actor, post=turn.post, kind=REPLY, at=at, client=client
        )
        rounds.append(turn)
    return Acts.joined(rounds)
