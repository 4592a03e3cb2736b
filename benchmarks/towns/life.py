"""Ordinary life: people post on their visits, followers react to what they see, reposts carry it one circle on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from benchmarks.towns.world import HOUR, LIKE, QUOTE, REPLY, REPOST, Reals, Rows, World


@dataclass(frozen=True)
class Reach:
    """Who sees whom: for each account a row of others with the weight of their attention."""

    start: Rows
    who: Rows
    since: Reals
    until: Reals
    notified: NDArray[Any]
    warm: NDArray[Any]
    mass: Reals  # running sum of weights, one longer than `who`

    @classmethod
    def of(cls, size: int, source: Rows, who: Rows, weight: Reals, **columns: NDArray[Any]) -> Reach:
        order = np.argsort(source, kind="stable")
        sorted_columns = {name: np.asarray(column)[order] for name, column in columns.items()}
        return cls(
            start=np.searchsorted(source[order], np.arange(size + 1)),
            who=who[order],
            mass=np.concatenate([[0.0], np.cumsum(weight[order])]),
            **sorted_columns,
        )


@dataclass(frozen=True)
class Wave:
    """Reactions in the making: row of the post, who, when, what."""

    row: Rows
    actor: Rows
    at: Reals
    kind: Rows
    warm: NDArray[Any]

    def __add__(self, other: Wave) -> Wave:
        return Wave(*(np.concatenate([getattr(self, f), getattr(other, f)]) for f in self.__dataclass_fields__))

    def __getitem__(self, pick: NDArray[Any]) -> Wave:
        return Wave(*(getattr(self, f)[pick] for f in self.__dataclass_fields__))


class Life:
    """The spreading of posts in one settled world."""

    def __init__(self, world: World) -> None:
        self.world = world
        people, ties = world.accounts, world.follows
        alive = np.isin(people["kind"], ("person", "ring", "pod", "compromised"))
        weight = world.manners.reach * ties["warmth"] * people["eager"][ties["follower"]] * alive[ties["follower"]]
        until = np.where(np.isnan(ties["ended"]), np.inf, ties["ended"])
        self.followers = Reach.of(
            len(people), ties["followed"], ties["follower"], weight,
            since=ties["at"], until=until, notified=ties["notified"], warm=ties["warmth"] >= 4,
        )  # fmt: skip
        self.mates = self._circles()

    def _circles(self) -> Reach:
        people = self.world.accounts
        members = np.flatnonzero(people["circle"] >= 0)
        members = members[np.argsort(people["circle"][members], kind="stable")]
        bounds = np.flatnonzero(np.diff(people["circle"][members], prepend=-2, append=-2))
        pairs = [np.stack(np.meshgrid(c, c)).reshape(2, -1) for c in np.split(members, bounds[1:-1]) if len(c)]
        left, right = np.concatenate(pairs, axis=1) if pairs else np.zeros((2, 0), np.int64)
        left, right = left[left != right], right[left != right]
        size, n = len(people), len(left)
        weight = self.world.manners.echo * np.minimum(people["eager"][right], 3.0)
        return Reach.of(
            size, left, right, weight, since=np.full(n, -np.inf), until=np.full(n, np.inf),
            notified=np.zeros(n, bool), warm=np.ones(n, bool),
        )  # fmt: skip

    def write_posts(self) -> None:
        """Everyone posts on own visits, as often as is their habit."""
        world = self.world
        wanted = np.repeat(
            np.arange(len(world.accounts)), world.rng.poisson(world.accounts["posting"] * world.manners.days)
        )
        author, at = world.some_visits(wanted)
        world.posts.add(len(author), author=author, at=at)

    def _drawn(self, reach: Reach, source: Rows, row: Rows, alpha: Reals, at: Reals) -> Wave:
        """Who of the sources' audiences reacts: chance 1 - exp(-alpha x weight) for each."""
        world, rng = self.world, self.world.rng
        low = reach.mass[reach.start[source]]
        mass = reach.mass[reach.start[source + 1]] - low
        again = np.repeat(np.arange(len(source)), rng.poisson(alpha * mass))
        spot = low[again] + rng.random(len(again)) * mass[again]
        edge = np.clip(np.searchsorted(reach.mass, spot, side="right") - 1, 0, max(len(reach.who) - 1, 0))
        seen = at[again]
        keep = (reach.since[edge] <= seen) & (reach.until[edge] > seen)
        edge, again, seen = edge[keep], again[keep], seen[keep]
        actor, warm = reach.who[edge], reach.warm[edge].astype(bool)
        when = world.moment(actor, seen)
        alert = reach.notified[edge].astype(bool) & (when - seen < 2 * HOUR)
        when = np.where(alert, seen + 2 + rng.gamma(1.4, world.manners.notice / 1.4, len(seen)), when)
        kind = rng.choice(4, len(actor), p=world.manners.verbs)
        kind = np.where(warm & (rng.random(len(actor)) < 0.3), REPLY, kind)
        kind = np.where(alert & (rng.random(len(actor)) < 0.5), REPOST, kind)
        ok = np.isfinite(when) & (when - seen < 60 * HOUR)
        return Wave(row[again], actor, when, kind, warm)[ok]

    def spread(self, author: Rows, at: Reals, appeal: Reals) -> Wave:
        """All reactions to these posts, one a person and post, earliest first."""
        rows = np.arange(len(author))
        wave = total = self._drawn(self.followers, author, rows, appeal, at)
        echo = self._drawn(self.mates, wave.actor, wave.row, np.ones(len(wave.row)), wave.at)
        total = total + echo
        for _ in range(self.world.manners.hops):
            shared = wave[(wave.kind == REPOST) | (wave.kind == QUOTE)]
            alpha = appeal[shared.row] * self.world.manners.hop
            wave = self._drawn(self.followers, shared.actor, shared.row, alpha, shared.at)
            total = total + wave
        key = total.row * len(self.world.accounts) + total.actor
        order = np.lexsort((total.at, key))
        _, first = np.unique(key[order], return_index=True)
        total = total[order[first]]
        return total[total.actor != author[total.row]]

    def appeal(self, count: int) -> Reals:
        sigma = self.world.manners.appeal_sigma
        return np.exp(sigma * self.world.rng.standard_normal(count) - sigma**2 / 2)

    def live(self) -> None:
        """Spread every post of the town and keep the reactions, the answers and the double taps."""
        world, rng, posts = self.world, self.world.rng, self.world.posts
        wave = self.spread(posts["author"], posts["at"], self.appeal(len(posts)) * posts["boost"] * posts["spreads"])
        world.reactions.add(len(wave.row), post=wave.row, actor=wave.actor, kind=wave.kind, at=wave.at)
        both = wave[(wave.kind == REPOST) & (rng.random(len(wave.row)) < 0.35)]
        world.reactions.add(
            len(both.row), post=both.row, actor=both.actor, kind=LIKE, at=both.at - rng.random(len(both.at))
        )
        asked = wave[(wave.kind == REPLY) & (rng.random(len(wave.row)) < np.where(wave.warm, 0.55, 0.07))]
        author = posts["author"][asked.row]
        back = world.moment(author, asked.at)
        ok = np.isfinite(back)
        world.reactions.add(int(ok.sum()), post=-1, actor=author[ok], target=asked.actor[ok], kind=REPLY, at=back[ok])

    def replayed(self, creators: Rows, *, at_least: int = 400, seen_only: bool = False) -> Reals:
        """Expected distinct people who react of their own will to one post, for each creator.

        The creator's own posts are lived through again and again with chance drawn anew; what people did besides
        (entering a draw, a common hour) stays as it was. `seen_only`: posts that nobody touched do not count.
        """
        world, posts = self.world, self.world.posts
        answer = np.full(len(creators), np.nan)
        by_author = np.argsort(posts["author"], kind="stable")
        start = np.searchsorted(posts["author"][by_author], np.arange(len(world.accounts) + 1))
        batch: list[Rows] = []
        owner: list[Rows] = []
        strata: list[Reals] = []
        for place, creator in enumerate(creators):
            mine = by_author[start[creator] : start[creator + 1]]
            if not len(mine):
                continue
            again = np.tile(mine, max(1, -(-at_least // len(mine))))
            batch.append(again)
            owner.append(np.full(len(again), place))
            quantile = (world.rng.permutation(len(again)) + world.rng.random(len(again))) / len(again)
            sigma = world.manners.appeal_sigma
            strata.append(np.exp(sigma * norm.ppf(quantile) - sigma**2 / 2))
        post, whose = np.concatenate(batch), np.concatenate(owner)
        wave = self.spread(
            posts["author"][post], posts["at"][post],
            np.concatenate(strata) * posts["boost"][post] * posts["spreads"][post],
        )  # fmt: skip
        key = wave.row * len(world.accounts) + wave.actor
        key = np.concatenate([key, self._besides(post)])
        reactors = np.bincount(np.unique(key) // len(world.accounts), minlength=len(post))
        counted = reactors > 0 if seen_only else np.ones(len(post), bool)
        total = np.bincount(whose, weights=reactors, minlength=len(creators))
        return np.where(
            np.bincount(whose, minlength=len(creators)) > 0,
            total / np.maximum(np.bincount(whose, weights=counted, minlength=len(creators)), 1),
            answer,
        )

    def _besides(self, post: Rows) -> Rows:
        """Keys (replay, person) of what people did of their own will outside the cascade."""
        acts = self.world.reactions
        special = acts["special"].astype(bool) & (acts["post"] >= 0)
        order = np.argsort(post, kind="stable")
        low, high = (np.searchsorted(post[order], acts["post"][special], side=side) for side in ("left", "right"))
        again = np.repeat(np.arange(len(low)), high - low)
        step = np.arange(len(again)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
        key: Rows = order[low[again] + step] * len(self.world.accounts) + acts["actor"][special][again]
        return key
