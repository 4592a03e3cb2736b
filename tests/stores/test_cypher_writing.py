"""Both ways into the engine's batch make the same graph."""

import json

import pytest

from graphkit.stores.cypher import writing

pytest.importorskip("arcadedb")

PEOPLE = [{"id": "a", "name": 'quo"te\n'}, {"id": "ü", "listed": True}, {"id": "c", "urls": ["x", "y"], "n": 2**53}]
TIES = [{"at": 7, "kinds": ["like"]}, {}, {"at": -1, "p": 0.25}]
ASKED = "MATCH (a:A)-[r]->(b:A) RETURN properties(a) AS a, type(r) AS t, properties(r) AS r, properties(b) AS b"


def graph(folder, *, short):
    import arcadedb

    database = arcadedb.create_database(str(folder))
    try:
        for statement in ("CREATE VERTEX TYPE A", "CREATE EDGE TYPE F", "CREATE EDGE TYPE G"):
            database.command("sql", statement)
        with writing.Writer(database) as writer:
            assert (writer._call is not None) == short
            places = writer.nodes("A", [json.dumps(person) for person in PEOPLE])
        with writing.Writer(database) as writer:
            writer.ties("F", places, [*places[1:], places[0]], properties=[json.dumps(tie) for tie in TIES])
            writer.flush()
            writer.ties("G", places[:1], places[2:])
        return sorted(json.dumps(row.to_dict(), sort_keys=True) for row in database.query("opencypher", ASKED))
    finally:
        database.close()


def test_ready_texts_and_dictionaries_make_the_same_graph(tmp_path, monkeypatch):
    fast = graph(tmp_path / "fast", short=True)
    monkeypatch.setattr(writing, "_short_way", lambda batch: None)
    assert graph(tmp_path / "slow", short=False) == fast
    assert len(fast) == 4
    assert sum('"n": 9007199254740992' in row for row in fast) == 3
