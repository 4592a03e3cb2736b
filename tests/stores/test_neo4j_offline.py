"""Large first loads go past Bolt: the offline import makes the graph, and store and ledger are as if Bolt had."""

import pytest
import servers
from kills import made_up

from graphkit.lab.checks_stores import batch, judge_digest, listed
from graphkit.settings import defaults
from graphkit.stores import open_store, server
from graphkit.stores.neo4j.handing import hand_over
from graphkit.stores.neo4j.offline import admin, files
from graphkit.stores.neo4j.reading import differences

EAGER = defaults().model_copy(update={"neo4j": defaults().neo4j.model_copy(update={"offline_rows": 10})})

ODD = batch(
    0,
    accounts=[{"id": "a", "bio": ""}, {"id": "b;\n\"'", "name": "Ayşe\n\"x\", 'y'", "verified": False}, {"id": "c"}],
    follows=[{"follower": "a", "followed": "c", "at": 1, "at_kind": ""}, {"follower": "b;\n\"'", "followed": "c"}],
    posts=[
        {"id": "p", "author": "a", "text": 'two\nlines; \\ "quoted"', "tags": ["x;y", 'z,"w"'], "paid": True},
        {"id": "q", "reply_to": "p", "text": "", "tags": [], "urls": ["https://example.org/?a=1;b"]},
    ],
    interactions=[
        {"actor": "a", "kind": "like", "post": "p", "at": 7, "client": ""},
        {"actor": "a", "kind": "wave", "target": "c", "count": 3},
        {"actor": "c", "kind": "mention", "target": "a", "at": 9},
        {"actor": "c", "kind": "reply"},
    ],
    coverage=[{"account": "a", "relation": "followers", "order": "newest_first", "complete": True}, {"account": "c"}],
)


def loads():
    return [listed("odd", ODD), made_up(41)]


def eager(server, **settings):
    return open_store(f"{server.home.address}?home={server.home.path}", settings=settings.get("settings", EAGER))


def demand_equal_graph(store):
    assert [(one.table, one.missing, one.extra) for one in differences(store.tables(), store.graph())] == [
        (name, 0, 0) for name in ("accounts", "follows", "interactions", "posts", "coverage")
    ]


@pytest.mark.server
@pytest.mark.parametrize("neo4j_server", ["5.26"], indirect=True)
def test_a_large_first_load_is_imported_and_the_next_goes_over_bolt(neo4j_server, caplog):
    first, second = made_up(40), listed("odd", ODD)
    neo4j_server.empty()
    with eager(neo4j_server) as store:
        assert store.add(first).kept > 10
        assert [one.state for one in store.loads()] == ["sealed"]
        assert store.digest() == judge_digest([first])
        demand_equal_graph(store)
        assert "takes the offline import" in caplog.text
        assert store.add(first).already
        caplog.clear()
        store.add(second)
        assert store.digest() == judge_digest([first, second])
        demand_equal_graph(store)
        assert "offline" not in caplog.text
    assert not (neo4j_server.home.path / "import" / "graphkit").exists()


@pytest.mark.server
@pytest.mark.parametrize("neo4j_server", ["2026"], indirect=True)
def test_a_store_pushed_past_bolt_is_the_store_pushed_over_it(neo4j_server, tmp_path):
    neo4j_server.empty()
    with open_store(str(tmp_path / "a.duckdb")) as giver:
        giver.add_all(loads())
        with eager(neo4j_server) as taker:
            assert taker.import_from(giver)
            assert hand_over(giver, taker).files[0].already
            assert taker.digest() == giver.digest()
            assert taker.reports() == giver.reports()
            demand_equal_graph(taker)
    assert neo4j_server.ask("MATCH (m:_GkOffline) RETURN count(m)") == [[0]]
    assert neo4j_server.ask("MATCH (a:Account {id: 'a'}) RETURN a.bio, a.listed") == [["", True]]
    assert neo4j_server.ask("MATCH (p:Post {id: 'p'}) RETURN p.tags, p.text") == [
        [["x;y", 'z,"w"'], 'two\nlines; \\ "quoted"']
    ]
    assert neo4j_server.ask("MATCH (a)-[l:LIKED]->(p:Post) WHERE a.id = 'a' RETURN l.client, l.at") == [["", 7]]


@pytest.mark.server
@pytest.mark.parametrize("neo4j_server", ["5.26"], indirect=True)
def test_csv_files_through_the_import_tool_make_the_store_that_was_written(neo4j_server, tmp_path):
    home = neo4j_server.home
    with open_store(str(tmp_path / "a.duckdb")) as giver:
        giver.add_all(loads())
        made = files.write(
            giver.tables(), [one.source.load_id for one in giver.reports()], tmp_path / "csv", format="csv"
        )
        assert {table.path.suffix for table in made.tables} == {".csv"}
        port = home.port
        server.stop(home)
        admin.run(home, made)
        server.start(home, port=port, memory=servers.SMALL)
        with neo4j_server.store() as taker:
            hand_over(giver, taker)
            assert taker.digest() == giver.digest()
            demand_equal_graph(taker)
    assert neo4j_server.ask("MATCH (p:Post {id: 'p'}) RETURN p.tags, p.text") == [
        [["x;y", 'z,"w"'], 'two\nlines; \\ "quoted"']
    ]
