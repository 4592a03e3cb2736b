"""Camps against planted ones, against chance, and what is said between them and of those whom none takes in."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from sklearn.metrics import adjusted_rand_score

from graphkit.communities.camps import camps
from graphkit.communities.rivalry import outcasts, rivalry
from graphkit.graphs.graph import InfluenceGraph
from graphkit.verdicts import Verdicts

LEADERS, PEOPLE, SIDES = 30, 900, 3


def planted(seed: int, *, loyalty: float, extra: list[tuple[str, str, str]] | None = None) -> InfluenceGraph:
    """Thirty leaders of three camps; each of 900 people approves of eight, so many of them in the own camp."""
    rng = np.random.default_rng(seed)
    acts = list(extra or [])
    for one in range(PEOPLE):
        own = rng.random(8) < loyalty
        leaders = np.where(own, SIDES * rng.integers(0, LEADERS // SIDES, 8) + one % SIDES, rng.integers(0, LEADERS, 8))
        acts += [(f"p{one:03}", f"l{leader:02}", "like") for leader in leaders]
    actor, target, kind = (list(column) for column in zip(*acts, strict=True))
    at = (1_700_000_000_000 + rng.integers(0, 10**9, len(acts))).tolist()
    return InfluenceGraph.build({"interactions": pa.table({"actor": actor, "target": target, "kind": kind, "at": at})})


def side(account: str) -> int:
    return int(account[1:]) % SIDES


def test_b024_planted_camps_are_recovered() -> None:
    """B024: adjusted Rand above 0.9 among those who have a camp, and most have one."""
    graph = planted(0, loyalty=0.8)
    found = camps(graph, Verdicts.unknown(graph))
    told = found.camp >= 0
    truth = np.array([side(account) for account in graph.account_ids])
    assert adjusted_rand_score(truth[told], found.camp[told]) > 0.9
    assert told.mean() > 0.7
    assert set(found.names) - {None} == {"k1", "k2", "k3"}
    assert found.sentence.startswith("3 camps; the division is ")


def test_where_chance_decides_no_camps_are_found() -> None:
    for seed in range(5):
        graph = planted(seed, loyalty=0.0)
        found = camps(graph, Verdicts.unknown(graph))
        assert (found.camp < 0).all()
        assert found.sentence == "No camps found: who endorses whom divides no more than chance does."


def test_too_little_data_cannot_tell() -> None:
    graph = InfluenceGraph.build({"follows": pa.table({"follower": ["a", "b"], "followed": ["c", "c"]})})
    found = camps(graph, Verdicts.unknown(graph))
    assert found.surplus is None
    assert found.names == [None] * 3


def test_b025_a_hostile_pair_is_reported_and_a_neutral_one_is_not() -> None:
    """B025: camps 0 and 1 answer and quote each other much, camp 2 talks to both as all do."""
    rng = np.random.default_rng(1)
    extra = [(f"p{3 * k:03}", f"l{3 * int(rng.integers(10)) + 1:02}", "reply") for k in range(200)]
    extra += [(f"p{3 * k + 1:03}", f"l{3 * int(rng.integers(10)):02}", "quote") for k in range(200)]
    extra += [(f"p{3 * k + 2:03}", f"l{3 * int(rng.integers(10)) + k % 2:02}", "reply") for k in range(40)]
    graph = planted(2, loyalty=0.8, extra=extra)
    found = camps(graph, Verdicts.unknown(graph))
    side_of = {found.names[graph.node(f"l{leader:02}")]: leader for leader in range(SIDES)}
    readings = {
        frozenset((side_of[row["camp"]], side_of[row["other"]])): row["reading"]
        for row in rivalry(graph, found).to_pylist()
    }
    assert readings[frozenset((0, 1))] == "rivals"
    assert "rivals" not in (readings[frozenset((0, 2))], readings[frozenset((1, 2))])


def test_b026_who_is_answered_by_no_camp_is_shut_out_and_a_newcomer_is_not() -> None:
    """B026: leaders answer three in four of those who turn to them, never the outcast; a newcomer turned to two."""
    rng = np.random.default_rng(3)
    extra = [
        (f"l{leader:02}", f"p{one:03}", "reply")
        for leader in range(LEADERS)
        for one in range(PEOPLE)
        if rng.random() < 0.75
    ]
    extra += [("outcast", f"l{leader:02}", "reply") for leader in range(LEADERS)]
    extra += [("newcomer", f"l{leader:02}", "reply") for leader in range(2)]
    graph = planted(4, loyalty=0.8, extra=extra)
    verdicts = Verdicts.unknown(graph)
    table = outcasts(graph, verdicts, camps(graph, verdicts))
    assert table["id"].to_pylist() == ["outcast"]
    assert (table["turned_to"].to_pylist(), table["answered"].to_pylist(), table["camps"].to_pylist()) == (
        [30],
        [0],
        [3],
    )


def test_the_order_of_the_rows_changes_nothing() -> None:
    graph = planted(5, loyalty=0.7)
    table = graph.to_arrow()["interactions"]
    turned = InfluenceGraph.build({"interactions": table.take(pa.array(np.arange(table.num_rows)[::-1]))})
    assert camps(turned, Verdicts.unknown(turned)).names == camps(graph, Verdicts.unknown(graph)).names
