"""What the Neo4j store costs: `python -m benchmarks.neo4j --line 5.26 --accounts 200000 --follows 2000000`.

Starts a server of its own in a temporary folder, loads made-up follows with a heavy tail over Bolt with the ledger on,
reads them back as arrays and as tables, compares digests with the embedded store, and prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa

from graphkit.dataset import SCHEMAS, Dataset
from graphkit.stores import open_store, server
from graphkit.stores.neo4j import growing, reading
from graphkit.stores.protocol import DatasetLoad
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
    asked = parser.parse_args()
    data = made_up(asked.accounts, asked.follows)
    with tempfile.TemporaryDirectory() as folder:
        home = server.home_of(server.line_of(asked.line), Path(folder) / "home")
        running = server.start(home, memory=Memory(heap=asked.heap, transactions=asked.heap * 3 // 4))
        try:
            clock = Clock(running.pid or 0)
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
        "rates": {name: round(rows / seconds) for name, (rows, seconds) in phases.items()},
        "steps": {name: {k: round(v, 1) for k, v in step.items()} for name, step in clock.steps.items()},
        "machine": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}",
        "columns": SCHEMAS["follows"].names,
    }


def _watch_chunks(clock: Clock) -> dict[str, tuple[int, float]]:
    """Rows and seconds of the writing of accounts and of follows, told apart by their statements."""
    phases: dict[str, tuple[int, float]] = {}
    before = growing._write

    def write(run, state, number, chunk):
        began = time.perf_counter()
        before(run, state, number, chunk)
        name = "follows" if "FOLLOWS" in chunk.statement else "accounts"
        rows, seconds = phases.get(name, (0, 0.0))
        phases[name] = (rows + chunk.count, seconds + time.perf_counter() - began)

    growing._write = write
    return phases


if __name__ == "__main__":
    main()
