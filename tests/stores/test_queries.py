"""The query book: complete in three languages, and the same rows from every engine."""

import re

import pytest
from cypher_graphs import random_dataset, random_run, sample

from graphkit.errors import StoreError, UsageError
from graphkit.stores import open_store, queries
from graphkit.stores.cypher import Engine, check, project
from graphkit.stores.cypher.server import ask_server
from graphkit.stores.neo4j.address import Address
from graphkit.stores.queries.walking import path, why_linked

SEEDS = {10: 12, 16: 12, 21: 6}  # seed -> accounts; few accounts make a dense graph


def values(query, run, **more):
    given = sample(run, **more)
    return {parameter.name: given[parameter.name] for parameter in query.parameters}


@pytest.fixture(scope="module")
def graphs(tmp_path_factory):
    """Graph tables of a few random graphs, by seed."""
    made = {}
    for seed, accounts in SEEDS.items():
        with open_store(":memory:") as store:
            store.add(random_dataset(seed, accounts))
            store.add_run(random_run(seed, accounts))
            made[seed] = queries.graph_of(store, tmp_path_factory.mktemp(f"graph{seed}"))
    return made


def rows(graph, query, run, **more):
    return queries.ask_file(graph, query, values(query, run, **more)).table.to_pylist()


def test_the_book_holds_fifty_questions_in_three_languages():
    book = queries.every()
    assert len(book) >= 50
    for query in book.values():
        assert len({query.title[lang] for lang in ("en", "tr", "es")}) == 3, query.name
        assert query.purpose.endswith("."), query.name
        for parameter in query.parameters:
            assert len({parameter.meaning[lang] for lang in ("en", "tr", "es")}) == 3, parameter.name


@pytest.mark.parametrize("query", queries.every().values(), ids=lambda query: query.name)
def test_a_question_passes_the_check_and_both_texts_use_its_parameters(query):
    names = {parameter.name for parameter in query.parameters}
    assert check(query.cypher) == names
    assert set(re.findall(r"\$(\w+)", query.sql)) == names


def test_every_question_has_rows_in_some_graph(graphs):
    silent = [query.name for query in queries.every().values() if not any(_all_rows(graphs, query))]
    assert silent == []


def _all_rows(graphs, query):
    wide = {"hours": 100, "seconds": 3_600}
    for seed, graph in graphs.items():
        for number in range(12):
            run, one = random_run(seed, SEEDS[seed]), f"a{number % SEEDS[seed]}"
            yield rows(graph, query, run, account=one, other=f"a{number // 2}", post=f"p{number}", **wide)


def test_the_embedded_texts_give_the_rows_of_the_cypher_texts(graphs):
    pytest.importorskip("arcadedb")
    for seed, graph in graphs.items():
        run = random_run(seed, SEEDS[seed])
        with Engine(project(graph)) as engine:
            for query in queries.every().values():
                asked = engine.ask(query.cypher, values(query, run)).table.to_pylist()
                assert rows(graph, query, run) == asked, (seed, query.name)


@pytest.mark.server
def test_a_server_gives_the_rows_of_the_embedded_store(neo4j_server, graphs):
    seed = 16
    run = random_run(seed)
    with neo4j_server.new_store() as store:
        store.add(random_dataset(seed))
        store.add_run(run)
    address = Address.parse(neo4j_server.address)
    for query in queries.every().values():
        asked = ask_server(address, query.cypher, values(query, run)).table.to_pylist()
        assert rows(graphs[seed], query, run) == asked, query.name


def test_known_rows_by_hand(tmp_path):
    import pyarrow as pa

    from graphkit.dataset import Dataset

    follows = pa.table(
        {
            "follower": ["1", "2", "3", "1", "4"],
            "followed": ["2", "1", "1", "3", "1"],
            "at": [1_000, 2_000, 3_000, 90_000_000, None],
            "ended_at": [None, None, None, None, 5_000],
        }
    )
    with open_store(":memory:") as store:
        store.add(Dataset.of({"follows": follows}))
        graph = queries.graph_of(store, tmp_path)
    ask = lambda name, **given: queries.ask_file(graph, queries.find(name), given).table.to_pylist()  # noqa: E731
    assert [row["account"] for row in ask("followers", account="1")] == ["3", "2"]
    assert ask("mutual-fast", hours=1) == [{"account": "1", "other": "2", "apartMs": 1_000}]
    assert ask("unfollowed-by", account="1") == [{"account": "4", "at": None, "endedAt": 5_000}]
    assert ask("audience-overlap", account="2", other="3") == [{"first": 1, "second": 1, "both": 1}]
    assert ask("paths", account="2", other="3") == [{"path": ["2", "1", "3"], "steps": 2}]
    assert path(graph, "2", "3") == ["2", "1", "3"]
    assert path(graph, "1", "4") is None  # nobody follows 4
    assert [(row["step"], row["tie"]) for row in why_linked(graph, ["2", "1"])] == [(1, "FOLLOWS"), (1, "FOLLOWS")]


