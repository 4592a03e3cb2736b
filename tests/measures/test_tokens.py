"""Rare tags and links shared by accounts that nobody cares for: machines are found; staff, fans and bundles are left alone."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from graphkit.detectors.bot_clusters import BotClusters
from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures.choosing.co_choice import choices
from tests.planted import DAY, DAYS, START, Crowd

LAYERS = {"tags": "tags", "links": "urls"}
POPULAR = 1.0 / np.arange(1, 1501)


class Writers(Crowd):
    """A crowd whose posts carry tags and links."""

    def __init__(self, layer: str, *, seed: int) -> None:
        super().__init__(1200, seed=seed, posts=4000)
        self.layer = layer
        self.own: list[tuple[int, int, list[str]]] = []  # author, time, tags or links
        for author in range(self.n):
            for token in self.usual(8):
                self.write(author, [token])

    def usual(self, many: int) -> list[str]:
        """What people use: a few things by many, most by few."""
        return [f"t{token}" for token in self.rng.choice(len(POPULAR), many, p=POPULAR / POPULAR.sum())]

    def write(self, author: int, tokens: list[str], at: int | None = None) -> int:
        """A post of an account; its time."""
        at = int(self.rng.integers(START, START + DAYS * DAY)) if at is None else at
        self.own.append((author, at, tokens))
        return at

    def tables(self) -> dict[str, pa.Table]:
        tables = super().tables()
        own = pa.table(
            {
                "id": [f"q{k:06d}" for k in range(len(self.own))],
                "author": [f"a{author:05d}" for author, *_ in self.own],
                "at": pa.array([at for _, at, _ in self.own], tables["posts"]["at"].type),
                LAYERS[self.layer]: [tokens for *_, tokens in self.own],
            }
        )
        return tables | {"posts": pa.concat_tables([tables["posts"], own], promote_options="default")}

    def busy(self, count: int) -> np.ndarray:
        """Accounts that nobody knows, who follow some people and use what others use."""
        fresh = self.newcomers(count)
        for one in fresh:
            for other in self.rng.choice(1200, 8, replace=False):
                self.follow(int(one), int(other), int(self.rng.integers(START - 90 * DAY, START + DAYS * DAY)))
            for token in self.usual(8):
                self.write(int(one), [token])
        return fresh


def named(graph: InfluenceGraph) -> set[int]:
    return {int(a[1:]) for finding in BotClusters().detect(graph, seed=0) for a in finding.accounts}


@pytest.mark.parametrize("layer", LAYERS)
def test_machines_that_spread_the_same_rare_things_are_found(layer: str):
    crowd = Writers(layer, seed=1)
    bots = crowd.busy(14)
    for bot in bots:
        for token in crowd.rng.choice(24, 12, replace=False):
            crowd.write(int(bot), [f"ordered{token}"])
    graph = crowd.graph()
    [group] = choices(graph, 0, layer).found
    assert set(group.members.tolist()) == set(bots.tolist())
    assert group.close > 3 * group.due
    assert all(name.startswith("ordered") for name in group.names)
    assert named(graph) == set(bots.tolist())
    [finding] = BotClusters().detect(graph, seed=0)
    assert 24 <= finding.detail[layer] == group.shared <= 26  # and one or two that others use


@pytest.mark.parametrize("layer", LAYERS)
def test_what_their_house_wrote_before_is_no_sign_among_lonely_staff(layer: str):
    crowd = Writers(layer, seed=2)
    staff = crowd.busy(14)
    for one in staff:
        crowd.follow(int(one), 7, START - 50 * DAY)
    for token in range(24):
        at = crowd.write(7, [f"article{token}"], int(START + crowd.rng.integers(0, DAYS - 1) * DAY))
        for one in staff[crowd.rng.random(len(staff)) < 0.5]:
            crowd.write(int(one), [f"article{token}"], at + int(crowd.rng.integers(60_000, DAY)))
    graph = crowd.graph()
    assert choices(graph, 0, layer).found == ()
    assert named(graph) == set()


@pytest.mark.parametrize("layer", LAYERS)
def test_lonely_fans_among_many_who_use_the_same_are_a_crowd_and_not_a_group(layer: str):
    crowd = Writers(layer, seed=3)
    fans = crowd.busy(14)
    for one in (*fans, *range(300, 360)):
        for token in crowd.rng.choice(24, 12, replace=False):
            crowd.write(int(one), [f"club{token}"])
    graph = crowd.graph()
    assert choices(graph, 0, layer).found == ()
    assert named(graph) == set()


def test_what_everybody_uses_says_nothing():
    crowd = Writers("tags", seed=4)
    keen = crowd.busy(14)
    for one in keen:
        for token in range(8):
            crowd.write(int(one), [f"t{token}"])
    assert choices(crowd.graph(), 0, "tags").found == ()


def test_a_bundle_of_tags_is_one_choice():
    crowd = Writers("tags", seed=5)
    for one in crowd.busy(14):
        for _ in range(6):
            crowd.write(int(one), [f"course{k}" for k in range(6)])
    assert choices(crowd.graph(), 0, "tags").found == ()
