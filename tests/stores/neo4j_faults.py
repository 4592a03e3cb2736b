"""Loads into Neo4j with the loader killed, the server killed, and answers to commits lost.

`python tests/stores/neo4j_faults.py` makes 30 kills of the loader, 10 of the server, 100 cuts and a kill at each
step of an offline import on each line.
"""

import random
import select
import socket
import sys
import threading
import time
from contextlib import closing, contextmanager, suppress

import kills
import psutil
import servers
from conftest import Neo4j

from graphkit.lab.checks_stores import judge_digest
from graphkit.settings import defaults
from graphkit.stores import faults, open_store, server

COMMIT = b"\x00\x02\xb0\x12\x00\x00"  # the Bolt message: a structure without fields, tag 0x12


class Cutter:
    """A TCP proxy on loopback that cuts the connection at commits: some are passed on first, some are not."""

    def __init__(self, port, cuts, *, seed):
        self.port, self.left, self.cuts, self.passed = port, cuts, 0, 0
        self._chance = random.Random(seed)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = self._listener.getsockname()[1]
        self._over = False
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._over = True
        self._listener.close()

    def _accept(self):
        with suppress(OSError):
            while not self._over:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with closing(client), socket.create_connection(("127.0.0.1", self.port)) as there, suppress(OSError):
            while not self._over:
                ready, _, _ = select.select([client, there], [], [], 0.5)
                for side in ready:
                    data = side.recv(1 << 16)
                    if not data:
                        return
                    if side is client and self.left and COMMIT in data and self._chance.random() < 0.5:
                        self._cut(there, data)
                        return
                    (there if side is client else client).sendall(data)

    def _cut(self, there, data):
        self.left -= 1
        self.cuts += 1
        if self._chance.random() < 0.7:
            self.passed += 1
            there.sendall(data)
            time.sleep(0.05)  # the server commits; nobody hears of it


def seen(neo4j):
    """The batches in the ledger with their rows; fails on a torn batch.

    A loader may be at work meanwhile and the server gives no snapshot over several questions, so the rows must lie between
    the ledger as it was before and as it is after.
    """
    before = ledger(neo4j)
    parts = {
        part: dict(neo4j.ask("MATCH (r:_GkRows {part: $part}) RETURN r.number, sum(r.count)", part=part))
        for part in ("follows", "interactions")
    }
    after = ledger(neo4j)
    for part, rows in parts.items():
        told = f"torn batches: ledger {before} and then {after}, {part} {rows}"
        assert before <= rows.keys() <= after, told
        assert set(rows.values()) <= {kills.ROWS}, told
    return before


def ledger(neo4j):
    return {number for (number,) in neo4j.ask("MATCH (b:_GkBatch) RETURN b.number")}


def right(neo4j, number):
    """Whether the graph is that of an undisturbed load, by the judge's digest and by its own ties."""
    with neo4j.store() as store:
        assert store.digest() == judge_digest([kills.made_up(number)]), f"load {number} gives another graph"
        assert store.graph().follows.to_pylist() == store.tables().follows.to_pylist(), "the graph says something else"
        assert store.graph().interactions.to_pylist() == store.tables().interactions.to_pylist()


def kill_loaders(neo4j, wanted, *, seed):
    """Kills loaders until there were that many kills; how many loads came through, all of them right."""
    chance, done, loads = random.Random(seed), 0, 0
    while done < wanted:
        loads += 1
        neo4j.empty()
        acked, is_sealed = set(), False
        while not is_sealed:
            process, pipe = kills.start(neo4j.address, loads)
            is_killed = done < wanted
            if is_killed:
                if chance.random() < 0.8:
                    with suppress(EOFError):
                        pipe.recv()
                time.sleep(chance.uniform(0.0, 1.5))
                process.kill()
                done += 1
            process.join()
            assert process.exitcode == (-9 if is_killed and process.exitcode else 0), "the load cannot be begun again"
            numbers = [word for word in kills.received(pipe) if isinstance(word, int)]
            assert acked.isdisjoint(numbers), f"batches {acked & set(numbers)} were done again"
            acked |= set(numbers)
            assert acked <= seen(neo4j), "acknowledged batches were lost"
            acked = seen(neo4j)
            is_sealed = neo4j.ask("MATCH (l:_GkLoad {state: 'sealed'}) RETURN count(l)") == [[1]]
        right(neo4j, loads)
    return loads


