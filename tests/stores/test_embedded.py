"""What is special about one DuckDB file: two programs at once, a full disk, files that are no store, older and newer ones."""

import os
import resource
import subprocess
import sys
import time
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace

import duckdb
import kills
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from graphkit.dataset import Batch, Dataset, Refused, Source
from graphkit.errors import StoreError, TooManyRefusedError
from graphkit.lab.checks_stores import ListedLoad, batch, judge_digest, listed, random_load, replace
from graphkit.settings import defaults
from graphkit.stores import connection, faults, open_store


def small(seed):
    return kills.made_up(seed, batches=3, size=20)


def loads_at_once(rounds):
    """Each of several processes makes its loads, round by round at the same moment; their reports by process."""
    barrier, pipes, processes = kills.CONTEXT.Barrier(len(rounds)), [], []
    for own in rounds:
        here, there = kills.CONTEXT.Pipe(duplex=False)
        processes.append(kills.CONTEXT.Process(target=load_in_turn, args=(own, barrier, there)))
        processes[-1].start()
        there.close()
        pipes.append(here)
    reports = [pipe.recv() for pipe in pipes]
    for process in processes:
        process.join()
    return reports


def load_in_turn(rounds, barrier, pipe):
    reports = []
    for address, seed in rounds:
        load = small(seed)
        barrier.wait()
        with open_store(str(address)) as store:
            reports.append(store.add(load))
    pipe.send(reports)


def test_two_loads_of_the_same_file_at_once_make_one_graph_and_one_of_them_says_so(tmp_path):
    rounds = [(tmp_path / f"{number}.duckdb", number) for number in range(20)]
    first, second = loads_at_once([rounds, rounds])
    for (address, seed), one, other in zip(rounds, first, second, strict=True):
        assert {one.already, other.already} == {False, True}
        assert (one.read, one.kept, one.merged) == (other.read, other.kept, other.merged)
        with open_store(str(address)) as store:
            assert store.digest() == judge_digest([small(seed)])


def test_four_loads_of_different_files_at_once_make_the_union(tmp_path):
    reports = loads_at_once([[(tmp_path / "store.duckdb", seed)] for seed in range(4)])
    assert not any(report.already for [report] in reports)
    with open_store(str(tmp_path / "store.duckdb")) as store:
        assert store.digest() == judge_digest([small(seed) for seed in range(4)])


def test_a_store_that_stays_in_use_is_given_up_with_the_name_of_the_holder(tmp_path, caplog):
    address = str(tmp_path / "store.duckdb")
    open_store(address).close()
    holder = subprocess.Popen([sys.executable, "-c", HOLD, address], stdout=subprocess.PIPE)
    holder.stdout.readline()
    impatient = replace_stores(wait_seconds=1.5)
    with pytest.raises(StoreError, match=f"in use by process {holder.pid}"):
        open_store(address, settings=impatient)
    assert f"Waiting for {address}, which is in use by process {holder.pid}." in caplog.messages
    holder.kill()
    holder.wait()
    holder.stdout.close()
    open_store(address, settings=impatient).close()


HOLD = "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print('held', flush=True); time.sleep(60)"


def replace_stores(**values):
    return defaults().model_copy(update={"stores": defaults().stores.model_copy(update=values)})


def test_a_store_held_open_keeps_nobody_out_between_two_calls(tmp_path):
    address = str(tmp_path / "store.duckdb")
    with open_store(address) as first, open_store(address) as second:
        first.add(random_load(1))
        second.add(random_load(2))
        assert first.digest() == second.digest() == judge_digest([random_load(1), random_load(2)])


