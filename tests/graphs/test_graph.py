"""What a network holds of its tables, and what other tools are handed of it."""

from __future__ import annotations

from datetime import UTC, datetime

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings

from graphkit.dataset import SCHEMAS, TABLES, conform
from graphkit.errors import UsageError
from graphkit.graphs.graph import NO_TIME, InfluenceGraph

BIG = str(2**53 + 1)  # would become 9007199254740992 as a float
ZEROS = "007"
T = 1_700_000_000_000  # 2023-11-14 22:13:20 UTC


@pytest.fixture(scope="module")
def graph():
    return InfluenceGraph.build(
        {
            "accounts": pa.table({"id": [BIG, ZEROS], "handle": ["Ayşe", "bob"], "followers": [12, None]}),
            "follows": pa.table(
                {
                    "follower": [BIG, ZEROS, ZEROS, "7", "7", "7"],
                    "followed": [ZEROS, BIG, BIG, "7", ZEROS, BIG],
                    "at": [T, T + 5, T + 2, T, None, T],
                    "ended_at": [None, None, None, None, None, T + 9],
                }
            ),
            "interactions": pa.table(
                {
                    "actor": [BIG, BIG, BIG, BIG, ZEROS, "9"],
                    "target": [ZEROS, ZEROS, ZEROS, None, BIG, "9"],
                    "kind": ["like", "like", "like", "like", "reply", "like"],
                    "post": ["p1", "p1", "p2", "p3", None, "p1"],
                    "at": [T, T, T + 1, T + 2, None, T],
                    "count": [1, 3, None, None, 2, None],
                }
            ),
            "posts": pa.table({"id": ["p3", "p1"], "author": ["7", ZEROS], "at": [T - 1, None]}),
        }
    )


def test_ids_are_text_to_the_end_and_come_sorted(graph):
    assert graph.account_ids == (ZEROS, "7", "9", BIG)
    assert graph.ids(np.array([3, 0])) == (BIG, ZEROS)
    assert [graph.node(name) for name in (BIG, ZEROS, "@ayşe", "@Bob")] == [3, 0, 3, 0]
    with pytest.raises(UsageError, match='No account "0"'):
        graph.node("0")


def test_follows_said_twice_are_one_and_ended_ones_are_kept_apart(graph):
    ties = graph.follows.tocoo()
    assert list(zip(ties.row.tolist(), ties.col.tolist(), graph.follow_at.tolist(), strict=True)) == [
        (0, 3, T + 2),
        (1, 0, NO_TIME),
        (3, 0, T),
    ]
    assert graph.ended.to_pylist() == [{"follower": 1, "followed": 3, "at": T, "ended_at": T + 9}]
    assert graph.mutual.toarray().tolist() == [[0, 0, 0, 1], [0] * 4, [0] * 4, [1, 0, 0, 0]]
    assert graph.followers.toarray().tolist() == graph.follows.toarray().T.tolist()


def test_what_is_no_link_and_no_event_is_counted(graph):
    assert graph.left_out == {
        "follows of oneself": 1,
        "follows said twice": 1,
        "acts on oneself": 1,
        "acts said twice": 1,
    }


def test_an_act_on_a_post_without_a_target_is_an_act_on_its_author(graph):
    events = graph.events
    rows = zip(*(getattr(events, name).tolist() for name in ("actor", "target", "post", "at", "count")), strict=True)
    posts = graph.posts["id"].to_pylist()
    assert posts == ["p1", "p2", "p3"]
    assert sorted(rows) == [(0, 3, -1, NO_TIME, 2), (3, 0, 0, T, 3), (3, 0, 1, T + 1, 1), (3, 1, 2, T + 2, 1)]
    assert [events.kinds[kind] for kind in events.kind] == ["reply", "like", "like", "like"]


def test_layers_sum_acts_by_kind_and_time(graph):
    def layer(*kinds, **bounds):
        links = graph.layer(*kinds, **bounds).tocoo()
        return dict(zip(zip(links.row.tolist(), links.col.tolist(), strict=True), links.data.tolist(), strict=True))

    assert layer() == {(0, 3): 2, (3, 0): 4, (3, 1): 1}
    assert layer("reply") == {(0, 3): 2}
    assert layer("nothing of the kind") == {}
    assert layer(since=T + 1) == {(3, 0): 1, (3, 1): 1}
    assert layer(until=datetime.fromtimestamp(T / 1000, UTC)) == {}
    assert layer("like", since=T, until=T + 1) == {(3, 0): 3}
    with pytest.raises(UsageError, match="no time zone"):
        graph.layer(since=datetime(2023, 11, 14))


def test_networkx_gets_ids_attributes_times_and_sums_of_parallel_acts(graph):
    follows, acts = graph.to_networkx(), graph.to_networkx("like")
    assert set(follows.nodes) == {BIG, ZEROS, "7", "9"}
    assert follows.nodes[BIG] == {"handle": "Ayşe", "followers": 12}
    assert dict(follows.edges) == {(BIG, ZEROS): {"at": T}, (ZEROS, BIG): {"at": T + 2}, ("7", ZEROS): {}}
    assert dict(acts.edges) == {(BIG, ZEROS): {"weight": 4}, (BIG, "7"): {"weight": 1}}


