"""What the Neo4j store costs: `python -m benchmarks.neo4j --line 5.26 --accounts 200000 --follows 2000000`.

Starts a server of its own in a temporary folder, loads made-up follows with a heavy tail over Bolt with the ledger on,
reads them back as arrays and as tables, compares digests with the embedded store, and prints one JSON object.
`--offline` takes the offline import instead of Bolt, from a graph that also holds posts and acts, and then puts every
question of the book to the server, once for an ordinary account and once for a hub.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa

from benchmarks.cypher import Held, made, values
from graphkit.dataset import SCHEMAS, Dataset
from graphkit.errors import StoreError
from graphkit.stores import open_store, queries, server
from graphkit.stores.cypher.server import Server
from graphkit.stores.neo4j import growing, reading
from graphkit.stores.neo4j.address import Address
from graphkit.stores.neo4j.bolt import Bolt
from graphkit.stores.neo4j.offline import taking
from graphkit.stores.protocol import DatasetLoad
from graphkit.stores.queries.graph import write
from graphkit.stores.server.home import Memory


def made_up(accounts: int, follows: int, *, seed: int = 0) -> Dataset:
    """Accounts with a few properties, follows towards few with a time each."""
    chance = np.random.default_rng(seed)
    ids = pa.array((10**12 + chance.permutation(accounts)).astype(str))
    source = chance.integers(0, accounts, int(follows * 1.02))
    target = (accounts * chance.random(len(source)) ** 2.2).astype(np.int64)
    pairs = np.unique((source * accounts + target)[source != target])[:follows]
    at = pa.array(1_600_000_000_000 + chance.integers(0, 10**11, len(pairs)))
    table = pa.table(
        {
            "follower": ids.take(pa.array(pairs // accounts)),
            "followed": ids.take(pa.array(pairs % accounts)),
            "at": at,
            "at_kind": pa.array(["exact"]).take(pa.array(np.zeros(len(pairs), np.int64))),
        }
    )
    people = pa.table(
        {"id": ids, "handle": ids, "followers": at.slice(0, accounts), "created_at": at.slice(0, accounts)}
    )
    return Dataset.of({"accounts": people, "follows": table})


class Clock:
    """Seconds and the server's CPU seconds of each step."""

    def __init__(self, pid: int) -> None:
        self.process, self.steps = psutil.Process(pid), dict[str, dict[str, float]]()

    def measure(self, name, work):
        began, used = time.perf_counter(), sum(self.process.cpu_times()[:2])
        result = work()
        seconds = time.perf_counter() - began
        self.steps[name] = {"seconds": seconds, "server_cpu": sum(self.process.cpu_times()[:2]) - used}
        return result


