"""The plain rule of a window and a count: who came first, which posts, and a window that chance does not fill."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures.pairs import Acts, close_pairs, crowd_for
from graphkit.measures.windows import suggested_window, within
from tests.planted import Crowd

HOUR = 3_600_000


def test_a_pair_is_listed_with_who_came_first_and_on_which_posts():
    acts = [
        ("b", "p1", 1_000),
        ("a", "p1", 4_000),
        ("a", "p2", 1_000),
        ("b", "p2", 9_000),
        ("a", "p3", 0),
        ("b", "p3", 90_000),
    ]
    born = {"p1": 0, "p2": 5 * HOUR, "p3": 10 * HOUR}
    graph = InfluenceGraph.build(
        {
            "posts": pa.table({"id": list(born), "author": ["x"] * 3, "at": list(born.values())}),
            "interactions": pa.table(
                {
                    "actor": [who for who, *_ in acts],
                    "post": [post for _, post, _ in acts],
                    "at": [born[post] + late + 1 for _, post, late in acts],
                    "kind": ["repost"] * len(acts),
                }
            ),
        }
    )
    [row] = within(graph, seconds=10, times=2).to_dict("records")
    assert (row["account_a"], row["account_b"], row["together"], row["shared"]) == ("a", "b", 2, 3)
    assert row["first_was_a"] == 1
    assert row["posts"] == ["p1", "p2"]
    assert within(graph, seconds=5, times=2).empty


def test_the_suggested_window_is_as_wide_as_the_orders_are_and_there_is_none_without_orders():
    crowd = Crowd(400, seed=90)
    assert suggested_window(crowd.graph(), times=3) is None
    bots = crowd.newcomers(15)
    crowd.command(bots, crowd.jobs([5, 80], 40), share=0.6, jitter_s=50.0)
    graph = crowd.graph()
    window = suggested_window(graph, times=3)
    assert window is not None
    assert window.seconds >= 60
    pairs = within(graph, seconds=window.seconds, times=3)
    names = {f"a{bot:05d}" for bot in bots}
    assert (pairs["account_a"].isin(names) & pairs["account_b"].isin(names)).mean() >= 0.9


def test_crowded_posts_are_searched_whole_up_to_a_number_of_pairs_and_then_by_sample():
    rng = np.random.default_rng(3)
    actor = np.concatenate([rng.permutation(400) for _ in range(3)]).astype(np.int32)
    acts = Acts(np.arange(4) * 400, actor, np.zeros(1_200, np.int64), np.arange(3, dtype=np.int32))
    every = 400 * 399 // 2

    def searched(most: int) -> int:
        crowd = crowd_for(acts, window=10, most=most)
        return len(close_pairs(acts, np.zeros(3), window=10, needed=3, crowd=crowd))

    assert searched(3 * every) == every
    assert 0 < searched(3 * every - 1) <= 0.6 * every
