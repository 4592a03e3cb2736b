"""Lift: planted following of an account's lead is found, taste and bursts are not taken for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scene import DAY, START, judged, names, network

from graphkit.audience.lift import lift
from graphkit.dataset import SCHEMAS, Dataset
from graphkit.errors import UsageError
from graphkit.graphs.graph import InfluenceGraph

FOLLOWERS, OTHERS = names("f", 100), names("o", 300)


def tagged(seed: int, *, after: float, taste: float = 0.0, burst: float = 0.0, tags: int = 30) -> InfluenceGraph:
    """A star uses a new tag every other day; followers take it up after, by taste at any time, or all in a burst."""
    rng = np.random.default_rng(seed)
    posts: list[dict[str, Any]] = []

    def use(who: str, tag: int, at: int) -> None:
        posts.append({"id": f"p{len(posts):06}", "author": who, "at": at, "tags": [f"t{tag:02}"]})

    for who in FOLLOWERS + OTHERS:
        posts += [{"id": f"{who}-{k}", "author": who, "at": START + k, "tags": []} for k in range(3)]
    for tag in range(tags):
        said = START + (10 + 2 * tag) * DAY
        use("star", tag, said)
        for who in FOLLOWERS + OTHERS:
            follows = who.startswith("f")
            if follows and rng.random() < after:
                use(who, tag, said + int(rng.integers(1, DAY)))
            if follows and rng.random() < taste:
                use(who, tag, said + int(rng.integers(-8 * DAY, 8 * DAY)))
            if rng.random() < burst:
                use(who, tag, said + int(rng.integers(1, DAY)))
    return network([(one, "star") for one in FOLLOWERS], posts=posts)


def test_r4_b007_b303_a_planted_lift_is_found_with_likes_switched_off() -> None:
    """R4, B007: there is no like in these data; 50 of a thousand followers take up each tag."""
    inside = 0
    for seed in range(12):
        graph = tagged(seed, after=0.05)
        found = lift(graph, "star", judged(graph), measure="tag")
        assert found.lift is not None and found.low is not None and found.high is not None
        assert found.low > 20
        inside += found.low <= 50 <= found.high
        parts = (found.followers - found.others) - (found.followers_before - found.others_before)
        assert found.lift == pytest.approx(parts)
        assert "more than chance and taste explain" in "".join(found.explain())
    assert inside >= 10  # of 12, where 11.4 are due


@pytest.mark.parametrize("cause", [{"taste": 0.4}, {"burst": 0.05}])
def test_taste_and_a_burst_that_moves_all_are_no_lift(cause: dict[str, float]) -> None:
    """R4: followers who like such tags anyway, and a final that everybody writes about."""
    shown = 0
    for seed in range(20):
        graph = tagged(seed, after=0.0, **cause)
        found = lift(graph, "star", judged(graph), measure="tag")
        assert found.low is not None
        shown += found.low > 0
    assert shown <= 2  # of 20, where 0.5 are due


def test_b003_little_data_cannot_say() -> None:
    """B003: no claim from three tags, from nobody to compare with, or from followers who never write."""
    few, silent = tagged(0, after=0.05, tags=3), tagged(0, after=0.0)
    assert "3 things" in lift(few, "star", judged(few), measure="tag").why_not
    found = lift(silent, "star", judged(silent), measure="tag")
    assert found.lift is None
    assert next(found.explain()).startswith("Cannot say whether star moves people (tags)")
    with pytest.raises(UsageError, match="tag, link, repost, follow"):
        lift(few, "star", judged(few), measure="like")


def test_b204_reposts_after_a_brand_has_passed_a_post_on_are_lift() -> None:
    """B204: the brand channel amplifies; reposts before it did are not counted."""
    rng = np.random.default_rng(1)
    acts, posts = [], []
    for k in range(20):
        said = START + 3 * k * DAY
        posts.append({"id": f"w{k:02}", "author": "writer", "at": said})
        acts.append({"actor": "brand", "kind": "repost", "post": f"w{k:02}", "at": said + DAY})
        for who in FOLLOWERS:
            if rng.random() < 0.1:
                acts.append(
                    {"actor": who, "kind": "repost", "post": f"w{k:02}", "at": said + DAY + int(rng.integers(1, DAY))}
                )
        acts.append({"actor": OTHERS[k], "kind": "repost", "post": f"w{k:02}", "at": said + 5})
    graph = network([(one, "brand") for one in FOLLOWERS] + [(one, "writer") for one in OTHERS], acts, posts)
    found = lift(graph, "brand", judged(graph), measure="repost")
    assert found.low is not None and found.high is not None
    assert 50 < found.low < 100 < found.high


def test_follows_of_a_recommended_account_are_lift() -> None:
    """R4: who is named is followed, by those who listen."""
    rng = np.random.default_rng(2)
    rows = [{"follower": one, "followed": "star", "at": START} for one in FOLLOWERS]
    rows += [{"follower": one, "followed": "else", "at": START} for one in OTHERS]
    acts = []
    for k in range(15):
        said = START + (10 + 2 * k) * DAY
        acts.append({"actor": "star", "target": f"n{k:02}", "kind": "mention", "at": said})
        taken = [one for one in FOLLOWERS if rng.random() < 0.06]
        rows += [{"follower": one, "followed": f"n{k:02}", "at": said + int(rng.integers(1, DAY))} for one in taken]

    tables = {"follows": pa.Table.from_pylist(rows, SCHEMAS["follows"])}
    tables["interactions"] = pa.Table.from_pylist(acts, SCHEMAS["interactions"])
    graph = InfluenceGraph.build(Dataset.of(tables))
    found = lift(graph, "star", judged(graph), measure="follow")
    assert found.low is not None and found.high is not None
    assert 20 < found.low < 60 < found.high + 15
