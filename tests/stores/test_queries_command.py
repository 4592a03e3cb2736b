"""`ask`, `queries` and `neighbours` from the command line."""

import json
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest
from cypher_graphs import random_dataset, random_run

from graphkit.cli import main
from graphkit.stores import open_store, queries


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    address = str(tmp_path_factory.mktemp("ask") / "demo.duckdb")
    with open_store(address) as opened:
        opened.add(random_dataset(16))
        opened.add_run(random_run(16))
    return address


def said(capsys, *words):
    code = main(list(words))
    out, err = capsys.readouterr()
    return code, out, err


def test_a_named_question_as_json_is_the_answer_of_the_book(store, capsys):
    code, out, _ = said(capsys, "ask", "following", "--account", "a1", "--store", store, "--json")
    assert code == 0
    with open_store(store) as opened:
        graph = queries.graph_of(opened, queries.folder_of(store))
    asked = queries.ask_file(graph, queries.find("following"), {"account": "a1"}).table.to_pylist()
    assert json.loads(out) == asked
    assert len(asked) > 1


def test_param_and_option_are_the_same(store, capsys):
    first = said(capsys, "ask", "followers", "--param", "account=a1", "--param", "limit=1", "--store", store, "--json")
    second = said(capsys, "ask", "followers", "--account", "a1", "--limit=1", "--store", store, "--json")
    assert first == second
    assert len(json.loads(first[1])) == 1


@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet"])
def test_an_answer_goes_to_a_file(store, capsys, tmp_path, suffix):
    place = tmp_path / f"out{suffix}"
    code, _, _ = said(capsys, "ask", "most-followed", "--limit", "2", "--store", store, "-o", str(place))
    assert code == 0
    if suffix == ".parquet":
        assert pq.read_table(place).column_names == ["account", "seen", "claimed"]
    elif suffix == ".json":
        assert [list(row) for row in json.loads(place.read_text())] == [["account", "seen", "claimed"]] * 2
    else:
        assert place.read_text().splitlines()[0] == "account,seen,claimed"


def test_an_answer_becomes_a_small_map_of_the_accounts_it_names(store, capsys, tmp_path):
    words = ("ask", "followers", "--account", "a1", "--store", store)
    near = {row["account"] for row in json.loads(said(capsys, *words, "--json")[1])}
    place = tmp_path / "near.gexf"
    assert said(capsys, *words, "-o", str(place))[0] == 0
    drawn = {node.get("label") for node in ElementTree.parse(place).iter() if node.tag.endswith("}node")}
    assert len(near) > 3
    assert len(drawn) == len(near)
    assert said(capsys, *words, "-o", str(tmp_path / "near.html"))[0] == 0
    assert "<html" in (tmp_path / "near.html").read_text()[:200]
    code, _, err = said(capsys, "ask", "time-kinds", "--account", "a1", "--store", store, "-o", str(place))
    assert (code, "names no account" in err) == (2, True)


def test_a_past_day_is_asked_for_with_its_own_question_or_with_any_other(store, capsys):
    words = ("--account", "a1", "--as-of", "2023-11-15", "--limit", "1000", "--store", store, "--json")
    code, out, _ = said(capsys, "ask", "followers-as-of", *words)
    assert code == 0
    assert all(row["at"] <= 1_700_006_400_000 for row in json.loads(out))
    other = json.loads(said(capsys, "ask", "followers", *words)[1])
    assert {row["account"] for row in other} == {row["account"] for row in json.loads(out)}


def test_an_own_question_is_answered(store, capsys):
    pytest.importorskip("arcadedb")
    text = "MATCH (a:Account {id: $one})-[f:FOLLOWS]->(b:Account) WHERE f.endedAt IS NULL RETURN b.id AS account ORDER BY account"
    code, out, _ = said(capsys, "ask", "--cypher", text, "--param", "one=a1", "--store", store, "--json")
    named = said(capsys, "ask", "following", "--account", "a1", "--store", store, "--json")
    assert code == 0
    assert [row["account"] for row in json.loads(out)] == sorted(row["account"] for row in json.loads(named[1]))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("ask",), "Give the name of a query"),
        (("ask", "nonsense"), "There is no query"),
        (("ask", "followers"), "wants --account"),
        (("ask", "followers", "--nonsense", "1"), "no parameter 'nonsense'"),
        (("ask", "--cypher", "CREATE (a)"), "questions only read"),
        (("ask", "followers", "--account", "1", "-o", "x.xlsx"), ".csv, .json, .parquet"),
        (("neighbours", "a1", "--to", "a2", "--common", "a3"), "one of the two"),
        (("neighbours", "a1", "--to", "nobody"), "There is no account"),
    ],
)
def test_a_wrong_call_is_one_line_and_code_two(store, capsys, words, told):
    code, _, err = said(capsys, *words, "--store", store)
    assert (code, len(err.splitlines())) == (2, 1)
    assert told in err


def test_an_estimate_reads_nothing(store, capsys):
    code, out, _ = said(capsys, "ask", "mutual-fast", "--estimate", "--store", store, "--json")
    [step] = [row for row in json.loads(out) if "every tie" in row["what"]]
    with open_store(store) as opened:
        ties = sum(load.rows.get(name, 0) for load in opened.loads() for name in ("follows", "interactions"))
    assert (code, step["rows"]) == (0, ties)


def test_the_book_is_listed_and_explained_in_three_languages(capsys):
    code, out, _ = said(capsys, "queries", "--json", "--lang", "tr")
    rows = {row["query"]: row["title"] for row in json.loads(out)}
    assert (code, len(rows)) == (0, len(queries.every()))
    assert rows["followers"] == "Hesabı kim, ne zamandan beri takip ediyor"
    code, out, _ = said(capsys, "queries", "mutual-fast")
    assert (code, "--hours" in out, "MATCH (a:Account)" in out) == (0, True, True)


def test_neighbours_the_way_and_what_is_common(store, capsys):
    code, out, _ = said(capsys, "neighbours", "a1", "--store", store, "--json")
    near = [row["account"] for row in json.loads(out)]
    assert (code, "a1" in near, len(near) > 3) == (0, False, True)
    code, out, _ = said(capsys, "neighbours", "a1", "--to", "a3", "--store", store, "--json")
    steps = json.loads(out)
    assert code == 0
    follows = [row for row in steps if row["tie"] == "FOLLOWS"]
    assert {"a1", "a3"} <= {row["account"] for row in follows} | {row["other"] for row in follows}
    assert said(capsys, "neighbours", "a1", "--common", "a3", "--store", store, "--json")[0] == 0
