"""Own questions in Cypher: what may be asked, within which limits, and answered as a server answers."""

import json

import pytest
from cypher_graphs import random_dataset, random_question, random_run

from graphkit.errors import StoreError, UsageError
from graphkit.stores import open_store, queries
from graphkit.stores.cypher import Engine, check, project
from graphkit.stores.cypher.server import Server, ask_server
from graphkit.stores.neo4j.address import Address

SAMPLE = 120  # random questions an engine and run of `make test`; `make differential` asks 2,000

FORBIDDEN = (
    "CREATE (a:Account {id: '1'})",
    "CREATE (a:Account {id: '1'}) RETURN a.id",
    "MATCH (a) CREATE (b:Account) RETURN b.id",
    "MERGE (a:Account {id: '1'}) RETURN a.id",
    "MATCH (a:Account) SET a.name = 'x' RETURN a.id",
    "MATCH (a:Account) SET a += {name: 'x'} RETURN a.id",
    "MATCH (a:Account) SET a:Bot RETURN a.id",
    "MATCH (a:Account) REMOVE a.name RETURN a.id",
    "MATCH (a:Account) DELETE a",
    "MATCH (a:Account) DETACH DELETE a RETURN 1",
    "MATCH (a) NODETACH DELETE a RETURN 1",
    "MATCH (a:Account) FOREACH (x IN [1] | SET a.name = 'x') RETURN a.id",
    "WITH 1 AS x FOREACH (y IN [1] | CREATE (:Account)) RETURN x",
    "CALL { CREATE (a:Account) } RETURN 1",
    "MATCH (a:Account) CALL { WITH a DELETE a } RETURN 1",
    "MATCH (a:Account) CALL (a) { SET a.name = 'x' } RETURN 1",
    "UNWIND range(1, 9) AS i CALL (i) { CREATE (:Account) } IN TRANSACTIONS RETURN i",
    "LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line",
    "LOAD CSV WITH HEADERS FROM 'http://127.0.0.1/x' AS line RETURN line",
    "MATCH (a:Account) LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line",
    "USING PERIODIC COMMIT LOAD CSV FROM 'x' AS line RETURN line",
    "CREATE INDEX FOR (a:Account) ON (a.name)",
    "CREATE CONSTRAINT FOR (a:Account) REQUIRE a.name IS UNIQUE",
    "DROP INDEX x",
    "DROP CONSTRAINT x IF EXISTS",
    "CREATE DATABASE x",
    "DROP DATABASE neo4j",
    "ALTER DATABASE neo4j SET ACCESS READ ONLY",
    "STOP DATABASE neo4j",
    "START DATABASE neo4j",
    "CREATE USER x SET PASSWORD 'longenough'",
    "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'b'",
    "DROP USER neo4j",
    "SHOW USERS",
    "SHOW TRANSACTIONS",
    "SHOW SETTINGS",
    "SHOW INDEXES YIELD name RETURN name",
    "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
    "GRANT ROLE admin TO x",
    "DENY READ {*} ON GRAPH * TO x",
    "REVOKE ROLE admin FROM x",
    "USE system MATCH (a) RETURN a.id",
    "CALL dbms.listConfig()",
    "CALL dbms.killConnection('x')",
    "CALL db.labels()",
    "CALL db.createLabel('X')",
    "CALL db.clearQueryCaches()",
    "CALL apoc.load.json('http://127.0.0.1/')",
    "CALL apoc.export.csv.all('/tmp/x.csv', {})",
    "MATCH (a) RETURN apoc.text.join(['a'], '')",
    "MATCH (a) RETURN db.nameFromElementId('x')",
    "CALL algo.pagerank()",
    "CALL gds.graph.project('g', '*', '*')",
    "MATCH (a) RETURN 1; MATCH (b) DELETE b",
    "RETURN 1; CREATE (a:Account)",
    "MATCH (a) RETURN a.id // harmless\n; DROP INDEX x",
    "/* harmless */ CREATE (a:Account)",
    "match (a) dElEtE a return 1",
    "MATCH (a) \\u0044ELETE a RETURN 1",
    "MATCH (a:`x\\u0060) DELETE a //`) RETURN 1",
    "MATCH (a:`Account`) `DELETE` a RETURN 1; DROP INDEX y",
    "MATCH (a:`Acc ount`) RETURN 1",
    "EXPLAIN CREATE (a)",
    "PROFILE MATCH (a) DELETE a",
    "CYPHER runtime=parallel MATCH (a) RETURN 1",
    "INSERT (a:Account)",
    "SELECT * FROM Account",
    "EXPORT DATABASE '/tmp/x'",
    "COPY Account TO '/tmp/x'",
    "INSTALL httpfs",
    "ATTACH '/tmp/x' AS y",
    "BACKUP DATABASE file:///tmp/x",
    "IMPORT DATABASE file:///tmp/x",
    "ENABLE SERVER 'x'",
    "MATCH (a) RETURN a.id NEXT CREATE (b)",
    "",
)