def test_graph_tables_are_kept_while_the_store_stands_and_made_anew_when_it_moves(tmp_path):
    with open_store(str(tmp_path / "a.duckdb")) as store:
        store.add(random_dataset(1))
        first = queries.graph_of(store, tmp_path / "g")
        stamp = first.path.stat().st_mtime_ns
        again = queries.graph_of(store, tmp_path / "g")
        assert (again, again.path.stat().st_mtime_ns) == (first, stamp)
        store.add(random_dataset(2))
        moved = queries.graph_of(store, tmp_path / "g")
    assert moved.state != first.state
    assert [found.name for found in (tmp_path / "g").iterdir()] == [moved.path.name]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "wants --account"),
        ({"account": "a1", "nonsense": 1}, "no parameter 'nonsense'"),
        ({"account": "a1", "limit": "many"}, "whole number"),
        ({"account": "a1", "limit": -1}, "whole number"),
    ],
)
def test_a_question_with_wrong_parameters_is_refused(given, said):
    with pytest.raises(UsageError, match=said):
        queries.find("followers").values(given)


def test_dates_are_utc_and_milliseconds_stay():
    query = queries.find("followers-as-of")
    assert query.values({"account": "1", "as_of": "2024-03-01"})["as_of"] == 1_709_251_200_000
    assert query.values({"account": "1", "as_of": "2024-03-01T01:00+01:00"})["as_of"] == 1_709_251_200_000
    assert query.values({"account": "1", "as_of": 17})["as_of"] == 17
    assert query.values({"account": "1", "as_of": "1709251200000"})["as_of"] == 1_709_251_200_000


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UsageError, match="mutual-fast"):
        queries.find("mutual-fsat")


def test_hostile_values_are_only_values(graphs):
    for text in ("'; DROP TABLE tie; --", "a1' OR '1'='1", "\\u0060", "`", "}", "$account", "/* */", "\x00", "😀"):
        answer = queries.ask_file(graphs[10], queries.find("followers"), {"account": text})
        assert answer.table.num_rows == 0


def test_rows_and_bytes_are_limited_and_it_is_said(graphs):
    graph, query = graphs[10], queries.find("most-followed")
    few = queries.ask_file(graph, query, {}, limits=queries.Limits(rows=3))
    assert (few.table.num_rows, few.cut) == (3, True)
    assert queries.ask_file(graph, query, {}, limits=queries.Limits(bytes=1)).cut
    assert not queries.ask_file(graph, query, {}).cut


def test_a_question_that_takes_too_long_is_stopped(graphs):
    import dataclasses

    endless = dataclasses.replace(
        queries.find("most-followed"),
        parameters=(),
        sql="SELECT count(*) FROM range(100000000) a, range(100000) b WHERE a.range * b.range % 7 = 3",
    )
    with pytest.raises(StoreError, match=r"longer than 0\.3 s"):
        queries.ask_file(graphs[10], endless, {}, limits=queries.Limits(seconds=0.3))


def test_graph_tables_cannot_be_written_and_reach_no_file(graphs, tmp_path):
    import duckdb

    with graphs[10].session() as connection:
        for statement in (
            "DELETE FROM tie",
            "CREATE TABLE x (i INTEGER)",
            f"COPY tie TO '{tmp_path / 'x.csv'}'",
            "SELECT * FROM read_text('/etc/hostname')",
            f"ATTACH '{tmp_path / 'y.duckdb'}'",
            "INSTALL httpfs",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)
    assert list(tmp_path.iterdir()) == []


def _page_script():
    import importlib.util
    from pathlib import Path

    place = Path(__file__).parents[2] / "benchmarks" / "query_page.py"
    spec = importlib.util.spec_from_file_location("query_page", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_book_and_its_samples_make():
    import json

    from graphkit.stores.queries.page import page

    script = _page_script()
    samples = json.loads(script.SAMPLES.read_text(encoding="utf-8"))
    assert all(set(cost) == {"embedded", "Neo4j"} for cost in (script.costs()[name] for name in queries.every()))
    made = page(samples, script.costs()) == script.PAGE.read_text(encoding="utf-8")
    assert made, "docs/queries.md is old; run: python benchmarks/query_page.py"


def test_the_samples_are_what_the_demo_world_gives(tmp_path):
    import json

    from graphkit.lab import worlds

    script = _page_script()
    world = worlds.make("default", accounts=2_000, seed=0)
    with open_store(":memory:") as store:
        store.add(script.Dataset.of(dict(world.tables)))
        store.add_run(script.planted(world))
        graph = queries.graph_of(store, tmp_path)
    samples = json.loads(script.SAMPLES.read_text(encoding="utf-8"))
    old = [
        name
        for name, sample in samples.items()
        if queries.ask_file(graph, queries.find(name), sample["parameters"]).table.to_pylist()[:3] != sample["rows"]
    ]
    assert old == [], "run: python benchmarks/query_page.py"
