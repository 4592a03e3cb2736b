"""A passing DuckDB file in which loads are merged by the same rules as in the embedded store."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb
import psutil
import pyarrow as pa

from graphkit.dataset import TABLES
from graphkit.settings import Stores
from graphkit.stores import embedded, merging
from graphkit.stores import ledger as embedded_ledger
from graphkit.stores.bookkeeping import Said
from graphkit.stores.neo4j import ledger
from graphkit.stores.neo4j.bolt import Bolt
from graphkit.stores.schema import MIGRATIONS

_MERGE: Final = {
    stage: {
        table: f"CREATE TABLE {stage}_{table} AS {merging.MERGED[table].replace('SELECT unnest($loads)', f'SELECT no FROM {stage}_load')}"
        for table in TABLES
    }
    for stage in ("before", "after")
}
_LIST: Final = {stage: f"CREATE TABLE {stage}_load (no INTEGER)" for stage in ("before", "after")}
_ADD: Final = {stage: f"INSERT INTO {stage}_load VALUES (?)" for stage in ("before", "after")}


class Scratch:
    """The rows of some loads, ready to be merged."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        connection.begin()  # never committed, for nothing of it shall last
        for statements in MIGRATIONS:
            for statement in statements:
                connection.execute(statement)

    def take(self, bolt: Bolt, load: str, no: int, *, tables: Sequence[str] = TABLES) -> None:
        """Adds the rows of one load, as they came."""
        for name in tables:
            for number, rows in ledger.rows(bolt, load, name):
                embedded_ledger.write_rows(self.connection, no, number, tables={name: rows})

    def table(self, name: str, numbers: Sequence[int], *, plain: bool) -> pa.Table:
        """One table of some loads, merged, in the order of its keys."""
        query = merging.PLAIN[name] if plain else merging.MERGED[name]
        return self.connection.sql(query, params={"loads": list(numbers)}).to_arrow_table()

    def said(self, name: str, no: int, *, earlier: Sequence[int]) -> Said:
        """What one load says in one table that the earlier ones do not."""
        return embedded._said(self.connection, name, no=no, earlier=list(earlier))

    def merge(self, stage: str, numbers: Sequence[int]) -> None:
        """Makes the merged tables of a stage, `before` or `after`, of these loads."""
        self.connection.execute(_LIST[stage])
        for no in numbers:
            self.connection.execute(_ADD[stage], [no])
        for table in TABLES:
            self.connection.execute(_MERGE[stage][table])


@contextmanager
def scratch(limits: Stores) -> Iterator[Scratch]:
    """A scratch file that is gone afterwards; large merges go to disk beside it."""
    memory = min(limits.memory_bytes, int(psutil.virtual_memory().total * limits.memory_share))
    with tempfile.TemporaryDirectory(prefix="graphkit-") as folder:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{memory}B",
            "enable_external_access": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        connection = duckdb.connect(str(Path(folder) / "scratch.duckdb"), config=config)
        try:
            yield Scratch(connection)
        finally:
            connection.close()