DIFFERENT = {  # what engines answer differently -> the way that is named instead
    "MATCH (a:Account) WHERE (a)-[:FOLLOWS]->() RETURN a.id": "EXISTS",
    "MATCH (a:Account) WHERE NOT (a)<-[:FOLLOWS]-() RETURN a.id": "EXISTS",
    "MATCH (a:Account) WHERE (a)--() RETURN a.id": "EXISTS",
    "MATCH (a:Account) RETURN [(a)-[:FOLLOWS]->(b) | b.id] AS x": "EXISTS",
    "MATCH (a:Account) RETURN size([(a)-->(b) | b.id]) AS x": "EXISTS",
    "MATCH (a:Account) WHERE EXISTS { (a)-[:FOLLOWS]->() } RETURN a.id": "EXISTS { MATCH",
    "MATCH (a:Account)-[r]->(a) RETURN a.id, count(*) AS n": "a.id = b.id",
    "MATCH p = SHORTEST 1 (a)-[:FOLLOWS]->+(b) RETURN length(p)": "shortestPath",
    "MATCH (a)-[:FOLLOWS*]->(b) RETURN count(b)": "1..3",
    "MATCH (a)-[:FOLLOWS*2..]->(b) RETURN count(b)": "1..3",
    "MATCH (a)-[:FOLLOWS*0..2]->(b) RETURN count(b)": "1..3",
    "MATCH (a)-[*1..99]->(b) RETURN count(b)": "1..3",
    "MATCH p = (a)-->(b) RETURN p": "nodes(p)",
    "MATCH p = (a)-->(b) RETURN collect(p) AS ps": "nodes(p)",
    "MATCH p = (a)-->(b) WITH p AS q RETURN q": "nodes(p)",
    "MATCH (a) RETURN id(a)": "property id",
    "MATCH (a) RETURN elementId(a)": "property id",
    "MATCH (a) RETURN a.nid": "use id",
    "MATCH (a:_GkBatch) RETURN count(a)": "use id",
    "RETURN datetime() AS now": "milliseconds",
    "RETURN timestamp() AS now": "milliseconds",
    "RETURN rand() AS x": "use one of",
    "MATCH (b) CALL { MATCH (a) RETURN a } RETURN a.id": "COUNT",
    "MATCH (a) USING INDEX a:Account(id) RETURN 1": "leave it out",
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    with open_store(":memory:") as store:
        store.add(random_dataset(16))
        store.add_run(random_run(16))
        return queries.graph_of(store, tmp_path_factory.mktemp("graph"))


@pytest.fixture(scope="module")
def engine(graph):
    pytest.importorskip("arcadedb")
    with Engine(project(graph)) as engine:
        yield engine


def census(ask):
    return ask("MATCH (a) RETURN count(a) AS nodes"), ask("MATCH (a)-[r]->(b) RETURN count(r) AS ties")


def test_there_are_sixty_forbidden_statements():
    assert len(set(FORBIDDEN)) >= 60


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_a_question_only_reads(statement):
    with pytest.raises(UsageError):
        check(statement)


@pytest.mark.parametrize("question", DIFFERENT)
def test_what_engines_answer_differently_is_refused_with_another_way(question):
    with pytest.raises(UsageError) as refused:
        check(question)
    assert "Instead" in str(refused.value)
    assert DIFFERENT[question] in str(refused.value)


@pytest.mark.parametrize(
    "question",
    [
        "MATCH (a:Account) WHERE a.name = 'CREATE; DELETE' RETURN a.id AS id",
        "MATCH (a:Account {id: $x}) RETURN a.create AS c, {set: 1, delete: 2} AS m // DROP",
        "MATCH (a:Account) WHERE (a.followers) - (a.following) > 1 RETURN a.id",
        "MATCH p = shortestPath((a:Account {id: $x})-[:FOLLOWS*..4]->(b:Account {id: $y})) RETURN length(p) AS n",
        "MATCH (a:Account) RETURN [x IN [1, 2] | x * 3] AS l, 2 * 3 AS n, COUNT { MATCH (a)-->(b) } AS c",
        "MATCH (a)-->(b) RETURN a.id, b.id UNION MATCH (a)<--(b) RETURN a.id, b.id;",
    ],
)
def test_an_ordinary_question_passes(question):
    assert check(question) <= {"x", "y"}


def test_the_engine_itself_writes_nothing_even_where_the_check_is_left_out(engine, tmp_path, monkeypatch):
    before = census(lambda text: engine.ask(text).table.to_pylist())
    monkeypatch.setattr("graphkit.stores.cypher.engine.check", lambda text: frozenset())
    for statement in FORBIDDEN:
        if not any(word in statement.upper() for word in ("SHOW", "PROFILE", "CALL", "RUNTIME", "APOC", "DB.")):
            try:
                engine.ask(statement)
            except (UsageError, StoreError):
                continue
    with pytest.raises(UsageError):
        engine.ask("CREATE (a:Account {id: 'x'}) RETURN 1 AS x")
    with pytest.raises(UsageError):
        engine.ask("LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line")
    monkeypatch.undo()
    assert census(lambda text: engine.ask(text).table.to_pylist()) == before


@pytest.mark.server
def test_a_server_lets_none_of_them_through(neo4j_server):
    with neo4j_server.new_store() as store:
        store.add(random_dataset(16))
    address = Address.parse(neo4j_server.address)

    def ask(text):
        return ask_server(address, text, {}).table.to_pylist()

    before = census(ask)
    for statement in FORBIDDEN:
        with pytest.raises(UsageError):
            check(statement)
    for statement in FORBIDDEN[:16]:  # the writes: READ mode refuses them also where the check is left out
        with pytest.raises(UsageError, match="AccessMode|SyntaxError"):
            ask(statement)
    assert census(ask) == before


def test_a_question_with_missing_or_unused_parameters_is_refused(engine):
    with pytest.raises(UsageError, match=r"wants the parameter \$x"):
        engine.ask("MATCH (a:Account {id: $x}) RETURN a.id")
    with pytest.raises(UsageError, match=r"has no parameter \$y"):
        engine.ask("MATCH (a:Account) RETURN a.id", {"y": 1})


def test_whole_nodes_are_refused_with_the_way_to_return_properties(engine):
    for question in (
        "MATCH (a:Account) RETURN a",
        "MATCH (a)-[r]->(b) RETURN collect(r) AS r",
    ):
        with pytest.raises(UsageError, match="Return their properties"):
            engine.ask(question)


def test_rows_and_bytes_are_limited(engine):
    answer = engine.ask("UNWIND range(1, 100000) AS n RETURN n", limits=queries.Limits(rows=10))
    assert (answer.table["n"].to_pylist(), answer.cut) == (list(range(1, 11)), True)
    assert engine.ask("UNWIND range(1, 100000) AS n RETURN n", limits=queries.Limits(bytes=100)).cut


@pytest.mark.parametrize(
    "question",
    [
        "MATCH (a), (b), (c), (d), (e), (f) WHERE a.id < b.id AND b.id < f.id RETURN sum(size(a.id) + size(f.id)) AS n",
        "MATCH (a)-[*1..6]-(b)-[*1..6]-(c) RETURN count(c) AS n",
        "UNWIND range(1, 1000000) AS x UNWIND range(1, 1000000) AS y RETURN sum(x * y) AS n",
    ],
)
def test_a_runaway_question_is_stopped_and_the_next_is_answered(engine, question):
    with pytest.raises(StoreError, match="longer than 1 s"):
        engine.ask(question, limits=queries.Limits(seconds=1))
    assert engine.ask("RETURN 1 AS one").table.to_pylist() == [{"one": 1}]


def test_a_question_that_wants_too_much_memory_is_stopped(engine):
    engine.ask("RETURN 1 AS one")
    with pytest.raises(StoreError, match="memory"):
        engine.ask(
            "UNWIND range(1, 50000000) AS x WITH collect(x) AS xs RETURN size(xs) AS n",
            limits=queries.Limits(seconds=60, memory_bytes=1),
        )


def test_a_neighbourhood_holds_its_account_and_those_one_step_away(graph):
    pytest.importorskip("arcadedb")
    named = queries.ask_file(graph, queries.find("neighbours"), {"account": "a1"}).table["account"].to_pylist()
    with Engine(project(graph, around="a1")) as engine:
        found = engine.ask("MATCH (a:Account) RETURN a.id AS id").table["id"].to_pylist()
    ended = set(found) - set(named) - {"a1"}  # a follow that ended still led there
    assert set(named) <= set(found)
    assert all("a1" in _follows(graph, one) for one in ended)


def _follows(graph, one):
    with graph.session() as connection:
        rows = connection.execute(
            "SELECT s.id, t.id FROM tie JOIN account s ON s.nid = source JOIN account t ON t.nid = target"
        ).fetchall()
    return {end for row in rows if one in row for end in row}


def test_a_graph_too_large_for_a_whole_projection_is_refused_with_another_way(graph):
    pytest.importorskip("arcadedb")
    other = queries.GraphFile(graph.path, "other")
    with pytest.raises(StoreError, match="--around ACCOUNT"):
        project(other, most=1)


def test_without_the_engine_the_error_names_what_to_install(graph, monkeypatch):
    monkeypatch.setattr("graphkit.stores.cypher.engine.find_spec", lambda name: None)
    with pytest.raises(Exception, match=r"graphkit-influence\[cypher\]"):
        project(graph)


def line(row):
    return json.dumps({name: _near(value) for name, value in row.items()}, sort_keys=True)


def _near(value):
    return float(f"{value:.10g}") if isinstance(value, float) else value


def compared(engine, address, questions):
    """The questions that two engines answered differently, and how many were answered."""
    with Server(address) as server:
        return _compared(engine, server, questions)


def _compared(engine, server, questions):
    different, answered = [], 0
    for text, given in questions:
        wanted = check(text)
        used = {name: given[name] for name in wanted}
        here = _lines(lambda: engine.ask(text, used))  # noqa: B023 - called at once
        there = _lines(lambda: server.ask(text, used))  # noqa: B023
        answered += isinstance(there, list)
        if here != there and isinstance(here, list):  # an error here is a refusal, never a wrong answer
            different.append((text, used, here, there))
    return different, answered


def _lines(ask):
    try:
        return sorted(line(row) for row in ask().table.to_pylist())
    except UsageError as error:
        return f"refused: {error}"


@pytest.mark.server
def test_random_questions_are_answered_as_by_a_server(neo4j_server, graph, engine):
    with neo4j_server.new_store() as store:
        store.add(random_dataset(16))
        store.add_run(random_run(16))
    questions = [random_question(seed) for seed in range(SAMPLE)]
    different, answered = compared(engine, Address.parse(neo4j_server.address), questions)
    assert different == []
    assert answered >= SAMPLE * 0.95