def test_igraph_gets_ids_attributes_times_and_sums_of_parallel_acts(graph):
    follows, acts = graph.to_igraph(), graph.to_igraph("like", "reply")

    def edges(made, value):
        names = made.vs["name"]
        return {(names[e.source], names[e.target]): e[value] for e in made.es}

    assert follows.is_directed()
    assert follows.vs["name"] == [ZEROS, "7", "9", BIG]
    assert follows.vs["followers"] == [None, None, None, 12]
    assert edges(follows, "at") == {(BIG, ZEROS): T, (ZEROS, BIG): T + 2, ("7", ZEROS): None}
    assert edges(acts, "weight") == {(BIG, ZEROS): 4, (BIG, "7"): 1, (ZEROS, BIG): 2}


def test_pandas_gets_ids_as_text_and_times_as_times(graph):
    frames = graph.to_pandas()
    assert frames["accounts"]["id"].tolist() == [ZEROS, "7", "9", BIG]
    assert frames["follows"]["follower"].tolist() == [ZEROS, "7", BIG, "7"]
    assert frames["follows"]["at"].tolist()[0] == pd.Timestamp(T + 2, unit="ms", tz="UTC")
    assert frames["follows"]["at"].isna().tolist() == [False, True, False, False]
    assert frames["interactions"]["count"].sum() == 7


def test_arrow_gets_tables_of_the_contract(graph):
    tables = graph.to_arrow()
    columns = {name: dict(zip(table.schema.names, table.schema.types, strict=True)) for name, table in tables.items()}
    assert columns == {name: dict(zip(s.names, s.types, strict=True)) for name, s in SCHEMAS.items()}
    assert tables["accounts"]["id"].to_pylist() == [ZEROS, "7", "9", BIG]
    assert set(tables) == set(TABLES)


def test_an_empty_network_is_a_network():
    graph = InfluenceGraph.build({})
    assert (graph.n, graph.follows.nnz, len(graph.events), graph.posts.num_rows) == (0, 0, 0, 0)
    assert graph.mutual.shape == graph.layer().shape == (0, 0)
    assert graph.to_networkx().number_of_nodes() == graph.to_igraph().vcount() == 0


def test_a_part_of_a_network_is_the_network_of_its_part(graph):
    part = graph.subgraph([graph.node(BIG), graph.node(ZEROS)])
    assert part.account_ids == (ZEROS, BIG)
    assert part.follows.toarray().tolist() == [[0, 1], [1, 0]]
    assert part.follow_at.tolist() == [T + 2, T]
    assert part.layer().toarray().tolist() == [[0, 2], [4, 0]]
    assert part.posts["id"].to_pylist() == ["p1", "p2"]


names = st.sampled_from(["1", "01", "10", BIG, "a b", "Ğ", "🙂"])
when = st.one_of(st.none(), st.integers(T, T + 3))
worlds = st.fixed_dictionaries(
    {
        "follows": st.lists(st.fixed_dictionaries({"follower": names, "followed": names, "at": when, "ended_at": when}), max_size=12),
        "interactions": st.lists(
            st.fixed_dictionaries(
                {"actor": names, "target": st.one_of(st.none(), names), "kind": st.sampled_from(["like", "reply"]),
                 "post": st.one_of(st.none(), st.sampled_from(["p", "q"])), "at": when}
            ),
            max_size=12,
        ),
        "posts": st.lists(st.fixed_dictionaries({"id": st.sampled_from(["p", "r"]), "author": names}), max_size=2, unique_by=lambda row: row["id"]),
    }
)  # fmt: skip


def built(world):
    rows = {name: [*table] for name, table in world.items()}
    return InfluenceGraph.build({name: conform(name, pa.Table.from_pylist(r)) for name, r in rows.items() if r})


def same(one, other):
    tables = zip(one.to_arrow().values(), other.to_arrow().values(), strict=True)
    return all(mine.to_pydict() == theirs.to_pydict() for mine, theirs in tables)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(worlds, st.randoms(use_true_random=False))
def test_the_order_of_rows_means_nothing_and_what_is_handed_out_builds_the_same(world, chance):
    graph = built(world)
    for table in world.values():
        chance.shuffle(table)
    assert same(built(world), graph)
    assert same(InfluenceGraph.build(graph.to_arrow()), graph)


def test_what_is_the_same_for_every_act_takes_no_memory_and_reads_as_any_column():
    rows = {"actor": ["a", "b", "c"], "target": ["b", "c", "a"], "kind": ["like"] * 3, "at": [3, 1, 2]}
    plain = InfluenceGraph.build({"interactions": pa.table(rows)}).events
    other = InfluenceGraph.build(
        {"interactions": pa.table(rows | {"deleted_at": [None, 9, None], "count": [1, 2, 1]})}
    ).events
    assert plain.deleted_at.strides == plain.count.strides == (0,)
    assert plain.deleted_at.tolist() == [NO_TIME] * 3
    assert plain.take(np.array([0, 2])).count.tolist() == [1, 1]
    assert other.deleted_at.tolist() == [9, NO_TIME, NO_TIME]
    assert other.count.tolist() == [2, 1, 1]
