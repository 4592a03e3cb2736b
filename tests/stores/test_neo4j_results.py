"""Results in the graph: put in place whole, only on what is owned, and gone without a trace."""

import threading
from dataclasses import replace

import pyarrow as pa
import pytest

from graphkit.analysis.tables import ACCOUNTS, REACH
from graphkit.errors import StoreError
from graphkit.evidence import Finding, Member, Run
from graphkit.lab.checks_stores import batch, listed

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
    seen, over = [], threading.Event()

    def look():
        while not over.is_set():
            seen.append(neo4j_server.ask("MATCH (a:Account) RETURN collect(DISTINCT [a.gkRun, a.gkLabel])")[0][0])

    reader = threading.Thread(target=look)
    store.publish(run_of(0, "a"), *said("label0", "a", "b", "c"))
    reader.start()
    for number in range(1, 12):
        store.publish(replace(run_of(number, "a")), *said(f"label{number}", "a", "b", "c"))
    over.set()
    reader.join(60)
    assert len(seen) > 3
    assert [one for one in seen if len(one) != 1] == []
