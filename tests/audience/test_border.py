"""What the machines that are told say of those that are not: as many lie below the border as near above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from scene import DAY, START, judged, like, names, network
from scipy.sparse import csr_array

from graphkit.audience.people import Border, People
from graphkit.audience.reach import declared, estimate, reach
from graphkit.dataset import SCHEMAS, Dataset
from graphkit.graphs.graph import InfluenceGraph
from graphkit.settings import defaults
from graphkit.verdicts import Verdicts


def test_machines_told_for_sure_leave_little_below_the_border() -> None:
    rules = defaults().reach
    sure, doubted = np.full(180, 0.99), np.full(20, 0.7)
    assert Border.of(sure, rules).believed(rules) == pytest.approx(2 / 200 / 0.1)  # only what is assumed beforehand
    assert Border.of(np.r_[sure, doubted], rules).believed(rules) == 1.0
    assert Border.of(np.full(500, 0.3), rules).believed(rules) == 1.0  # nobody told: nothing learned
    assert Border.of(np.full(500, 0.3), rules).seen(rules) == 0.0


def _audience(told: Sequence[float], *, dated: bool) -> tuple[InfluenceGraph, Verdicts]:
    """A star with 100 followers of chance 0.4, and machines that follow others."""
    machines, suspects = names("m", len(told)), names("s", 100)
    follows = {"follower": suspects + machines, "followed": ["star"] * 100 + ["other"] * len(told)}
    if dated:
        follows["at"] = list(range(START, START + len(told) + 100))  # type: ignore[assignment]
    graph = InfluenceGraph.build(Dataset.of({"follows": pa.table(follows)}))
    return graph, judged(graph, bots=dict.fromkeys(suspects, 0.4) | dict(zip(machines, told, strict=True)))


@pytest.mark.parametrize(
    ("told", "dated", "real"),
    [([0.99] * 180, True, 96), ([0.99] * 180 + [0.7] * 20, True, 60), ([], True, 60), ([0.99] * 180, False, 60)],
    ids=["sure", "with doubt", "none", "without times"],
)
def test_suspects_count_as_machines_as_far_as_others_lie_near_the_border(
    told: list[float], dated: bool, real: int
) -> None:
    graph, verdicts = _audience(told, dated=dated)
    rows = {row["id"]: row for row in reach(graph, verdicts).to_pylist()}
    assert rows["star"]["real"] == real
    assert rows["star"]["real_low"] < real


def test_where_no_machine_is_told_all_suspects_may_be_people() -> None:
    """Readers without friends get chances below one half; in a town of people all of them were taken off as certain."""
    highs = {}
    for many in (0, 400):
        graph, verdicts = _audience([0.99] * (many - many // 10) + [0.7] * (many // 10), dated=True)
        several = verdicts.p_bot.copy()
        suspects = (several == 0.4).nonzero()[0]
        several[suspects] = np.linspace(0.1, 0.49, len(suspects))
        found = reach(graph, replace(verdicts, p_bot=several, authentic=1.0 - several)).to_pylist()
        highs[many] = next(row["real_high"] for row in found if row["id"] == "star")
    assert highs[0] >= 99
    assert highs[400] < 90


def test_what_one_post_moves_allows_for_machines_that_are_not_told() -> None:
    """Where many machines are told with doubt, the lower end goes down, the value stays, and the reader is told."""
    acts = [like(one, f"q{k}", START + k * DAY) for k in range(10) for one in names("p", 20)]
    posts = [{"id": f"q{k}", "author": "star", "at": START + k * DAY} for k in range(10)]
    graph = network([(one, "other") for one in names("m", 100)], acts, posts)
    found = {}
    for chance in (0.99, 0.7):
        found[chance] = estimate(graph, "star", judged(graph, bots=dict.fromkeys(names("m", 100), chance)))
    sure, doubted = (found[chance].moved for chance in (0.99, 0.7))
    assert sure is not None and doubted is not None
    assert doubted.value == sure.value and doubted.high == sure.high
    assert doubted.low == pytest.approx(0.75 * sure.low)
    assert [sum("told with doubt" in str(note) for note in found[c].notes) for c in (0.99, 0.7)] == [0, 1]


def _ends(seed: int, lists: int = 200) -> tuple[float, float]:
    """Cover and bias from the newest halves of lists, of which one in four holds one purchase, at its newest end."""
    rng = np.random.default_rng(seed)
    follower, followed, place, bought, truth, coverage = [], [], [], [], [], []
    for number, star in enumerate(names("S", lists)):
        size = int(rng.integers(100, 400))
        fake = rng.random(size) < 0.03
        delivered = np.zeros(size, dtype=bool)
        if number % 4 == 0:
            delivered[: int(size * rng.uniform(0.1, 0.4))] = True
            delivered[size // 2 :] |= rng.random(size - size // 2) < rng.choice([0.0, 0.0, 0.3])
        truth.append(int((~fake & ~delivered).sum()))
        for k in range(size // 2):
            name = f"{'b' if fake[k] or delivered[k] else 'p'}{number}_{k}"
            follower.append(name)
            followed.append(star)
            place.append(k)
            if delivered[k]:
                bought.append((name, star))
        coverage.append({
            "account": star, "relation": "followers", "collected": size // 2, "declared": size,
            "order": "newest_first", "complete": False,
        })  # fmt: skip
    follows = pa.table({"follower": follower, "followed": followed, "position": place})
    graph = InfluenceGraph.build(
        Dataset.of({"follows": follows, "coverage": pa.Table.from_pylist(coverage, SCHEMAS["coverage"])})
    )
    bot = np.array([account.startswith("b") for account in graph.account_ids], dtype=float)
    nodes = {account: node for node, account in enumerate(graph.account_ids)}
    ends = ([nodes[a] for a, _ in bought], [nodes[b] for _, b in bought])
    ties = csr_array((np.ones(len(bought), np.float32), ends), shape=graph.follows.shape)
    verdicts = replace(Verdicts.unknown(graph), p_bot=bot, authentic=1.0 - bot, bought=ties)
    table = declared(graph, verdicts).to_pandas().set_index("id")
    true = np.array(truth)
    inside = ((table["low"] <= true) & (true <= table["high"])).mean()
    return float(inside), float(table["people"].sum() / true.sum())


def test_a_purchase_at_the_end_of_a_list_is_not_carried_on_over_the_rest() -> None:
    """A block of bought followers is one event; the rest of the list is mostly like its other followers."""
    made = np.array([_ends(seed) for seed in range(3)])
    assert 0.92 <= made[:, 0].mean() <= 0.99  # 600 lists: standard error .009; 0.82 where blocks are carried on
    assert made[:, 1].mean() == pytest.approx(1.0, abs=0.02)


def test_nobody_named_leaves_all_to_the_chances() -> None:
    graph, verdicts = _audience([], dated=True)
    people = People.of(graph, verdicts, findings=(), settings=defaults().reach)
    assert people.untold_acts == 0.0
    assert people.missed == defaults().reach.prior_cleared
