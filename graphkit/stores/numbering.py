"""The tables of the embedded store with accounts and posts as numbers: DuckDB counts ids where they lie.

Ten million ties as texts are gigabytes that Python would hash again; as numbers they are 80 MB.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import duckdb
import pyarrow as pa

from graphkit.dataset import ACCOUNT_COLUMNS, POST_COLUMNS, SCHEMAS, TABLES, Numbered, conform
from graphkit.stores import merging
from graphkit.stores.schema import quoted

_CODES: Final = {  # columns that become numbers, and the table of their ids
    "follows": {"follower": "account_codes", "followed": "account_codes"},
    "interactions": {"actor": "account_codes", "target": "account_codes", "post": "post_codes"},
}


def numbered(connection: duckdb.DuckDBPyConnection, loads: Sequence[int], *, plain: Collection[str]) -> Numbered:
    """These loads with their ends as numbers; `plain` names the tables in which no row repeats another."""
    for name, columns in (("account_codes", ACCOUNT_COLUMNS), ("post_codes", POST_COLUMNS)):
        connection.execute(_codes(name, columns), {"loads": loads})
    try:
        tables = {
            name: connection.sql(_rows(name, plain=name in plain), params={"loads": loads}).to_arrow_table()
            for name in TABLES
        }
        return Numbered(
            {name: table if name in _CODES else conform(name, table) for name, table in tables.items()},
            account_ids=_ids(connection, "account_codes"),
            post_ids=_ids(connection, "post_codes"),
        )
    finally:
        connection.execute("DROP TABLE account_codes; DROP TABLE post_codes")


def _codes(name: str, columns: Mapping[str, Sequence[str]]) -> str:
    """A table of every id in these columns with its place among them, sorted as text."""
    every = " UNION ALL ".join(
        f"SELECT {quoted(column)} AS id FROM {table} WHERE load IN (SELECT unnest($loads))"
        for table, wanted in columns.items()
        for column in wanted
    )
    return (
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT id, (row_number() OVER (ORDER BY id) - 1)::INTEGER AS code "
        f"FROM (SELECT DISTINCT id FROM ({every}) WHERE id IS NOT NULL)"
    )


def _rows(table: str, *, plain: bool) -> str:
    if table not in _CODES:
        return merging.PLAIN[table] if plain else merging.MERGED[table]
    rows = merging.UNSORTED[table] if plain else merging.UNSORTED_MERGED[table]
    codes = _CODES[table]
    wanted = ", ".join(
        f"{column.name}_code.code AS {quoted(column.name)}" if column.name in codes else f"said.{quoted(column.name)}"
        for column in SCHEMAS[table]
    )
    joins = " ".join(
        f"LEFT JOIN {of} AS {column}_code ON said.{quoted(column)} = {column}_code.id" for column, of in codes.items()
    )
    return f"SELECT {wanted} FROM ({rows}) AS said {joins}"


def _ids(connection: duckdb.DuckDBPyConnection, name: str) -> pa.StringArray:
    return connection.sql(f"SELECT id FROM {name} ORDER BY code").to_arrow_table()["id"].combine_chunks()
