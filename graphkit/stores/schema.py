"""The tables of the embedded store, as constants made from the contract; and how an older file becomes a newer one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import duckdb
import pyarrow as pa

from graphkit.dataset import KEYS, SCHEMAS, TABLES, now_ms
from graphkit.errors import StoreError
from graphkit.language import say

FORMAT: Final = 1  # one more with every entry of MIGRATIONS

_TYPES: Final[Mapping[pa.DataType, str]] = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.bool_(): "BOOLEAN",
    pa.list_(pa.string()): "VARCHAR[]",
}


def quoted(name: str) -> str:
    """A column of the contract as an SQL name; the contract has no quotes in its names."""
    return f'"{name}"'


COLUMNS: Final[Mapping[str, str]] = {
    table: ", ".join(quoted(column.name) for column in schema) for table, schema in SCHEMAS.items()
}

_CHECKED: Final = {"accounts": ("id",), "follows": KEYS["follows"], "interactions": ("actor",), "posts": ("id",)} | {
    "coverage": ("account",)
}

_DATA: Final = tuple(
    f"CREATE TABLE {table} (load INTEGER NOT NULL, batch INTEGER NOT NULL, "
    + ", ".join(
        f"{quoted(column.name)} {_TYPES[column.type]}{' NOT NULL' if column.name in _CHECKED[table] else ''}"
        for column in SCHEMAS[table]
    )
    + ")"
    for table in TABLES
)

_LEDGER: Final = (
    "CREATE TABLE migrations (format INTEGER NOT NULL, applied_at BIGINT NOT NULL)",
    "CREATE TABLE loads (no INTEGER PRIMARY KEY, id VARCHAR NOT NULL UNIQUE, source VARCHAR NOT NULL, "
    "state VARCHAR NOT NULL, started_at BIGINT NOT NULL)",
    "CREATE TABLE batches (load INTEGER NOT NULL, number INTEGER NOT NULL, read BIGINT NOT NULL, "
    "taken BIGINT NOT NULL, refused BIGINT NOT NULL, more VARCHAR NOT NULL, PRIMARY KEY (load, number))",
    "CREATE TABLE seals (load INTEGER PRIMARY KEY, sealed_at BIGINT NOT NULL, plain VARCHAR NOT NULL, "
    "report VARCHAR NOT NULL)",
    "CREATE TABLE quarantine (load INTEGER NOT NULL, batch INTEGER NOT NULL, line BIGINT, byte_offset BIGINT, "
    "reason VARCHAR, detail VARCHAR, raw BLOB)",
    "CREATE TABLE runs (id VARCHAR PRIMARY KEY, started_at BIGINT NOT NULL, run VARCHAR NOT NULL)",
)

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = ((*_LEDGER, *_DATA),)  # entry k makes format k + 1 out of format k


def found_format(connection: duckdb.DuckDBPyConnection) -> int | None:
    """The format of an open file: 0 for an empty database, None for a database of something else."""
    names = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if not names:
        return 0
    if "migrations" not in names:
        return None
    [(newest,)] = connection.execute("SELECT max(format) FROM migrations").fetchall()
    return int(newest)


def migrate(connection: duckdb.DuckDBPyConnection, place: str) -> None:
    """Brings an open file to the present format, in one transaction; a newer one or a stranger's is refused."""
    found = found_format(connection)
    if found is None:
        raise StoreError(
            say("{place} is a DuckDB file, but no graphkit store; give another name to make a new one.", place=place)
        )
    if found > FORMAT:
        raise StoreError(
            say(
                "{place} was written by a newer graphkit (store format {found}; this one knows up to {format}). "
                "Upgrade with: pip install --upgrade graphkit-influence",
                place=place,
                found=found,
                format=FORMAT,
            )
        )
    if found == FORMAT:
        return
    connection.begin()
    for number, statements in enumerate(MIGRATIONS[found:], start=found + 1):
        for statement in statements:
            connection.execute(statement)
        connection.execute("INSERT INTO migrations VALUES (?, ?)", [number, now_ms()])
    connection.commit()
