"""What every store must obey: `check_store(make_store)` raises an AssertionError that names the broken promise.

`make_store()` gives a new, empty store each time. The judge is `MemoryStore`, which merges in plain Python.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

import pyarrow as pa

from graphkit.dataset import SCHEMAS, TABLES, TIME_KINDS, Batch, FileReport, Refused, Source, empty
from graphkit.errors import InterruptedLoadError, StoreError, TooManyRefusedError, UsageError
from graphkit.evidence import Evidence, Finding, Member, Rival, Run
from graphkit.graphs.graph import InfluenceGraph
from graphkit.stores import Store
from graphkit.stores.memory import MemoryStore

MakeStore = Callable[[], Store]


@dataclass(frozen=True, slots=True)
class ListedLoad:
    """A load whose batches are listed: in any order, some of them twice if need be."""

    source: Source
    listed: tuple[Batch, ...]

    def batches(self, first: int = 0) -> Iterator[Batch]:
        """The listed batches from number `first` on."""
        return (batch for batch in self.listed if batch.number >= first)


def check_store(make_store: MakeStore) -> None:
    """Passes if the stores that `make_store` gives keep every promise of `CHECKS`."""
    for check in CHECKS:
        check(make_store)


def batch(number: int, refused: Sequence[Refused] = (), **rows: list[dict[str, Any]]) -> Batch:
    """A batch of rows given as dicts, `follows=[{"follower": "1", "followed": "2"}]`; one input row a table row."""
    tables = {name: pa.Table.from_pylist(listed, schema=SCHEMAS[name]) for name, listed in rows.items()}
    taken = sum(map(len, rows.values()))
    return Batch(number, read=taken + len(refused), tables=tables, refused=tuple(refused), taken=taken)


def listed(name: str, *batches: Batch) -> ListedLoad:
    """A load of these batches; its name stands for its content."""
    return ListedLoad(Source(f"{name}.csv", sha256(name.encode()).hexdigest(), "listed", "1"), batches)


def random_load(seed: int, *, batches: int = 4, rows: int = 6) -> ListedLoad:
    """A load of rows from so few values that many of them are the same; a refused row now and then."""
    chance = random.Random(seed)
    made = (_random_batch(number, chance, rows) for number in range(batches))
    return listed(f"random{seed}", *made)


def _random_batch(number: int, chance: random.Random, rows: int) -> Batch:
    tables = {name: [_random_row(name, chance) for _ in range(chance.randrange(rows))] for name in TABLES}
    refused = [Refused(number, -1, "bad_time", "no time", b"x,\xff") for _ in range(chance.randrange(2))]
    return batch(number, refused, **tables)


def _random_row(name: str, chance: random.Random) -> dict[str, Any]:
    return {column.name: _random_value(column, chance) for column in SCHEMAS[name]}


def _random_value(column: pa.Field, chance: random.Random) -> Any:
    if column.nullable and chance.random() < 0.3:
        return None
    if column.name == "at_kind":
        return chance.choice((*TIME_KINDS, "sworn"))
    if column.type == pa.int64():
        return chance.choice((-1, 0, 1, 2, 1_790_000_000_000))
    if column.type == pa.bool_():
        return chance.random() < 0.5
    if pa.types.is_list(column.type):
        return chance.choices(("a", "b", "ğ"), k=chance.randrange(3))
    return chance.choice(("1", "01", "x", "ş🦊", ""))


def rows_added_are_read_back_unchanged(make_store: MakeStore) -> None:
    """Odd names, nulls and emoji survive, ids stay the texts they were."""
    names = ["", " ", "O'Brien\"; DROP TABLE accounts; --", "Ayşe 🦊‍❄️", "a\x00b", "\u202eabc", "x" * 70_000, None]
    ids = ["007", "7", "9007199254740993", "1e18", "ı", "İ", "-", "1790000000000000100"]
    accounts = [{"id": one, "name": name, "verified": name is None} for one, name in zip(ids, names, strict=True)]
    posts = [
        {"id": "p1", "tags": [], "urls": None},
        {"id": "p2", "tags": ["a", "a b", ""], "urls": ["https://a/?b=1"]},
    ]
    with make_store() as store:
        store.add(listed("odd", batch(0, accounts=accounts, posts=posts)))  # type: ignore[arg-type]
        found = store.tables()
    expected = sorted(accounts, key=lambda account: str(account["id"]))
    assert [(row["id"], row["name"], row["verified"]) for row in found.accounts.to_pylist()] == [
        (row["id"], row["name"], row["verified"]) for row in expected
    ], "accounts changed on their way through the store"
    assert [(row["id"], row["tags"], row["urls"]) for row in found.posts.to_pylist()] == [
        ("p1", [], None),
        ("p2", ["a", "a b", ""], ["https://a/?b=1"]),
    ], "lists changed on their way through the store"
    for name, table in found.tables.items():
        assert table.schema.equals(SCHEMAS[name].empty_table().schema) or table.column_names == SCHEMAS[name].names


def an_empty_store_has_empty_tables(make_store: MakeStore) -> None:
    """A new store answers every question with nothing."""
    with make_store() as store:
        assert all(store.tables().tables[name].num_rows == 0 for name in TABLES), "an empty store gives rows"
        assert store.loads() == [], "an empty store lists loads"
        assert store.runs() == [], "an empty store lists runs"
        assert store.quarantine().num_rows == 0, "an empty store has refused rows"
        with MemoryStore() as judge:
            assert store.digest() == judge.digest(), "an empty store has another digest than the judge"


def adding_twice_equals_adding_once(make_store: MakeStore) -> None:
    """The second time nothing changes, and the report repeats the numbers of the first."""
    load = random_load(1)
    with make_store() as store:
        first, once = store.add(load), store.digest()
        second, twice = store.add(load), store.digest()
        assert once == twice, "adding the same load twice changed the graph"
        assert not first.already, "a new load was reported as known"
        assert second == replace(first, already=True), "the second report differs from the first"
        assert store.reports() == [first], "the stored reports are not those of the first load"
        assert len(store.loads()) == 1, "the same load stands twice in the ledger"


def an_interrupted_load_is_invisible_and_resumes(make_store: MakeStore) -> None:
    """Half a load is not seen, and is not begun again from the start."""
    load, seen = random_load(2, batches=5), list[int]()
    with make_store() as whole:  # one after the other, for some stores share one database
        whole.add(load)
        due = whole.digest()
    with make_store() as store:
        with suppress(InterruptedLoadError):
            store.add(load, stop=lambda: len(seen) == 3, on_batch=lambda done: seen.append(done.number))
        assert seen == [0, 1, 2], "the load did not stop at the batch edge it was asked to stop at"
        assert all(store.tables().tables[name].num_rows == 0 for name in TABLES), "rows of an unsealed load are seen"
        assert store.loads()[0].state == "open", "the ledger does not list the open load"
        assert store.loads()[0].batches == 3, "the ledger does not count the committed batches"
        report = store.add(load, on_batch=lambda done: seen.append(done.number))
        assert seen == [0, 1, 2, 3, 4], "a committed batch was done again"
        assert report.resumed == 3, "the report does not say how many batches were there already"
        assert store.digest() == due, "an interrupted load gives another graph than a whole one"


def loads_and_batches_in_any_order_give_the_graph_of_the_judge(make_store: MakeStore) -> None:
    """Rows, counts and digest are those of the judge, whatever comes first or twice."""
    for seed in range(4):
        loads, chance = [random_load(10 * seed + part) for part in range(3)], random.Random(seed)
        with MemoryStore() as judge, make_store() as store:
            expected = [judge.add(load) for load in loads]
            assert [store.add(load) for load in loads] == expected, f"seed {seed}: other counts than the judge"
            for report in expected:
                _adds_up(report)
            for name in TABLES:
                found, due = store.tables().tables[name], judge.tables().tables[name]
                assert found.to_pylist() == due.to_pylist(), f"seed {seed}: other {name} than the judge"
            assert store.digest() == judge.digest(), f"seed {seed}: another digest than the judge"
        with make_store() as store:
            for load in chance.sample(loads, k=3):
                twice = [*load.listed, *chance.sample(load.listed, k=2)]
                chance.shuffle(twice)
                store.add(replace(load, listed=tuple(twice)))
            assert store.digest() == judge_digest(loads), f"seed {seed}: the order of loads and batches matters"


def judge_digest(loads: Sequence[ListedLoad]) -> str:
    """The digest that the judge gives to these loads."""
    with MemoryStore() as judge:
        judge.add_all(loads)
        return judge.digest()


def loads_can_be_read_one_by_one(make_store: MakeStore) -> None:
    """Named loads are merged among themselves alone."""
    first, second = random_load(3), random_load(4)
    with make_store() as store, MemoryStore() as judge:
        store.add_all([first, second])
        judge.add(second)
        only = store.tables([second.source.load_id])
        assert only.interactions.to_pylist() == judge.tables().interactions.to_pylist(), "a load is not read on its own"
        assert [source.load_id for source in only.sources] == [second.source.load_id]
        try:
            store.tables(["no such load"])
        except UsageError:
            return
        raise AssertionError("an unknown load id is not refused")


def a_network_is_made_of_what_the_tables_say(make_store: MakeStore) -> None:
    """Numbers or texts, merged or plain, in whatever order the rows lie: the network is that of the judge's tables."""
    for seed in range(4):
        loads = [random_load(100 + 10 * seed + part, batches=1 + 3 * (seed % 2)) for part in range(1 + seed % 3)]
        with make_store() as store, MemoryStore() as judge:
            store.add_all(loads)
            judge.add_all(reversed(loads))
            found = InfluenceGraph.build(store.for_graph([load.source.load_id for load in loads])).to_arrow()
            due = InfluenceGraph.build(judge.tables()).to_arrow()
            for name in TABLES:
                assert found[name].equals(due[name]), f"seed {seed}: {name} of the network differ from the tables"


