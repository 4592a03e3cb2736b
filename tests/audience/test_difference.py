"""Adverts against other posts, tier against tier: a planted difference is found, none is said to be none."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scene import DAY, START, judged, like, names, network

from graphkit.audience.difference import adverts_and_others, between_tiers


def told(reactions: dict[bool, list[int]]) -> tuple[float, float, float]:
    """Ratio with its ends for an account whose adverts and other posts get so many reactions."""
    posts, acts = [], []
    for paid, counts in reactions.items():
        for k, count in enumerate(counts):
            post = f"{'paid' if paid else 'own'}{k}"
            posts.append({"id": post, "author": "star", "at": START + k * DAY, "tags": ["reklam"] if paid else []})
            acts += [like(one, post, START + k * DAY + 1_000) for one in names("p", count)]
    posts.append({"id": "last", "author": "other", "at": START + 90 * DAY})
    graph = network([(one, "star") for one in names("p", 40)], acts, posts)
    found = adverts_and_others(graph, "star", judged(graph))
    return found.ratio, found.low, found.high  # type: ignore[return-value]


def test_b205_adverts_that_move_half_as_many_are_told() -> None:
    """B205: branded against unbranded, with an interval."""
    ratio, low, high = told({True: [9, 10, 11, 10, 9, 11], False: [19, 20, 21, 20, 20, 20, 20, 20]})
    assert ratio == pytest.approx(0.5)
    assert low < 0.5 < high < 1.0


def test_b205_equal_posts_show_no_difference_and_few_cannot_be_compared() -> None:
    ratio, low, high = told({True: [9, 20, 11, 25, 9, 16], False: [19, 10, 21, 8, 20, 12]})
    assert ratio == 1.0
    assert low < 1.0 < high
    assert told({True: [5], False: [6, 7, 8, 9, 10]}) == (None, None, None)


def test_b205_tiers_are_compared_with_an_interval() -> None:
    """B205: micro against larger; seven in a hundred of equal pairs may seem to differ, not more."""
    rng = np.random.default_rng(0)

    def table(factor: float) -> pa.Table:
        rate = np.r_[factor * rng.lognormal(-3, 0.5, 40), rng.lognormal(-3, 0.5, 40)]
        return pa.table({"tier": ["micro"] * 40 + ["macro"] * 40, "rate": rate})

    better = between_tiers(table(2.0), "micro", "macro")
    assert better.low is not None
    assert better.low > 1.0
    assert next(better.explain()).endswith("(40 and 40): more.")
    equal = [between_tiers(table(1.0), "micro", "macro") for _ in range(200)]
    assert sum(one.low > 1.0 or one.high < 1.0 for one in equal) <= 21  # type: ignore[operator]  # 5 %, 2 errors of 1.5 %, bootstrap of 40
