"""The graph of docs/graph_model.md as tables of one DuckDB file: made from a store, read-only, thrown away at will.

It stands beside the store and is made anew when the store has sealed another load or holds another run. Accounts and
posts are numbered in the order of their ids, ties are sorted by both ends, so a question about one account reads a few
pages of the file. The named queries of the book run here, and the Cypher projection is filled from here.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

import duckdb
import pyarrow as pa

from graphkit.errors import StoreError
from graphkit.evidence import Run
from graphkit.language import say
from graphkit.stores.protocol import Store
from graphkit.stores.queries import shape
from graphkit.stores.queries.past import PastStore

FORMAT: Final = "1"  # another number makes every file anew


@dataclass(frozen=True, slots=True)
class GraphFile:
    """A finished file of graph tables, and the digest of the store's state that it was made from."""

    path: Path
    state: str

    @contextmanager
    def session(self, *, memory_bytes: int = 2 << 30) -> Iterator[duckdb.DuckDBPyConnection]:
        """The tables, read-only: no file, no network, no extension, and no way to change that."""
        connection = duckdb.connect(str(self.path), read_only=True, config=_locked(memory_bytes))
        try:
            yield connection
        finally:
            connection.close()


def state_of(store: Store) -> str:
    """A digest of what a store shows: its sealed loads and its runs. Cheap; no row is read."""
    loads = sorted(load.load_id for load in store.loads() if load.state == "sealed")
    runs = [(run.id, run.started_at) for run in store.runs()]
    day = [(store.day.at, store.day.by)] if isinstance(store, PastStore) else []
    return hashlib.sha256(json.dumps([FORMAT, loads, runs, *day]).encode()).hexdigest()[:20]


def graph_of(store: Store, folder: Path) -> GraphFile:
    """The graph tables of a store in this folder: those that are there, if they are of this very state, or new ones.

    About a million ties a second; the rows pass through memory once. Others may do the same at the same time: a file is
    put in place whole. A file of an earlier state is removed.
    """
    state = state_of(store)
    made = GraphFile(folder / f"tables-{state}.duckdb", state)
    if not made.path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".tables-{os.getpid()}-{uuid4().hex[:8]}"
        try:
            write(store, draft)
            os.replace(draft, made.path)
        except (OSError, duckdb.Error) as error:
            raise StoreError(
                say(
                    "{folder}: the graph tables could not be written ({splitlines}); free some space there.",
                    folder=folder,
                    splitlines=str(error).splitlines()[0],
                )
            ) from error
        finally:
            draft.unlink(missing_ok=True)
        _sweep(folder, keep=state)
    return made


def folder_of(address: str) -> Path:
    """Where the projections of a store stand: beside its file, or in a new temporary folder for one in memory."""
    place = address.partition("://")[2] if address.startswith("duckdb://") else address
    if "://" in address or place == ":memory:":
        return Path(tempfile.mkdtemp(prefix="graphkit-"))
    return Path(place + ".graph")


def write(store: Store, path: Path) -> None:
    """Writes the graph tables of a store into a new DuckDB file."""
    data, runs = store.tables(), store.runs()
    connection = duckdb.connect(str(path))
    try:
        for name, table in data.tables.items():
            connection.register(f"raw_{name}", table)
        for name, table in run_tables(runs).items():
            connection.register(f"raw_{name}", table)
        for statement in shape.TABLES:
            connection.execute(statement)
        connection.execute("CHECKPOINT")
    finally:
        connection.close()


def run_tables(runs: Sequence[Run]) -> dict[str, pa.Table]:
    """Runs, and the findings of the current one (the newest) with the accounts they name, as rows."""
    current = max(runs, key=lambda run: (run.started_at, run.id), default=None)
    listed = [
        {
            "id": run.id,
            "version": run.version,
            "seed": run.seed,
            "started_at": run.started_at,
            "data_digest": run.data_digest,
            "current": run is current,
        }
        for run in runs
    ]
    findings = current.findings if current else ()
    run_id = current.id if current else ""
    found = [
        {"run": run_id, "id": f.id, "kind": f.kind, "sentence": f.sentence, "q": f.q, "accounts": len(f.accounts)}
        for f in findings
    ]
    names = [
        {"finding": f.id, "account": member.account, "role": member.role, "p": member.p}
        for f in findings
        for member in f.members
    ]
    return {
        "runs": pa.Table.from_pylist(listed, shape.RUNS),
        "findings": pa.Table.from_pylist(found, shape.FINDINGS),
        "names": pa.Table.from_pylist(names, shape.NAMES),
    }


def _locked(memory_bytes: int) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "memory_limit": f"{memory_bytes}B",
        "enable_external_access": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "lock_configuration": True,
        "python_enable_replacements": False,
    }


def _sweep(folder: Path, *, keep: str) -> None:
    for old in folder.iterdir():
        if old.name.startswith(("tables-", "cypher-")) and keep not in old.name:
            if old.is_dir():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.unlink(missing_ok=True)
