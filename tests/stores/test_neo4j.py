"""The Neo4j store keeps the promises of every store, on both lines of Neo4j, and its graph says what its rows say."""

import pytest

from graphkit.dataset import TABLES
from graphkit.errors import StoreError
from graphkit.lab import checks_stores
from graphkit.lab.checks_stores import batch, listed, random_load
from graphkit.stores import open_store
from graphkit.stores.neo4j import migrating, reading
from graphkit.stores.neo4j.handing import hand_over
from graphkit.stores.neo4j.reading import differences

pytestmark = pytest.mark.server


@pytest.mark.parametrize("check", checks_stores.CHECKS, ids=lambda check: check.__name__)
def test_the_store_keeps_its_promise(check, neo4j_server):
    check(neo4j_server.new_store)


def test_the_graph_says_what_the_rows_say_after_every_load(neo4j_server):
    with neo4j_server.store() as store:
        for seed in (30, 31):
            store.add(random_load(seed, batches=5, rows=12))
            rows, graph = store.tables().tables, store.graph().tables
            for name in TABLES:
                due = rows[name].to_pylist()
                if name == "interactions":  # an act without post and target has no other end
                    due = [row for row in due if row["post"] is not None or row["target"] is not None]
                assert graph[name].to_pylist() == due, f"{name} after load {seed}"


def test_a_small_graph_is_as_its_page_says(neo4j_server):
    posts = [{"id": "p", "author": "a", "at": 5, "tags": ["x", "y"], "urls": ["u"]}, {"id": "q", "reply_to": "p"}]
    acts = [
        {"actor": "b", "kind": "like", "post": "p", "at": 7},
        {"actor": "b", "kind": "mention", "target": "a", "at": 9},
        {"actor": "b", "kind": "wave", "target": "c", "count": 3},
    ]
    follows = [{"follower": "b", "followed": "a", "at": 1, "at_kind": "exact"}]
    with neo4j_server.store() as store:
        store.add(listed("small", batch(0, posts=posts, interactions=acts, follows=follows)))
    assert neo4j_server.ask("MATCH (a:Account) RETURN a.id, a.listed ORDER BY a.id") == [
        ["a", None],
        ["b", None],
        ["c", None],
    ]
    assert neo4j_server.ask("MATCH (a)-[f:FOLLOWS]->(b) RETURN a.id, b.id, f.at, f.atKind") == [["b", "a", 1, "exact"]]
    assert neo4j_server.ask("MATCH (a)-[:POSTED]->(p)-[:TAGGED]->(t) RETURN a.id, t.name ORDER BY t.name") == [
        ["a", "x"],
        ["a", "y"],
    ]
    assert neo4j_server.ask("MATCH (q:Post)-[:REPLY_TO]->(p:Post)-[:LINKS_TO]->(u:Url) RETURN q.id, p.id, u.url") == [
        ["q", "p", "u"]
    ]
    assert neo4j_server.ask("MATCH (b)-[f:LIKED]->(p:Post) RETURN b.id, p.id, f.at, f.target") == [["b", "p", 7, None]]
    assert neo4j_server.ask(
        "MATCH (b)-[e:ENGAGED]->(a) RETURN b.id, a.id, e.count, e.first, e.last, e.kinds ORDER BY a.id"
    ) == [["b", "a", 2, 7, 9, ["like", "mention"]], ["b", "c", 3, None, None, ["wave"]]]


def test_opening_again_changes_nothing_and_a_newer_format_is_refused(neo4j_server):
    neo4j_server.store().close()
    bolt = neo4j_server.bolt()
    try:
        assert migrating.migrate(bolt) == 0
        assert migrating.found_format(bolt) == len(migrating.migrations())
    finally:
        bolt.close()
    neo4j_server.do("MATCH (s:_GkStore) SET s.format = 99")
    with pytest.raises(StoreError, match="newer graphkit"):
        neo4j_server.store()


