"""Whether the graph says what the rows say: both are read whole and compared row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import duckdb
import pyarrow as pa

from graphkit.dataset import TABLES
from graphkit.stores.neo4j.store import Neo4jStore

_LEFT_OUT: Final = "(post IS NULL AND target IS NULL)"  # acts without any other end
_MISSING: Final = "SELECT count(*) FROM (SELECT * FROM due EXCEPT ALL SELECT * FROM found)"
_EXTRA: Final = "SELECT count(*) FROM (SELECT * FROM found EXCEPT ALL SELECT * FROM due)"
_DRAWN: Final = f"SELECT * FROM due_rows WHERE NOT {_LEFT_OUT}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One table: rows that the graph should say, those it does not, and those it says beyond them."""

    table: str
    due: int
    missing: int
    extra: int


def differences(store: Neo4jStore) -> list[Difference]:
    """The five tables compared; all zeros where nobody but graphkit wrote the graph."""
    rows, graph = store.tables().tables, store.graph().tables
    return [_compared(name, rows[name], graph[name]) for name in TABLES]


def _compared(name: str, due: pa.Table, found: pa.Table) -> Difference:
    with duckdb.connect() as work:
        if name == "interactions":
            work.register("due_rows", due)
            due = work.sql(_DRAWN).to_arrow_table()
        work.register("due", due)
        work.register("found", found)
        [(missing,)], [(extra,)] = work.execute(_MISSING).fetchall(), work.execute(_EXTRA).fetchall()
    return Difference(name, due.num_rows, missing, extra)
