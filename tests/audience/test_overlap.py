"""What audiences share, against sets; what a set reaches, against every set there is."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scene import names, network

from graphkit.audience.rosters import overlap as module
from graphkit.audience.rosters.overlap import best, overlap
from graphkit.errors import UsageError

audiences = st.lists(st.sets(st.integers(0, 130)), min_size=2, max_size=6)


def followed(groups: list[set[int]]) -> list[tuple[str, str]]:
    stars = [("nobody", star) for star in names("s", len(groups))]  # so that everyone is in the network
    return stars + [
        (f"u{follower:03}", names("s", len(groups))[k]) for k, group in enumerate(groups) for follower in group
    ]


@pytest.mark.parametrize("dense", [False, True])
@settings(deadline=None, max_examples=20)
@given(groups=audiences)
def test_shared_followers_are_those_of_the_sets(dense: bool, groups: list[set[int]]) -> None:
    graph = network(followed(groups))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_FASTER", 10**9 if dense else 0)  # force one way, then the other
        found = overlap(graph, names("s", len(groups)))
    everyone = [group | {-1} for group in groups]
    assert found.shared.tolist() == [[len(a & b) for b in everyone] for a in everyone]
    assert found.union == len(set.union(*everyone))
    rest = [set.union(*(b for j, b in enumerate(everyone) if j != i)) for i in range(len(everyone))]
    assert found.only.tolist() == [len(a - b) for a, b in zip(everyone, rest, strict=True)]


def test_overlap_is_told_as_share_of_the_smaller_side_and_of_both() -> None:
    graph = network([(f"u{k}", "big") for k in range(10)] + [(f"u{k}", "small") for k in range(6, 11)])
    found = overlap(graph, ["big", "small"])
    assert found.sizes.tolist() == [10, 5]
    assert found.of_smaller[0, 1] == 4 / 5
    assert found.of_union[0, 1] == 4 / 11


def test_b203_a_set_is_worth_less_than_the_sum_of_its_parts() -> None:
    """B203: many small voices are weighed by their union, not by their sum."""
    graph = network([(f"u{k}", name) for name, reached in (("a", range(10)), ("b", range(5, 15))) for k in reached])
    found = overlap(graph, ["a", "b"])
    assert (found.sizes.sum(), found.union) == (20, 15)


@settings(deadline=None, max_examples=30)
@given(audiences, st.integers(1, 4))
def test_the_choice_keeps_its_guarantee_against_every_set(groups: list[set[int]], size: int) -> None:
    graph = network(followed(groups))
    choice = best(graph, size, candidates=names("s", len(groups)))
    everyone = [group | {-1} for group in groups]
    optimum = max(len(set.union(*some)) for some in combinations(everyone, min(size, len(everyone))))
    assert choice.reach <= optimum <= choice.best_possible + 1e-9
    assert choice.reach >= (1 - 1 / np.e) * optimum
    assert choice.reach == pytest.approx(choice.adds.sum())
    assert (np.diff(choice.adds) <= 1e-9).all()


def test_machines_add_nothing_to_a_choice() -> None:
    graph = network([(one, "farm") for one in names("m", 50)] + [(one, "small") for one in names("p", 5)])
    people = np.array([not name.startswith("m") for name in graph.account_ids], dtype=float)
    choice = best(graph, 2, candidates=["farm", "small"], people=people)
    assert choice.accounts == ("small",)
    assert (choice.reach, choice.guarantee) == (5.0, 1.0)


def test_asking_for_nothing_is_refused_with_a_sentence() -> None:
    graph = network([("a", "b")])
    with pytest.raises(UsageError, match="1 or more"):
        best(graph, 0, candidates=["b"])
    with pytest.raises(UsageError, match="no account was named"):
        overlap(graph, [])