def a_load_can_be_handed_on_whole(make_store: MakeStore) -> None:
    """What a store hands on of a load makes another store equal, refused rows and counts included."""
    loads = [random_load(5), random_load(6)]
    with make_store() as store, MemoryStore() as judge:
        reports = store.add_all(loads).files
        for load in loads:
            judge.add(replace(load, listed=tuple(store.batches(load.source.load_id))))
        assert judge.digest() == store.digest(), "what was handed on makes another graph"
        assert tuple(judge.reports()) == reports, "what was handed on is counted in another way"
        assert judge.quarantine().to_pylist() == store.quarantine().to_pylist(), "refused rows were not handed on"
        later = [one.number for one in store.batches(loads[0].source.load_id, 2)]
        assert later == [2, 3], "a load is not handed on from the batch asked for"


def refused_rows_are_kept_with_their_place(make_store: MakeStore) -> None:
    """What was refused comes back with file, line, offset, reason and bytes."""
    bad = [Refused(3, 40, "bad_time", "'x' is no time", b"\x00\xff,x"), Refused(9, -1, "no_key", "no follower", b"")]
    load = listed("bad", batch(0, bad, follows=[{"follower": "1", "followed": "2"}]))
    with make_store() as store:
        report = store.add(load)
        _adds_up(report)
        assert (report.read, report.kept, report.refused) == (3, 1, 2), "refused rows are not counted"
        assert report.reasons == {"bad_time": 1, "no_key": 1}, "the reasons are not counted"
        found = [tuple(row.values()) for row in store.quarantine(load.source.load_id).to_pylist()]
        assert found == [
            (load.source.load_id, "bad.csv", 3, 40, "bad_time", "'x' is no time", b"\x00\xff,x"),
            (load.source.load_id, "bad.csv", 9, -1, "no_key", "no follower", b""),
        ], "the quarantine does not give back what was refused"
        assert store.quarantine("no such load").num_rows == 0


