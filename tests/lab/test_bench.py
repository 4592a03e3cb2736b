"""The bench tells right from wrong: its figures on one world, the plain rules beside them, and silence without structure."""

from __future__ import annotations

import pytest

from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import bench, plain, worlds
from tests.planted import Crowd


@pytest.fixture(scope="module")
def judged():
    return bench.judged(worlds.make("default", accounts=2_000, seed=0))


def test_planted_groups_are_ranked_above_everybody_and_plain_rules_accuse_many(judged):
    for kind in ("bot", "ring", "pod"):
        found = judged.score.ranking(kind).average_precision
        assert found >= 0.9, kind
        assert all(rule.average_precision < found for rule in judged.plain if rule.kind == kind)
    minute = next(rule for rule in judged.plain if rule.name.startswith("same post") and rule.kind == "bot")
    assert minute.accused > 0.05
    assert judged.score.worst_crowd <= 0.02
    assert judged.score.false_findings == 0


def test_shuffled_worlds_stay_silent():
    found = bench.silence(10, accounts=1_200, names=["default", "bots", "rings", "pods", "bought"])
    assert found.loud == ()
    assert found.share == 1.0


def test_the_table_says_what_was_measured(judged):
    text = bench.table([judged])
    assert f"{judged.score.ranking('bot').average_precision:.3f}" in text
    assert "same post within 60 s, twice" in text
    assert f"findings: {judged.score.findings}, false: 0" in text


def test_plain_rules_count_what_they_say():
    crowd = Crowd(60, seed=1, posts=50)
    graph = InfluenceGraph.build(crowd.tables())
    mutual = graph.mutual.toarray().sum(axis=1)
    least = [min(int(a), int(b)) for a, b in zip(graph.follows.sum(axis=0), graph.follows.sum(axis=1), strict=True)]
    expected = [m / k if k >= 10 else 0.0 for m, k in zip(mutual, least, strict=True)]
    assert plain.reciprocity(graph).tolist() == pytest.approx(expected)
    seen: dict[str, dict[int, int]] = {}
    for actor, post, at, _ in crowd.acts:
        if crowd.post_author[post] != actor:
            times = seen.setdefault(post, {})
            times[actor] = min(at, times.get(actor, at))
    close: dict[tuple[int, int], set[tuple[int, int]]] = {}
    for post, times in seen.items():
        for a, at in times.items():
            for b, other in times.items():
                if a < b and abs(at - other) <= 60_000:
                    close.setdefault((a, b), set()).add(
                        (int(crowd.post_author[post]), int(crowd.post_at[post]) // 3_600_000)
                    )
    twice = [pair for pair, units in close.items() if len(units) >= 2]
    expected = [sum(node in pair for pair in twice) for node in range(60)]
    assert plain.same_minute(graph).tolist() == expected