def cut_commits(neo4j, wanted, *, seed):
    """Cuts commits until there were that many; how many of them the server had done."""
    done, passed, loads = 0, 0, 0
    while done < wanted:
        loads += 1
        neo4j.empty()
        cutter = Cutter(neo4j.home.port, wanted - done, seed=seed + loads)
        address = neo4j.address.replace(f":{neo4j.home.port}", f":{cutter.address}")
        try:
            with open_store(address) as store:
                store.add(kills.made_up(loads))
        finally:
            cutter.close()
        done, passed = done + cutter.cuts, passed + cutter.passed
        right(neo4j, loads)
    return passed


def kill_servers(neo4j, wanted, *, seed):
    """Kills the server in mid-load and starts it again; the load goes on by itself."""
    chance = random.Random(seed)
    for number in range(1, wanted + 1):
        neo4j.empty()
        acked, failed = [], []

        def load(number=number, acked=acked, failed=failed):
            try:
                with neo4j.store() as store:
                    slow = kills.SlowLoad(kills.made_up(number), pause=0.05)
                    store.add(slow, on_batch=lambda progress: acked.append(progress.number))
            except BaseException as error:  # noqa: BLE001  # told in the thread that asks
                failed.append(error)

        loader = threading.Thread(target=load)
        loader.start()
        time.sleep(chance.uniform(0.2, 2.5))
        port, process = neo4j.home.port, psutil.Process(server.status(neo4j.home).pid)
        process.kill()
        process.wait(30)
        before = list(acked)
        server.start(neo4j.home, port=port, memory=servers.SMALL)
        assert set(before) <= seen(neo4j), "acknowledged batches were lost"
        loader.join(300)
        assert not failed and not loader.is_alive(), f"the load did not go on by itself: {failed}"
        right(neo4j, number)


EAGER = defaults().model_copy(update={"neo4j": defaults().neo4j.model_copy(update={"offline_rows": 10})})


def kill_imports(neo4j, places=faults.OFFLINE):
    """Kills the loader at each step of an offline import; the next one finishes it, and no acknowledged batch is lost."""
    for number, place in enumerate(places, start=1):
        neo4j.empty()
        address = f"{neo4j.home.address}?home={neo4j.home.path}"
        process, pipe = kills.start(address, number, f"{place}=kill", EAGER)
        process.join()
        acked = {word for word in kills.received(pipe) if isinstance(word, int)}
        assert (process.exitcode, acked) == (-9, set(range(kills.BATCHES))), f"{place}: {process.exitcode}, {acked}"
        with open_store(address, settings=EAGER) as store:
            store.add(kills.made_up(number))
        assert acked <= seen(neo4j), "acknowledged batches were lost"
        right(neo4j, number)
        assert not (neo4j.home.path / "import" / "graphkit").exists()


@contextmanager
def a_server(name):
    home = servers.started(name)
    try:
        yield Neo4j(home)
    finally:
        servers.let_go()


if __name__ == "__main__":
    for line in servers.LINES:
        with a_server(line) as neo4j:
            through = kill_loaders(neo4j, 30, seed=1)
            sys.stdout.write(f"Neo4j {line}: 30 kills of the loader, {through} loads came through, 0 lost, 0 doubled\n")
            applied = cut_commits(neo4j, 100, seed=2)
            sys.stdout.write(f"Neo4j {line}: 100 commits cut, {applied} of them done unheard, 0 lost, 0 doubled\n")
            kill_imports(neo4j)
            sys.stdout.write(f"Neo4j {line}: {len(faults.OFFLINE)} kills in an offline import, 0 lost, 0 doubled\n")
            kill_servers(neo4j, 10, seed=3)
            sys.stdout.write(f"Neo4j {line}: 10 kills of the server, every load went on by itself, 0 lost, 0 doubled\n")