def too_many_refused_rows_stop_the_load(make_store: MakeStore) -> None:
    """One refused row too many: nothing is sealed, and the rows can be looked at."""

    def load(name: str, refused: int) -> ListedLoad:
        rows = [{"follower": str(row), "followed": "x"} for row in range(100)]
        bad = [Refused(row, -1, "bad_time", "no time", b"") for row in range(refused)]
        return listed(name, batch(0, bad, follows=rows))

    with make_store() as store:
        assert store.add(load("few", 20)).refused == 20, "twenty refused rows are allowed in any file"
        try:
            store.add(load("many", 21))
        except TooManyRefusedError as error:
            assert "bad_time" in str(error), "the error does not name the commonest reason"
        else:
            raise AssertionError("a load with too many refused rows was sealed")
        assert store.tables().follows.num_rows == 100, "a stopped load hurt another one"
        assert [record.state for record in store.loads()] == ["sealed", "stopped"]
        assert store.quarantine(load("many", 21).source.load_id).num_rows == 21, "the refused rows cannot be looked at"


def a_batch_that_does_not_add_up_is_refused(make_store: MakeStore) -> None:
    """Uncounted rows, gaps in the numbers and rows without their key end the load."""
    good = batch(0, follows=[{"follower": "1", "followed": "2"}])
    bad = {
        "uncounted": listed("uncounted", good, replace(good, number=1, read=2)),
        "gap": listed("gap", good, replace(good, number=2)),
        "keyless": listed("keyless", good, Batch(1, read=1, taken=1, tables={"follows": _keyless()})),
    }
    with make_store() as store:
        for name, load in bad.items():
            try:
                store.add(load)
            except StoreError:
                continue
            raise AssertionError(f"a load with a fault ({name}) was sealed")
        assert store.tables().follows.num_rows == 0, "rows of a faulty load are seen"


