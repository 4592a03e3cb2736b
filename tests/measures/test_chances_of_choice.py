"""The p of choosing alike comes no more often than it says, in worlds where everybody chooses alone: six shapes of taste."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pytest

from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures.choosing.board import alike, shuffled
from graphkit.measures.choosing.co_choice import board_on, looked_at
from graphkit.settings import current

START, DAY = 1_700_000_000_000, 86_400_000
LEVELS = np.array([1e-2, 1e-3, 1e-4])
LONELY, PEOPLE, POSTS, DAYS = 1_000, 1_400, 6_000, 90


@dataclass(frozen=True)
class Taste:
    """How people choose: by popularity, within communities, in the weeks they are there, and by whom they follow."""

    skew: float = 0.8  # slope of popularity
    corners: int = 1
    inside: float = 0.0  # of the choices within the own community
    stay: int = DAYS  # days that an account is there
    fed: float = 0.0  # of the choices from what those whom it follows wrote or chose before


SHAPES = {
    "flat": Taste(skew=0.0),
    "skewed": Taste(skew=1.1),
    "communities": Taste(corners=15, inside=0.85),
    "tight communities": Taste(corners=60, inside=0.97),
    "follows": Taste(corners=15, inside=0.85, fed=0.65),
    "weeks in communities": Taste(corners=8, inside=0.85, stay=15),
}


@dataclass
class Place:
    """A world in the making: who writes what, who follows whom."""

    taste: Taste
    rng: np.random.Generator
    follows: dict[int, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home = self.rng.integers(0, self.taste.corners, LONELY + PEOPLE)
        self.author = self.rng.integers(LONELY, LONELY + PEOPLE, POSTS)
        self.day = self.rng.integers(0, DAYS, POSTS)
        self.popular = self.rng.permutation(np.arange(1, POSTS + 1) ** -self.taste.skew)
        self.fame = self.rng.permutation(np.arange(1, PEOPLE + 1) ** -0.8)
        for account in range(LONELY + PEOPLE):
            near = np.where(self.home[LONELY:] == self.home[account], 1.0, 0.05) * self.fame
            self.follows[account] = LONELY + self.rng.choice(PEOPLE, 12, replace=False, p=near / near.sum())

    def chosen(self, account: int, before: dict[int, np.ndarray]) -> np.ndarray:
        """The posts that one account chooses."""
        many = int(np.clip(self.rng.lognormal(np.log(15), 0.7), 3, 200))
        come = self.rng.integers(0, DAYS - self.taste.stay + 1)
        near = self.home[self.author] == self.home[account]
        share = self.popular * ((self.day >= come) & (self.day < come + self.taste.stay))
        weight = share / share.sum() * (1 - self.taste.inside)
        weight += share * near / max((share * near).sum(), 1e-9) * self.taste.inside
        chosen = self.rng.choice(POSTS, many, p=weight / weight.sum())
        shown = [before[other] for other in self.follows[account] if other in before]
        if self.taste.fed and shown:
            of_feed = self.rng.random(many) < self.taste.fed
            chosen = np.r_[chosen[~of_feed], self.rng.choice(np.concatenate(shown), int(of_feed.sum()))]
        return np.unique(chosen)


def world(taste: Taste, seed: int) -> InfluenceGraph:
    """People who are followed, and lonely accounts, who all choose posts, and the tags of their own, without each other."""
    place, chosen = Place(taste, np.random.default_rng(seed)), dict[int, np.ndarray]()
    for account in (*range(LONELY, LONELY + PEOPLE), *range(LONELY)):
        chosen[account] = place.chosen(account, chosen)
    actor = np.concatenate([np.full(len(posts), account) for account, posts in chosen.items()])
    post = np.concatenate(list(chosen.values()))
    said = {account: place.chosen(account, {}) for account in range(LONELY + PEOPLE)}
    writer, tag = np.repeat(list(said), [len(tags) for tags in said.values()]), np.concatenate(list(said.values()))
    posts = {
        "id": [f"p{p}" for p in range(POSTS)] + [f"q{k}" for k in range(len(tag))],
        "author": [f"a{a}" for a in (*place.author, *writer)],
        "at": START + np.r_[place.day, place.day[tag]] * DAY,
        "tags": [[]] * POSTS + [[f"t{t}"] for t in tag],
    }
    ties = [(account, other) for account, others in place.follows.items() for other in others if other != account]
    return InfluenceGraph.build(
        {
            "follows": pa.table({"follower": [f"a{a}" for a, _ in ties], "followed": [f"a{b}" for _, b in ties]}),
            "posts": pa.table(posts),
            "interactions": pa.table(
                {
                    "actor": [f"a{a}" for a in actor],
                    "post": [f"p{p}" for p in post],
                    "at": START + (place.day[post] + 1) * DAY,
                    "kind": ["repost"] * len(post),
                }
            ),
        }
    )


def small_chances(graph: InfluenceGraph, layer: str) -> tuple[np.ndarray, int]:
    """How many pairs have a p of each level, and how many pairs there are."""
    many = int(looked_at(graph).sum())
    board, _ = board_on(graph, layer, seed=0)
    p = alike(board, current().choice, most=2 * LEVELS[0]).p
    return (p[:, None] <= LEVELS).sum(axis=0), many * (many - 1) // 2


@pytest.mark.parametrize("shape", SHAPES)
def test_choosing_alike_alone_is_as_rare_as_its_p_says(shape: str):
    graph = world(SHAPES[shape], seed=1)
    for layer in ("posts", "tags"):
        often, asked = small_chances(graph, layer)
        assert asked > 300_000
        assert (often <= 1.2 * asked * LEVELS).all()


def test_copies_keep_how_often_each_account_chooses_in_each_corner():
    board, _ = board_on(world(SHAPES["communities"], seed=2), "posts", seed=0)
    copy = shuffled(board, 1)

    def in_corners(one) -> np.ndarray:  # type: ignore[no-untyped-def]
        rows = np.repeat(np.arange(one.chose.shape[0]), np.diff(one.chose.indptr))
        table = np.zeros((one.chose.shape[0], one.within.shape[1]))
        np.add.at(table, (rows, one.corner[one.chose.indices]), 1)
        return table

    before, after = in_corners(board), in_corners(copy)
    assert len(np.unique(board.corner)) > 10
    assert (after <= before).all()
    assert after.sum() > 0.98 * before.sum()  # a choice drawn twice counts once
    assert (copy.chose != board.chose).nnz > 0.5 * board.chose.nnz
