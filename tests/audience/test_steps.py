"""The waterfall step by step, and the curve of roster size against reach: what pictures are drawn from."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scene import judged, names, network

from graphkit.audience.reach import estimate, reach
from graphkit.audience.rosters.candidates import Candidates
from graphkit.audience.rosters.curve import curve
from graphkit.audience.waterfall.doubles import doubles
from graphkit.audience.waterfall.steps import LEVELS, LOSSES, Step, waterfalls
from graphkit.errors import UsageError
from graphkit.evidence import Finding, Member
from graphkit.graphs.graph import InfluenceGraph
from graphkit.settings import defaults

CLAIMED = 100


def star() -> tuple[InfluenceGraph, Finding]:
    """100 followers on the page, 60 in the data: 10 bought, 5 traded, 5 automatic, 4 of one person, 6 in a pod, 5 who follow 2,000."""
    letters = {"b": 10, "t": 5, "a": 5, "d": 4, "q": 6, "m": 5, "p": 25}
    every = [one for letter, many in letters.items() for one in names(letter, many)]
    said = [
        {"id": one, "name": "Ada" if one[0] == "d" else one, "bio": "paints boats" if one[0] == "d" else "",
         "following": 2_000 if one[0] == "m" else 50}
        for one in every
    ]  # fmt: skip
    graph = network([(one, "star") for one in every], accounts=[*said, {"id": "star", "followers": CLAIMED}])
    pod = Finding("pod", tuple(Member(one) for one in [*names("q", 6), "star"]), evidence=())
    return graph, pod


def test_r1_every_step_has_a_count_and_a_reason_and_each_level_is_the_one_before_less_its_losses() -> None:
    """R1: claimed, seen, not bought, not ring, not automated, live, not double, not pod, reachable."""
    graph, pod = star()
    bought = {(one, "star"): 1.0 for one in names("b", 10)}
    verdicts = judged(
        graph,
        bots=dict.fromkeys(names("a", 5), 1.0),
        bought=bought,
        traded={(one, "star"): 1.0 for one in names("t", 5)},
    )
    [steps] = waterfalls(graph, ["star"], verdicts, findings=(pod,))
    assert {step.name: step.count for step in steps} == {
        "claimed": 100, "not_seen": 40, "seen": 60, "bought": 10, "ring": 5, "bot": 5, "inactive": 0, "real": 40,
        "double": 3, "pod": 6, "unreachable": 5, "reachable": 26,
    }  # fmt: skip
    assert all(step.reason and step.low <= step.count <= step.high for step in steps)
    assert str(steps[-1]) == "= 26 (25 to 27) people who can be reached, each once"
    assert estimate(graph, "star", verdicts, findings=(pod,)).steps == steps


def add_up(steps: tuple[Step, ...]) -> bool:
    """Whether every level is the level before it less the losses between them."""
    left = steps[0].count
    for step in steps[1:]:
        if step.is_level and step.count != left:
            return False
        left = step.count if step.is_level else left - step.count
    return {step.name for step in steps if step.is_level} <= set(LEVELS)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[st.floats(0, 1)] * 4), min_size=1, max_size=12))
def test_r1_steps_add_up_for_any_chances_and_say_what_the_table_says(chances: list[tuple[float, ...]]) -> None:
    every = names("f", len(chances))
    graph = network([(one, "star") for one in every])
    verdicts = judged(
        graph,
        bots={one: c[0] for one, c in zip(every, chances, strict=True)},
        bought={(one, "star"): c[1] for one, c in zip(every, chances, strict=True)},
        traded={(one, "star"): c[2] for one, c in zip(every, chances, strict=True)},
    )
    pod = Finding("pod", (*(Member(one, p=c[3]) for one, c in zip(every, chances, strict=True)), Member("star")), ())
    [steps] = waterfalls(graph, ["star"], verdicts, findings=(pod,))
    assert add_up(steps)
    assert all(step.low <= step.count <= step.high for step in steps)
    table = next(row for row in reach(graph, verdicts, findings=(pod,)).to_pylist() if row["id"] == "star")
    told = {step.name: step for step in steps}
    assert [told[name].count for name in ("bought", "ring", "bot", "inactive")] == [
        table[f"removed_{name}"] for name in ("bought", "ring", "bot", "inactive")
    ]
    assert (told["real"].low, told["real"].count, told["real"].high) == (
        table["real_low"], table["real"], table["real_high"],
    )  # fmt: skip


def test_r8_a_sample_widens_the_steps_and_stands_for_the_whole_list() -> None:
    every = names("f", 50)
    graph = network(
        [(one, "star") for one in every],
        coverage=[{"account": "star", "relation": "followers", "collected": 50, "declared": 500, "order": "random"}],
    )
    [steps] = waterfalls(graph, ["star"], judged(graph, bots=dict.fromkeys(every[:10], 1.0)))
    told = {step.name: step for step in steps}
    assert (told["seen"].count, told["bot"].count, told["real"].count) == (500, 100, 400)
    assert told["bot"].low < 60 < 150 < told["bot"].high  # a fifth of 50, give or take 6 percentage points
    assert add_up(steps)


def test_accounts_with_the_same_name_and_bio_are_one_person_and_namesakes_are_not() -> None:
    people = [{"id": one, "name": f"Name {k % 40}", "bio": f"bio {k % 9}"} for k, one in enumerate(names("p", 1200))]
    twins = [{"id": one, "name": "Grace H.", "bio": "sails on Sundays"} for one in names("t", 3)]
    farm = [{"id": one, "name": "Win Big", "bio": "link below"} for one in names("w", 30)]
    graph = network([], accounts=[*people, *twins, *farm])
    first = doubles(graph, defaults().reach)
    same = np.flatnonzero(first != np.arange(graph.n))
    assert graph.ids(same) == ("t0001", "t0002")  # 3,000 namesakes with one bio are chance, 30 of a kind a template
    assert graph.ids(first[same]) == ("t0000", "t0000")


def test_losses_and_levels_are_told_apart_by_name() -> None:
    assert not set(LEVELS) & set(LOSSES)


def candidates(groups: list[set[int]]) -> Candidates:
    graph = network([(f"u{one:03}", f"s{k}") for k, group in enumerate(groups) for one in group])
    known = [f"s{k}" for k, group in enumerate(groups) if group]
    return Candidates.of(graph, known)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sets(st.integers(0, 20), min_size=1, max_size=9), min_size=1, max_size=6), st.integers(1, 6))
def test_r6_no_set_of_a_size_exceeds_the_bound_of_the_curve(groups: list[set[int]], most: int) -> None:
    """R6: size against real reach, each row with a bound for this very network."""
    table = curve(candidates(groups), most).to_pylist()
    reached: set[int] = set()
    for row in table:
        best = max(len(set().union(*some)) for some in combinations(groups, row["size"]))
        reached |= groups[int(row["account"][1:])]
        assert row["people"] == len(reached) <= best <= row["best_possible"] + 1e-9
        assert row["people"] >= (1 - 1 / np.e) * best - 1e-9
        assert row["guarantee"] == pytest.approx(row["people"] / row["best_possible"])
    assert sum(row["adds"] for row in table) == len(reached)


def test_the_curve_ends_where_nobody_adds_anybody() -> None:
    table = curve(candidates([{1, 2, 3}, {1, 2}, {4}]), 3)
    assert table["account"].to_pylist() == ["s0", "s2"]
    assert table["people"].to_pylist() == [3.0, 4.0]
    with pytest.raises(UsageError, match="a set of 0 accounts"):
        curve(candidates([{1}]), 0)


def test_r8_chances_in_doubt_give_steps_with_intervals() -> None:
    followers = names("f", 200)
    graph = network([(one, "star") for one in followers])
    finding = Finding("bot_cluster", tuple(Member(one) for one in followers), evidence=())
    verdicts = replace(judged(graph, bots=dict.fromkeys(followers, 0.8)))
    [steps] = waterfalls(graph, ["star"], verdicts, findings=(finding,))
    told = {step.name: step for step in steps}
    assert told["bot"].count + told["real"].count == 200
    # the same doubt on both sides: what one may lose the other may gain
    assert told["bot"].high == pytest.approx(200 - told["real"].low, abs=2)
    assert told["bot"].low == pytest.approx(200 - told["real"].high, abs=2)