def _keyless() -> pa.Table:
    return pa.concat_tables([empty("follows"), pa.table({"followed": ["2"]})], promote_options="default")


def runs_come_back_equal(make_store: MakeStore) -> None:
    """Runs come back equal, the earliest first, twice added once."""
    finding = Finding(
        kind="follow_ring",
        members=(Member("007", "member", 0.25), Member("ş🦊", "beneficiary")),
        evidence=(Evidence("28 pairs", 28.0, 0.1 + 0.2, "shuffled", 1e-300, ("row 1",)),),
        against=(Evidence("they talk", 1.0, 1.0, "none", None),),
        innocent=("one club",),
        rivals=(Rival("friends", 0.5, ("a",), (), ("b",)),),
        q=None,
        detail={"windows": [10, 60.5], "pair": (1, 2), "nested": {"=": "kept", "none": None, "yes": True}},
    )
    run = Run(
        "0.1", "abc", 2**60, 1_790_000_000_000, {"rings": {"core": 5, "at": (1, 2)}}, (finding,), {"pods": "none"}
    )
    later = replace(run, seed=1, started_at=run.started_at + 1, findings=())
    with make_store() as store:
        store.add_run(later)
        store.add_run(run)
        store.add_run(run)
        assert store.runs() == [run, later], "runs do not come back equal to what was added"


def a_closed_store_says_so(make_store: MakeStore) -> None:
    """After `close` every question ends in an error that says what to do."""
    store = make_store()
    store.close()
    try:
        store.tables()
    except StoreError:
        return
    raise AssertionError("a closed store still answers")


def _adds_up(report: FileReport) -> None:
    assert report.read == report.kept + report.merged + report.refused, f"{report} does not add up"
    assert min(report.kept, report.merged, report.refused) >= 0, f"{report} counts below zero"


CHECKS: Final[tuple[Callable[[MakeStore], None], ...]] = (
    rows_added_are_read_back_unchanged,
    an_empty_store_has_empty_tables,
    adding_twice_equals_adding_once,
    an_interrupted_load_is_invisible_and_resumes,
    loads_and_batches_in_any_order_give_the_graph_of_the_judge,
    loads_can_be_read_one_by_one,
    a_network_is_made_of_what_the_tables_say,
    a_load_can_be_handed_on_whole,
    refused_rows_are_kept_with_their_place,
    too_many_refused_rows_stop_the_load,
    a_batch_that_does_not_add_up_is_refused,
    runs_come_back_equal,
    a_closed_store_says_so,
)
