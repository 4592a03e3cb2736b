"""A slow load in another process, killed at random moments and begun again until it is through.

`python tests/stores/kills.py 200 7` makes 200 kills with seed 7 and prints what it saw.
"""

import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from graphkit.errors import InterruptedLoadError
from graphkit.lab.checks_stores import ListedLoad, batch, judge_digest, listed
from graphkit.stores import open_store

BATCHES = 16
ROWS = 60

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    ["pytest", "pandas", "graphkit.stores.embedded", "graphkit.stores.memory", "graphkit.lab.checks_stores"]
)


@dataclass(frozen=True)
class SlowLoad:
    """A listed load that takes a few milliseconds to read a batch."""

    load: ListedLoad
    pause: float = 0.004

    @property
    def source(self):
        return self.load.source

    def batches(self, first=0):
        for one in self.load.batches(first):
            time.sleep(self.pause)
            yield one


def made_up(seed, *, batches=BATCHES, size=ROWS):
    """A load with many repeated follows and interactions."""
    chance = random.Random(seed)

    def account():
        return str(chance.randrange(60))

    def rows(number):
        follows = [{"follower": account(), "followed": account(), "at": chance.randrange(9)} for _ in range(size)]
        acts = [{"actor": account(), "target": account(), "kind": "like", "at": number} for _ in range(size)]
        return batch(number, follows=follows, interactions=acts)

    return listed(f"made-up{seed}", *(rows(number) for number in range(batches)))


def load_slowly(address, seed, acks, faults="", settings=None):
    """What the other process does: one load, an acknowledgement a batch, and the number of resumed batches."""
    os.environ["GRAPHKIT_FAULTS"] = faults
    stopping = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, frame: stopping.append(received))
    load = SlowLoad(made_up(seed))
    acks.send("ready")
    try:
        with open_store(str(address), settings=settings) as store:
            report = store.add(load, stop=lambda: stopping, on_batch=lambda done: acks.send(done.number))
        acks.send(report)
    except InterruptedLoadError:
        os._exit(128 + stopping[0])


def start(address, seed, faults="", settings=None):
    """The other process, and the end of the pipe on which it acknowledges."""
    here, there = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=load_slowly, args=(address, seed, there, faults, settings))
    process.start()
    there.close()
    return process, here


def received(pipe):
    """Everything the other process said before it ended."""
    said = []
    with suppress(EOFError, ConnectionError):
        while True:
            said.append(pipe.recv())
    return said


def committed(address):
    """The batch numbers in the ledger, and whether the load is sealed; fails on a torn batch."""
    if not Path(address).exists():
        return set(), False
    with duckdb.connect(str(address)) as file:
        ledger = {number for (number,) in file.execute("SELECT number FROM batches").fetchall()}
        for query in (
            "SELECT batch, count(*) FROM follows GROUP BY batch",
            "SELECT batch, count(*) FROM interactions GROUP BY batch",
        ):
            rows = dict(file.execute(query).fetchall())
            assert rows == dict.fromkeys(ledger, ROWS), f"torn batches: ledger {ledger}, {query} gives {rows}"
        return ledger, file.execute("SELECT state FROM loads").fetchall() == [("sealed",)]


@dataclass(frozen=True)
class Survived:
    """What came of so many kills: loads that came through, acknowledged batches lost, batches done twice."""

    kills: int
    loads: int
    lost: int
    doubled: int


def survive(kills, *, seed, folder):
    """Kills loads until there were that many kills; every load that comes through must give the graph of the judge.

    After every kill acknowledged batches that are lost or done twice are counted; a torn batch, or one that is visible
    before the seal, ends it.
    """
    chance, done, loads, lost, doubled = random.Random(seed), 0, 0, 0, 0
    while done < kills:
        loads += 1
        address, acked, sealed = Path(folder) / f"{loads}.duckdb", set(), False
        while not sealed:
            process, pipe = start(address, loads)
            if done < kills:
                if chance.random() < 0.8:
                    pipe.recv()
                time.sleep(chance.uniform(0.0, 0.5))
                process.kill()
                done += 1
            process.join()
            said = received(pipe)
            numbers = [word for word in said if isinstance(word, int)]
            doubled += len(acked & set(numbers))
            acked |= set(numbers)
            ledger, sealed = committed(address)
            lost += len(acked - ledger)
            acked = ledger
            if ledger and not sealed:
                with open_store(str(address)) as store:
                    assert store.tables().follows.num_rows == 0, "an unsealed load is visible"
        with open_store(str(address)) as store:
            assert store.digest() == judge_digest([made_up(loads)]), f"load {loads} gives another graph"
    return Survived(done, loads, lost, doubled)


if __name__ == "__main__":
    kills_wanted, first_seed = (int(word) for word in (*sys.argv[1:], "200", "7")[:2])
    with tempfile.TemporaryDirectory() as scratch:
        result = survive(kills_wanted, seed=first_seed, folder=scratch)
    sys.stdout.write(
        f"{result.kills} kills (seed {first_seed}), {result.lost} batches lost, {result.doubled} doubled; "
        f"{result.loads} loads came through with the same graph as an undisturbed load\n"
    )
    sys.exit(result.lost + result.doubled > 0)
