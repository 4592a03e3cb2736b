"""A small made-up crowd for the tests of measures and detectors, with groups planted one by one.

Everybody has a circle of warm friends, follows popular authors, and reacts with delays around half an hour.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from graphkit.graphs.graph import InfluenceGraph

HOUR = 3_600_000
DAY = 24 * HOUR
START = 1_700_000_000_000
DAYS = 60


class Crowd:
    """Collects rows; `graph()` builds the network. Ids are a00000, a00001, ... in order of coming."""

    def __init__(self, people: int = 600, *, seed: int = 0, posts: int = 1500) -> None:
        self.rng = np.random.default_rng(seed)
        self.n = people
        self.follows: dict[tuple[int, int], int] = {}
        self.acts: list[tuple[int, int, int, str]] = []
        self.post_author = self.rng.choice(people, posts, p=_zipf(people, 0.8))
        self.post_at = np.sort(self.rng.integers(START, START + DAYS * DAY, posts))
        circles = np.array_split(self.rng.permutation(people), people // 8)
        for circle in circles:
            self.befriend(circle)
        self.fame = np.bincount(self.post_author, minlength=people).astype(float)
        for follower in range(people):
            for followed in self.rng.choice(people, 10, replace=False, p=(self.fame + 0.1) / (self.fame + 0.1).sum()):
                self.follow(follower, int(followed), int(self.rng.integers(START - 100 * DAY, START + DAYS * DAY)))
        self._react(8)

    def newcomers(self, count: int) -> np.ndarray:
        """Nodes of accounts that nobody knows."""
        self.n += count
        return np.arange(self.n - count, self.n)

    def befriend(self, circle: np.ndarray) -> None:
        """Mutual follows whose ends turn to each other."""
        for a in circle:
            for b in circle:
                if a != b:
                    self.follow(int(a), int(b), START - 50 * DAY)
                    for post in self.rng.permutation(np.flatnonzero(self.post_author == b))[:3]:
                        self.act(int(a), int(post), self.delay())

    def follow(self, follower: int, followed: int, at: int) -> None:
        if follower != followed:
            self.follows.setdefault((follower, followed), at)

    def delay(self) -> int:
        return int(self.rng.lognormal(np.log(1800), 1.2) * 1000)

    def act(self, actor: int, post: int, delay: int, kind: str = "repost") -> None:
        self.acts.append((actor, post, int(self.post_at[post]) + delay, kind))

    def _react(self, each: int) -> None:
        for a in range(self.n):
            follows = {b for (x, b) in self.follows if x == a} if self.n <= 200 else None
            posts = self.rng.integers(0, len(self.post_author), each)
            for post in posts:
                if follows is None or int(self.post_author[post]) in follows:
                    self.act(a, int(post), self.delay())

    def jobs(self, clients: list[int], count: int) -> np.ndarray:
        """Posts of some authors; new ones are made where they have too few."""
        fresh = self.rng.integers(START + DAY, START + DAYS * DAY, count)
        self.post_author = np.r_[self.post_author, self.rng.choice(clients, count)]
        self.post_at = np.r_[self.post_at, fresh]
        return np.arange(len(self.post_author) - count, len(self.post_author))

    def command(self, members: np.ndarray, posts: np.ndarray, *, share: float = 0.7, jitter_s: float = 240.0) -> None:
        """Members react to the posts within `jitter_s` seconds of an order."""
        for post in posts:
            order = int(self.rng.exponential(200_000)) + 5_000
            for member in members[self.rng.random(len(members)) < share]:
                self.act(int(member), int(post), order + int(self.rng.uniform(0, jitter_s) * 1000))

    def graph(self) -> InfluenceGraph:
        return InfluenceGraph.build(self.tables())

    def tables(self) -> dict[str, pa.Table]:
        def name(node: int) -> str:
            return f"a{node:05d}"

        return {
            "accounts": pa.table({"id": [name(i) for i in range(self.n)]}),
            "follows": pa.table(
                {
                    "follower": [name(a) for a, _ in self.follows],
                    "followed": [name(b) for _, b in self.follows],
                    "at": list(self.follows.values()),
                }
            ),
            "interactions": pa.table(
                {
                    "actor": [name(a) for a, *_ in self.acts],
                    "post": [f"p{post:06d}" for _, post, *_ in self.acts],
                    "at": [at for _, _, at, _ in self.acts],
                    "kind": [kind for *_, kind in self.acts],
                }
            ),
            "posts": pa.table(
                {
                    "id": [f"p{i:06d}" for i in range(len(self.post_author))],
                    "author": [name(int(a)) for a in self.post_author],
                    "at": self.post_at,
                }
            ),
        }


def _zipf(n: int, slope: float) -> np.ndarray:
    weight = np.arange(1, n + 1) ** -slope
    return weight / weight.sum()
