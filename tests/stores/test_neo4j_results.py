"""Results in the graph: put in place whole, only on what is owned, and gone without a trace."""

import threading

import pyarrow as pa
import pytest

from graphkit.analysis.tables import ACCOUNTS, REACH
from graphkit.errors import StoreError
from graphkit.evidence import Finding, Member, Run
from graphkit.lab.checks_stores import batch, listed
from graphkit.stores.cypher.server import Server, ask_server
from graphkit.stores.neo4j.address import Address
from graphkit.stores.queries.asking import Limits

pytestmark = [pytest.mark.server, pytest.mark.parametrize("neo4j_server", ["2026"], indirect=True)]

CENSUS = (
    "MATCH (n) WHERE NOT n:Run AND none(l IN labels(n) WHERE l STARTS WITH '_Gk') "
    "RETURN labels(n), apart, count(*) ORDER BY labels(n), apart"
).replace("apart", "keys(n)")


def run_of(number, *members):
    finding = Finding(kind="pod", members=tuple(Member(one) for one in members), evidence=(), q=0.25, sentence="s")
    return Run("0.1", "digest", number, 1000 + number, {}, (finding,))


def said(label, *ids):
    accounts = [{"id": one, "label": label, "p_bot": 0.5, "community": "c1"} for one in ids]
    reach = [{"id": ids[0], "real": 7}]
    return pa.Table.from_pylist(accounts, schema=ACCOUNTS), pa.Table.from_pylist(reach, schema=REACH)


@pytest.fixture
def store(neo4j_server):
    with neo4j_server.store() as opened:
        opened.add(listed("three", batch(0, accounts=[{"id": one, "name": one} for one in "abc"])))
        yield opened


def shown(neo4j_server):
    return neo4j_server.ask("MATCH (a:Account) RETURN a.id, a.gkRun, a.gkLabel, a.gkPBot, a.gkReal ORDER BY a.id")


def test_the_newest_run_is_shown_whole_and_leaves_no_trace_when_taken_out(neo4j_server, store):
    before = neo4j_server.ask(CENSUS)
    first, second = run_of(1, "a", "b"), run_of(2, "c")
    store.publish(first, *said("pod", "a", "b", "c"))
    assert shown(neo4j_server) == [
        ["a", first.id, "pod", 0.5, 7],
        ["b", first.id, "pod", 0.5, None],
        ["c", first.id, "pod", 0.5, None],
    ]
    store.publish(second, *said("bot", "a", "c"))
    assert shown(neo4j_server) == [
        ["a", second.id, "bot", 0.5, 7],
        ["b", None, None, None, None],
        ["c", second.id, "bot", 0.5, None],
    ]
    store.publish(first, *said("pod", "a"))  # an older run is kept, and not shown
    assert neo4j_server.ask("MATCH (r:Run {current: true})-[:FOUND]->(f:Finding)-[n:NAMES]->(a) "
                            "RETURN r.id, f.run, f.q, n.role, a.id") == [[second.id, second.id, 0.25, "member", "c"]]  # fmt: skip
    assert neo4j_server.ask("MATCH (a)-[:MEMBER_OF]->(c:Community) RETURN a.id, c.id, c.size ORDER BY a.id") == [
        ["a", "c1", 2],
        ["c", "c1", 2],
    ]
    assert store.runs() == [first, second]
    store.unpublish()
    assert neo4j_server.ask(CENSUS) == before
    assert store.runs() == [first, second]


def test_a_run_about_accounts_that_are_not_there_changes_nothing(neo4j_server, store):
    first = run_of(1, "a")
    store.publish(first, *said("pod", "a"))
    before = shown(neo4j_server)
    with pytest.raises(StoreError, match="does not hold"):
        store.publish(run_of(2, "a"), *said("bot", "a", "stranger"))
    assert shown(neo4j_server) == before
    assert store.runs() == [first]


def test_a_reader_sees_one_run_or_the_other_and_never_a_mix(neo4j_server, store):
    people = [f"p{number}" for number in range(2_000)]  # so many that a commit takes its time
    store.add(listed("many", batch(0, accounts=[{"id": one, "name": one} for one in people])))
    seen, over = [], threading.Event()

    def ask():
        with Server(Address.parse(neo4j_server.address)) as asked:
            while not over.is_set():
                rows = asked.ask(
                    "MATCH (a:Account) WHERE a.gkRun IS NOT NULL RETURN DISTINCT a.gkRun AS run, a.gkLabel AS said", {}
                )
                seen.append([tuple(row.values()) for row in rows.table.to_pylist()])

    reader = threading.Thread(target=ask)
    runs = [run_of(number, "a") for number in range(12)]
    store.publish(runs[0], *said("label0", *people))
    reader.start()
    for number, run in enumerate(runs[1:], start=1):
        store.publish(run, *said(f"label{number}", *people))
    over.set()
    reader.join(60)
    assert len({one for answer in seen for one in answer}) > 3
    assert {len(answer) for answer in seen} == {1}
    assert {one for answer in seen for one in answer} <= {(run.id, f"label{at}") for at, run in enumerate(runs)}


def test_one_who_died_before_the_commit_keeps_readers_out_for_a_minute_only(neo4j_server, store):
    address = Address.parse(neo4j_server.address)

    store.publish(run_of(1, "a"), *said("pod", "a"))
    neo4j_server.do("MERGE (t:_GkTurn {id: 1}) SET t.by = 'the dead', t.since = timestamp()")
    question = "MATCH (a:Account) WHERE a.gkRun IS NOT NULL RETURN a.gkLabel AS said"
    with pytest.raises(StoreError, match="ask again in a minute"):
        ask_server(address, question, {}, limits=Limits(seconds=0.5))
    neo4j_server.do("MATCH (t:_GkTurn) SET t.since = timestamp() - 61000")
    assert ask_server(address, question, {}).table.to_pylist() == [{"said": "pod"}]
