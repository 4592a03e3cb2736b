"""Rosters against every roster there is; rules, their costs, and what is said of each candidate."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scene import names, network

from graphkit.audience.rosters import greedy
from graphkit.audience.rosters.candidates import Candidates, Rules
from graphkit.audience.rosters.roster import roster
from graphkit.errors import UsageError

sets = st.lists(st.sets(st.integers(0, 40), min_size=1), min_size=3, max_size=6)


def candidates(groups: list[set[int]], **more: dict[str, object]) -> Candidates:
    stars = names("s", len(groups))
    graph = network([(f"u{k:03}", stars[s]) for s, group in enumerate(groups) for k in group])
    return Candidates.of(graph, stars, **more)  # type: ignore[arg-type]


def best_by_hand(groups: list[set[int]], costs: list[int], rules: Rules) -> int | None:
    """The largest union of all sets that keep budget, size, overlap and share."""
    best = None
    for size in range(rules.least, (rules.most or len(groups)) + 1):
        for chosen in combinations(range(len(groups)), size):
            sizes = [len(groups[k]) for k in chosen]
            far = [
                len(groups[a] & groups[b]) > (rules.max_overlap or 1.0) * min(len(groups[a]), len(groups[b])) + 1e-9
                for a, b in combinations(chosen, 2)
            ]
            if sum(costs[k] for k in chosen) > (rules.budget or 1e9) or any(far):
                continue
            if max(sizes) > (rules.max_share or 1.0) * sum(sizes) + 1e-9:
                continue
            reach = len(set.union(*(groups[k] for k in chosen)))
            best = reach if best is None else max(best, reach)
    return best


@settings(deadline=None, max_examples=40)
@given(
    sets,
    st.lists(st.integers(1, 9), min_size=6, max_size=6),
    st.integers(4, 20),
    st.sampled_from([None, 0.3]),
    st.sampled_from([None, 0.6]),
)
def test_the_exact_roster_is_the_best_of_all(
    groups: list[set[int]], costs: list[int], budget: int, overlap: float | None, share: float | None
) -> None:
    rules = Rules(budget=budget, most=3, max_overlap=overlap, max_share=share)
    offered = candidates(groups, costs=dict(zip(names("s", len(groups)), map(float, costs), strict=False)))
    best = best_by_hand(groups, costs, rules)
    if best is None:
        with pytest.raises(UsageError, match="no roster keeps all rules"):
            roster(offered, rules)
        return
    found = roster(offered, rules)
    assert found.method == "exact"
    assert found.reach == pytest.approx(best)
    assert found.guarantee == pytest.approx(1.0, abs=1e-5)
    assert sum(found.adds) == pytest.approx(found.reach)


@settings(deadline=None, max_examples=40)
@given(sets, st.lists(st.integers(1, 9), min_size=6, max_size=6), st.integers(4, 20))
def test_the_greedy_bound_holds_for_every_roster(groups: list[set[int]], costs: list[int], budget: int) -> None:
    rules = Rules(budget=budget, most=3)
    offered = candidates(groups, costs=dict(zip(names("s", len(groups)), map(float, costs), strict=False)))
    best = best_by_hand(groups, costs, rules)
    found = greedy.solve(offered, rules)
    if best is None:
        assert found is None or not len(found.chosen)
        return
    assert found is not None
    reach = len(set.union(*(groups[k] for k in found.chosen)))
    assert reach <= best <= found.best_possible + 1e-9
    assert reach >= 0.5 * (1 - 1 / np.e) * best


def test_each_is_in_or_out_for_a_reason_and_every_rule_has_its_price() -> None:
    """P7: whom the roster leaves out, and what it would reach without each rule."""
    groups = [set(range(30)), set(range(27, 60)), set(range(28)), set(range(60, 70))]
    offered = candidates(groups, costs={"s0000": 3.0, "s0001": 3.0, "s0002": 1.0, "s0003": 9.0})
    found = roster(offered, Rules(budget=7, most=3, max_overlap=0.25))
    assert {member.account for member in found.members} == {"s0000", "s0001"}
    assert (found.reach, found.cost) == (60.0, 6.0)
    why = dict(found.out)
    assert why["s0002"].startswith("the rules keep it apart from s0000; 100 % of its 28 people".replace(" %", "%"))
    assert why["s0003"].startswith("the budget is spent; 0% of its 10 people")
    assert dict(found.rule_costs) == {"max_overlap": 0.0, "budget": 10.0, "most": 0.0}
    assert [member.alone for member in found.members] == [30.0, 27.0]


def test_camps_are_kept_apart_when_known_and_tiers_are_filled() -> None:
    groups = [set(range(30)), set(range(30, 50)), set(range(50, 55)), set(range(55, 58))]
    camps = {"s0000": "red", "s0001": "blue", "s0002": "red"}
    tiers = {"s0000": "mid", "s0001": "mid", "s0002": "nano", "s0003": "nano"}
    offered = candidates(groups, camps=camps, tiers=tiers)
    apart = roster(offered, Rules(most=2, camps_apart=True))
    assert [member.account for member in apart.members] == ["s0000", "s0002"]
    assert dict(apart.rule_costs) == {"camps_apart": 15.0}
    both = roster(offered, Rules(most=2, tiers={"nano": 2}))
    assert [member.account for member in both.members] == ["s0002", "s0003"]
    assert greedy.solve(offered, Rules(most=2, tiers={"nano": 2})).chosen.tolist() == [2, 3]  # type: ignore[union-attr]


def test_b120_a_roster_of_one_warns_and_eight_even_ones_do_not() -> None:
    """B120: do not rely on one person."""
    groups = [set(range(10 * k, 10 * k + 10)) for k in range(8)]
    alone, all_of_them = (roster(candidates(groups), Rules(most=k)) for k in (1, 8))
    assert alone.concentration == 1.0
    [warning] = alone.warnings
    assert warning == f"The roster hangs on few people: {alone.members[0].account} holds 100% of its audience."
    assert all_of_them.concentration == pytest.approx(1 / 8)
    assert all_of_them.warnings == ()


def test_b119_ten_thousand_real_people_beat_a_hundred_thousand_fakes() -> None:
    """B119: by tens instead of thousands; people count, not followers."""
    real, fake = names("p", 10), names("f", 100)
    graph = network([(one, "honest") for one in real] + [(one, "inflated") for one in fake])
    person = np.array([not account.startswith("f") for account in graph.account_ids], dtype=float)
    found = roster(Candidates.of(graph, ["honest", "inflated"], people=person), Rules(most=1))
    assert [member.account for member in found.members] == ["honest"]


def test_rules_without_an_end_are_refused() -> None:
    with pytest.raises(UsageError, match="needs a budget or a largest number"):
        Rules()
    with pytest.raises(UsageError, match="max_overlap is a share"):
        Rules(most=3, max_overlap=25)


@settings(deadline=None, max_examples=60)
@given(
    sets,
    st.lists(st.integers(1, 9), min_size=6, max_size=6),
    st.integers(6, 20),
    st.sampled_from([None, 0.3, 0.5]),
    st.sampled_from([None, 0.5, 0.6]),
    st.lists(st.sampled_from(["red", "blue", None]), min_size=6, max_size=6),
)
def test_the_bound_under_all_rules_holds_and_is_no_looser_than_without_them(
    groups: list[set[int]],
    costs: list[int],
    budget: int,
    overlap: float | None,
    share: float | None,
    camps: list[str | None],
) -> None:
    stars = names("s", len(groups))
    rules = Rules(budget=budget, least=2, most=3, max_overlap=overlap, max_share=share, camps_apart=True)
    told = {"costs": dict(zip(stars, map(float, costs), strict=False)), "camps": dict(zip(stars, camps, strict=False))}
    offered = candidates(groups, **told)
    try:
        best = roster(offered, rules)
    except UsageError:
        return
    assert best.method == "exact"
    found = greedy.solve(offered, rules)
    if found is not None:
        loose = greedy.solve(offered, Rules(budget=budget, most=3))
        assert best.reach <= found.best_possible + 1e-9
        assert loose is not None
        assert found.best_possible <= loose.best_possible + 1e-9


def test_members_of_like_size_are_found_where_the_largest_may_not_be_on_the_roster() -> None:
    """Dropping the largest one by one would need as many walks as there are large ones."""
    sizes = [*(400 + 5 * k for k in range(100)), *([200] * 12), *([2] * 40)]
    upto = np.r_[0, np.cumsum(sizes)]
    groups = [set(range(int(a), int(b))) for a, b in zip(upto, upto[1:], strict=False)]
    costs = {name: float(size) for name, size in zip(names("s", len(sizes)), sizes, strict=True)}
    found = greedy.solve(candidates(groups, costs=costs), Rules(budget=2_000, least=5, most=12, max_share=0.15))
    assert found is not None
    reached = sum(sizes[k] for k in found.chosen)
    assert max(sizes[k] for k in found.chosen) <= 0.15 * reached
    assert reached >= 1_400


def test_rules_make_the_bound_smaller_where_they_bite() -> None:
    """One audience too large beside all others, and two camps that cannot be together."""
    groups = [set(range(1000)), *(set(range(1000 + 50 * k, 1050 + 50 * k)) for k in range(8))]
    camps = {name: ("red" if k % 2 else "blue") for k, name in enumerate(names("s", 9)) if k}
    found = greedy.solve(candidates(groups, camps=camps), Rules(least=4, most=4, max_share=0.4, camps_apart=True))
    assert found is not None
    assert found.best_possible == 200.0
    assert len(found.chosen) == 4