def main() -> None:
    """Runs the benchmark and prints what was measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--line", default="5.26", choices=list(server.LINES))
    parser.add_argument("--accounts", type=int, default=200_000)
    parser.add_argument("--follows", type=int, default=2_000_000)
    parser.add_argument("--heap", type=int, default=1024)
    parser.add_argument("--offline", action="store_true")
    asked = parser.parse_args()
    held = made(asked.accounts, asked.follows * 4 // 5, asked.follows // 5) if asked.offline else None
    data = held.data if held else made_up(asked.accounts, asked.follows)
    with tempfile.TemporaryDirectory() as folder:
        home = server.home_of(server.line_of(asked.line), Path(folder) / "home")
        running = server.start(home, memory=Memory(heap=asked.heap, transactions=asked.heap * 3 // 4))
        try:
            clock = Clock(running.pid or 0)
            if held:
                _offline(asked, held, home, folder)
                return
            print(json.dumps(_measured(asked, data, clock, f"{home.address}?password-file={home.password_file}")))
        finally:
            server.stop(home)


def _measured(asked: argparse.Namespace, data: Dataset, clock: Clock, address: str) -> dict[str, object]:
    phases = _watch_chunks(clock)
    with open_store(address) as store:
        clock.measure("load", lambda: store.add(DatasetLoad(data)))
        ids, source, _ = clock.measure("read ties as arrays", lambda: reading.follows_of(store.bolt))
        digest = clock.measure("tables and digest", store.digest)
        version = store.bolt.read(lambda run: run("CALL dbms.components() YIELD versions RETURN versions[0]"))[0][0]
    with open_store(":memory:") as embedded:
        embedded.add(data)
        same = embedded.digest() == digest
    assert (len(ids), len(source)) == (asked.accounts, data.follows.num_rows), "ties were lost"
    return {
        "neo4j": version,
        "accounts": asked.accounts,
        "follows": data.follows.num_rows,
        "digest equals embedded": same,
        "rates": {name: phase.rates() for name, phase in phases.items()},
        "steps": {name: {k: round(v, 1) for k, v in step.items()} for name, step in clock.steps.items()},
        "machine": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}",
        "columns": SCHEMAS["follows"].names,
    }


def _offline(asked: argparse.Namespace, held: Held, home: server.Home, folder: str) -> None:
    """The offline import of a store of these data, its parts timed, ties read back, and the book."""
    with open_store(str(Path(folder) / "large.duckdb")) as giver:
        giver.add(held.data)
        giver.add_run(held.run)
        due = giver.digest()
        with open_store(f"{home.address}?home={home.path}") as store:
            took: dict[str, float] = {}
            for module, name in ((taking, "_files"), (taking.admin, "run"), (taking.process, "start")):
                _timed(module, name, took)
            began = time.perf_counter()
            assert store.import_from(giver, always=True)
            took["whole"] = time.perf_counter() - began
            store.add_run(held.run)
            began = time.perf_counter()
            ids, source, _ = reading.follows_of(store.bolt)
            took["read ties as arrays"] = time.perf_counter() - began
            same = store.digest() == due
    print(
        json.dumps({"ids": len(ids), "follows": len(source), "digest equals embedded": same, "seconds": took}),
        flush=True,
    )
    graph = queries.GraphFile(Path(folder) / "graph.duckdb", "large")
    write(held, graph.path)
    _book(values(held, graph), f"{home.address}?home={home.path}")
    print(f"load {os.getloadavg()[0]:.1f} at the end, Python {platform.python_version()}")


def _timed(module, name, took):
    before = getattr(module, name)

    def work(*given, **named):
        began = time.perf_counter()
        result = before(*given, **named)
        took[name] = took.get(name, 0) + time.perf_counter() - began
        return result

    setattr(module, name, work)


def _book(given, address: str) -> None:
    print("| query | ordinary, s | hub, s | rows |\n|---|---|---|---|")
    with Server(Address.parse(address)) as asked:
        for query in queries.every().values():
            taken, rows = {}, 0
            for who, every in given.items():
                one = {name.name: every[name.name] for name in query.parameters if name.name in every}
                for _ in range(2):  # the first time a server plans a question
                    began = time.perf_counter()
                    try:
                        rows = asked.ask(
                            query.cypher, query.values(one), limits=queries.Limits(seconds=60)
                        ).table.num_rows
                    except StoreError:
                        rows = -1
                    taken[who] = time.perf_counter() - began
                    if taken[who] > 5:
                        break
            print(f"| {query.name} | {taken['ordinary']:.2f} | {taken['hub']:.2f} | {rows} |", flush=True)


@dataclass
class Phase:
    """Rows of one kind, and what their transactions took, commits included."""

    rows: int = 0
    seconds: float = 0.0
    server_cpu: float = 0.0
    client_cpu: float = 0.0

    def rates(self) -> dict[str, int]:
        """Rows a second: by the clock, and for each second of processor time of the server and of the client."""
        spent = {"clock": self.seconds, "server_cpu": self.server_cpu, "client_cpu": self.client_cpu}
        return {name: round(self.rows / max(seconds, 1e-9)) for name, seconds in spent.items()}


def _watch_chunks(clock: Clock) -> dict[str, Phase]:
    """What the writing of accounts and of follows took, told apart by their statements."""
    phases: dict[str, Phase] = {}
    in_work: list[Phase] = []
    before, transaction = growing._write, Bolt.write

    def write(run, state, number, chunk):
        phase = phases.setdefault("follows" if "FOLLOWS" in chunk.statement else "accounts", Phase())
        phase.rows += chunk.count
        in_work[:] = [phase]
        before(run, state, number, chunk)

    def timed(bolt, work):
        in_work.clear()
        now = time.perf_counter(), sum(clock.process.cpu_times()[:2]), time.process_time()
        result = transaction(bolt, work)
        for phase in in_work:
            phase.seconds += time.perf_counter() - now[0]
            phase.server_cpu += sum(clock.process.cpu_times()[:2]) - now[1]
            phase.client_cpu += time.process_time() - now[2]
        return result

    growing._write, Bolt.write = write, timed
    return phases


if __name__ == "__main__":
    main()
