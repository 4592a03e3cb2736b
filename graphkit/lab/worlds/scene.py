"""A scene: some accounts and what they add to a world. Crowds and planted groups are scenes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graphkit.lab.worlds.parts import Acts, Floats, Group, Ints, Posts, Rng, Ties
from graphkit.lab.worlds.people import Town


@dataclass(frozen=True)
class Board:
    """All posts of a world, found by author and time."""

    posts: Posts
    factor: Floats  # how much more than usual a post is reacted to
    reach: Floats  # followers of its author: what a stranger comes across

    @cached_property
    def order(self) -> Ints:
        """Rows sorted by author, then time."""
        rows: Ints = np.lexsort((self.posts.at, self.posts.author))
        return rows

    @cached_property
    def bounds(self) -> Ints:
        """Author a's posts are order[bounds[a]:bounds[a + 1]]."""
        bounds: Ints = np.searchsorted(self.posts.author[self.order], np.arange(len(self.reach) + 1))
        return bounds

    @cached_property
    def _limelight(self) -> Floats:
        total: Floats = np.cumsum(self.factor * (1 + self.reach[self.posts.author]))
        return total

    def of(self, authors: Ints) -> Ints:
        """Rows of the posts of some authors, in order of author and time."""
        parts = [self.order[self.bounds[a] : self.bounds[a + 1]] for a in authors]
        return np.concatenate(parts) if parts else np.zeros(0, np.int64)

    def met(self, count: int, rng: Rng) -> Ints:
        """Posts that a stranger comes across: those of well-known accounts most of all."""
        if not len(self.posts):
            return np.zeros(0, np.int64)
        picks = rng.random(count) * self._limelight[-1]
        return np.minimum(np.searchsorted(self._limelight, picks), len(self.posts) - 1)


@dataclass(frozen=True)
class Scene:
    """What a group adds to a world; a scene overrides what it has."""

    @property
    def groups(self) -> tuple[Group, ...]:
        return ()

    def ties(self, town: Town, rng: Rng) -> Ties:
        return Ties.of(0)

    def posts(self, town: Town, rng: Rng) -> Posts:
        return Posts.of(0)

    def acts(self, town: Town, board: Board, rng: Rng) -> Acts:
        return Acts.of(0)