@contextmanager
def small_disk(folder, size):
    """A disk of that many bytes: a mounted one, or, without the right to mount, a limit on the size of files."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    if mounted.returncode:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield lambda: grow(folder, before, mounted=not mounted.returncode)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        if not mounted.returncode:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def grow(folder, limit, *, mounted):
    if mounted:
        subprocess.run(["mount", "-o", "remount,size=512m", str(folder)], check=True)
    resource.setrlimit(resource.RLIMIT_FSIZE, limit)


def wide_load():
    """Six megabytes in twelve batches, and a refused row with raw bytes in each."""
    chance = kills.random.Random(1)
    bad = [refused_row(number) for number in range(12)]
    rows = (
        batch(
            number,
            [bad[number]],
            posts=[{"id": f"{number}-{row}", "text": chance.randbytes(512).hex()} for row in range(500)],
        )
        for number in range(12)
    )
    return listed("wide", *rows)


def refused_row(number):
    return Refused(number, number, "bad_time", "no time", b"x" * 4096)


@pytest.mark.parametrize("foreseen", [True, False], ids=["foreseen", "unforeseen"])
@pytest.mark.parametrize("size", [600_000, 1_000_000, 1_500_000, 3_000_000, 5_000_000])
def test_a_full_disk_is_named_and_the_same_command_completes_once_there_is_room(size, foreseen, tmp_path, monkeypatch):
    load, folder = wide_load(), tmp_path / "disk"
    folder.mkdir()
    address, acked = str(folder / "store.duckdb"), []
    full = pytest.raises(StoreError, match=r"disk is full: [\d,]+ bytes are free and about [\d,]+ more are needed")
    with small_disk(folder, size) as grow_disk:
        with full, monkeypatch.context() as blind:
            if not foreseen:  # as if another program filled the disk in the middle of a transaction
                blind.setattr(connection.shutil, "disk_usage", lambda folder: SimpleNamespace(free=10**12))
            with open_store(address) as store:
                store.add(load, on_batch=lambda done: acked.append(done.number))
        grow_disk()
        with open_store(address) as store:
            assert store.tables().posts.num_rows == 0
            assert [record.batches for record in store.loads()] in ([len(acked)], [])
            report = store.add(load)
            assert report.resumed == len(acked)
            assert (report.read, report.kept, report.refused) == (6012, 6000, 12)
            assert store.quarantine().num_rows == 12
            assert store.digest() == judge_digest([load])


@pytest.mark.parametrize("place", ["store_made", "rows_written", "before_commit", "in_seal"])
def test_a_disk_that_fills_at_this_very_place_costs_nothing(place, tmp_path, monkeypatch):
    address = str(tmp_path / "store.duckdb")
    faults._visits.clear()
    with monkeypatch.context() as armed, pytest.raises(StoreError, match="the disk is full"):
        armed.setenv("GRAPHKIT_FAULTS", f"{place}=full")
        with open_store(address) as store:
            store.add(small(1))
    with open_store(address) as store:
        assert store.tables().follows.num_rows == 0
        store.add(small(1))
        assert store.digest() == judge_digest([small(1)])


def test_a_file_of_another_kind_is_refused_and_left_as_it_is(tmp_path):
    for name, content in {"text.duckdb": b"a,b\n1,2\n", "follows.csv": b"a,b\n1,2\n", "empty.duckdb": b""}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(StoreError, match="no graphkit store"):
            open_store(str(tmp_path / name))
        assert (tmp_path / name).read_bytes() == content
    with duckdb.connect(str(tmp_path / "other.duckdb")) as other:
        other.execute("CREATE TABLE mine (x INTEGER)")
    with pytest.raises(StoreError, match="a DuckDB file, but no graphkit store"):
        open_store(str(tmp_path / "other.duckdb"))


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(StoreError, match="the folder does not exist"):
        open_store(str(tmp_path / "nowhere" / "store.duckdb"))
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="the folder does not exist"):
        open_store(str(tmp_path / "file" / "store.duckdb"))
    with pytest.raises(StoreError, match="is no file"):
        open_store(str(tmp_path))


def test_a_store_of_a_newer_graphkit_is_refused(tmp_path):
    address = str(tmp_path / "store.duckdb")
    open_store(address).close()
    with duckdb.connect(address) as file:
        file.execute("INSERT INTO migrations VALUES (99, 0)")
    with pytest.raises(StoreError, match=r"written by a newer graphkit \(store format 99"):
        open_store(address)


def test_an_error_of_the_loader_stays_the_error_of_the_loader(tmp_path):
    class Gone:
        source = Source("gone.csv", "0" * 64, "gone", "1")

        def batches(self, first=0):
            yield batch(0, follows=[{"follower": "1", "followed": "2"}])
            raise FileNotFoundError("gone.csv")

    with open_store(str(tmp_path / "store.duckdb")) as store:
        with pytest.raises(FileNotFoundError, match=r"gone\.csv"):
            store.add(Gone())
        assert store.loads()[0].batches == 1


def test_the_store_can_read_no_file_and_load_no_extension(tmp_path):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with open_store(str(tmp_path / "store.duckdb")) as store, store._database.session() as opened:
        for query in (
            f"SELECT * FROM read_csv('{tmp_path}/secret.csv')",
            f"ATTACH '{tmp_path}/new.duckdb'",
            f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
            "INSTALL httpfs",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                opened.execute(query)
    assert {path.name for path in tmp_path.iterdir()} == {"secret.csv", "store.duckdb"}


def test_a_dataset_in_memory_is_one_load_whatever_the_order_of_its_rows():
    rows = [{"follower": str(row % 7), "followed": str(row)} for row in range(50)]
    first = Dataset.of({"follows": pa.Table.from_pylist(rows)}, (Source("a.csv", "0", "x", "1"),))
    again = Dataset.of({"follows": pa.Table.from_pylist(rows[::-1])})
    with open_store(":memory:") as store:
        report = store.add(first)
        assert (report.read, report.kept, report.source.file) == (50, 50, "a.csv")
        assert store.add(again).already
        assert store.tables().follows.num_rows == 50


def test_a_stopped_load_goes_on_where_it_stood_once_more_refused_rows_are_allowed(tmp_path):
    address = str(tmp_path / "store.duckdb")
    refused = [refused_row(number) for number in range(30)]
    load = listed("bad", batch(0, refused, follows=[{"follower": "1", "followed": "2"}]))
    with open_store(address) as store, pytest.raises(TooManyRefusedError, match=load.source.load_id):
        store.add(load)
    limits = defaults().loading.model_copy(update={"most_refused_share": 1.0})
    with open_store(address, settings=defaults().model_copy(update={"loading": limits})) as store:
        assert store.add(load).resumed == 1
        assert store.tables().follows.num_rows == 1


@pytest.mark.parametrize(("refused", "stops"), [(1000, False), (1001, True)])
def test_a_thousand_refused_rows_are_the_most_of_any_file(refused, stops):
    rows = pa.table({"follower": [str(row) for row in range(200_000)], "followed": ["x"] * 200_000})
    bad = tuple(replace(refused_row(0), raw=b"") for _ in range(refused))
    one = Batch(0, read=200_000 + refused, tables={"follows": rows}, refused=bad, taken=200_000)
    with open_store(":memory:") as store, pytest.raises(TooManyRefusedError) if stops else nullcontext():
        assert store.add(listed("long", one)).refused == refused


def test_rows_are_read_in_the_order_of_their_keys():
    keys = [f"{number:06}" for number in range(100_000)]
    table = pa.table({"follower": keys[::-1], "followed": keys})
    with open_store(":memory:") as store:
        store.add(Dataset.of({"follows": table}))
        assert store.tables().follows.column("follower").to_pylist() == keys


@hypothesis_settings(max_examples=int(os.environ.get("GRAPHKIT_EXAMPLES", "40")), deadline=None)
@given(st.integers(0, 2**32), st.randoms(use_true_random=False), st.integers(1, 3))
def test_batches_duplicated_and_reordered_give_the_same_graph(seed, chance, copies):
    loads = [random_load(seed + part, batches=3, rows=3) for part in range(2)]
    with open_store(":memory:") as store:
        for load in chance.sample(loads, k=2):
            batches = list(load.listed) * copies
            chance.shuffle(batches)
            store.add(ListedLoad(load.source, tuple(batches)))
        assert store.digest() == judge_digest(loads)


def test_waiting_is_over_soon_after_the_turn(tmp_path):
    address = str(tmp_path / "store.duckdb")
    open_store(address).close()
    holder = subprocess.Popen([sys.executable, "-c", HOLD.replace("60", "0.5"), address], stdout=subprocess.PIPE)
    holder.stdout.readline()
    began = time.monotonic()
    open_store(address).close()
    assert time.monotonic() - began < 5  # half a second of holding, the end of a process, a quarter second of waiting
    holder.wait()
    holder.stdout.close()


def test_a_large_load_is_counted_in_parts_with_the_same_result(tmp_path, monkeypatch):
    wholes = [kills.made_up(seed, batches=4, size=50) for seed in (1, 2)]
    reports = {}
    for parts in (2_000_000, 7):
        monkeypatch.setattr("graphkit.stores.embedded._KEYS_AT_ONCE", parts)
        with open_store(str(tmp_path / f"{parts}.duckdb")) as store:
            reports[parts] = [store.add(load) for load in (*wholes, small(1))]
            assert store.digest() == judge_digest([*wholes, small(1)])
    assert reports[7] == reports[2_000_000]
    assert all(report.merged > 0 for report in reports[7])