def test_an_index_left_by_a_program_that_died_while_making_a_constraint_keeps_nobody_out(neo4j_server):
    neo4j_server.store().close()
    bolt = neo4j_server.bolt()
    try:
        bolt.schema("DROP CONSTRAINT gk_store_id")
        bolt.schema("MATCH (s:_GkStore) DELETE s")
        bolt.schema("CREATE INDEX gk_store_id FOR (s:_GkStore) ON (s.id)")  # what the server keeps of such a constraint
        assert migrating.migrate(bolt) == len(migrating.migrations())
        rules = "SHOW CONSTRAINTS YIELD name, type WHERE name = 'gk_store_id' RETURN type CONTAINS 'UNIQUENESS'"
        assert bolt.listed(rules) == [[True]]
    finally:
        bolt.close()


def test_stores_handed_over_in_both_directions_have_equal_digests(neo4j_server, tmp_path):
    with open_store(str(tmp_path / "a.duckdb")) as giver, neo4j_server.store() as neo4j:
        giver.add_all([random_load(7), random_load(8)])
        hand_over(giver, neo4j)
        assert neo4j.digest() == giver.digest()
        ids, source, target = reading.follows_of(neo4j.bolt)
        found = sorted(zip(ids.take(source).to_pylist(), ids.take(target).to_pylist(), strict=True))
        assert found == list(
            zip(*neo4j.tables().follows.select(["follower", "followed"]).to_pydict().values(), strict=True)
        )
        assert neo4j.reports() == giver.reports()
        assert all(report.already for report in hand_over(giver, neo4j).files)
        with open_store(str(tmp_path / "b.duckdb")) as taker:
            hand_over(neo4j, taker)
            assert taker.digest() == giver.digest()


def test_a_load_half_worked_in_by_a_dead_program_is_finished_by_the_next_one(neo4j_server, monkeypatch):
    from graphkit.stores.neo4j import store as module

    monkeypatch.setattr(module, "_QUIET_S", 0.1)
    with neo4j_server.store() as store:
        load = random_load(9)

        def die(state, resumed):
            raise KeyboardInterrupt

        with monkeypatch.context() as broken:
            broken.setattr(store, "_grow", die)
            with pytest.raises(KeyboardInterrupt):
                store.add(load)
        assert [record.state for record in store.loads()] == ["open"]
        store.add(random_load(10))
        assert [record.state for record in store.loads()] == ["sealed", "sealed"]
        assert store.digest() == checks_stores.judge_digest([load, random_load(10)])


def test_a_change_by_another_hand_is_seen(neo4j_server):
    with neo4j_server.store() as store:
        store.add(
            listed("two", batch(0, follows=[{"follower": "1", "followed": "2"}, {"follower": "2", "followed": "1"}]))
        )
        neo4j_server.do("MATCH (:Account {id: '1'})-[f:FOLLOWS]->() SET f.at = 5")
        found = {one.table: one for one in differences(store.tables(), store.graph())}
    assert (found["follows"].due, found["follows"].missing, found["follows"].extra) == (2, 1, 1)
    assert [one.missing + one.extra for name, one in found.items() if name != "follows"] == [0, 0, 0, 0]


@pytest.mark.parametrize("neo4j_server", ["5.26"], indirect=True)
def test_questions_in_python_get_the_answers_of_the_embedded_store(neo4j_server):
    day = 86_400_000
    rows = [("1", "2", 0), ("2", "1", day), ("2", "3", 3 * day), ("4", "1", day)]
    follows = [{"follower": a, "followed": b, "at": at, "at_kind": "exact"} for a, b, at in rows]
    load = listed("asked", batch(0, follows=follows))
    own = "MATCH (a:Account)-[:FOLLOWS]->(b:Account {id: $id}) RETURN a.id AS account ORDER BY account"
    with neo4j_server.store() as server, open_store(":memory:") as embedded:
        for store in (server, embedded):
            store.add(load)
            assert store.ask("followers", account="1")["account"].to_list() == ["2", "4"]
            assert store.cypher(own, id="1")["account"].to_list() == ["2", "4"]
            assert store.way("4", "3")[["account", "tie", "other"]].to_numpy().tolist() == [
                ["4", "FOLLOWS", "1"],
                ["1", "FOLLOWS", "2"],
                ["2", "FOLLOWS", "1"],
                ["2", "FOLLOWS", "3"],
            ]
            past = store.as_of("1970-01-02T12:00")
            assert past.ask("following", account="2")["account"].to_list() == ["1"]
            assert past.tables().follows.num_rows == 3
