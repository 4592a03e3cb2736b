"""Typed files for `neo4j-admin database import`: what the graph of some loads must hold, as Parquet or as CSV.

Nodes and ties are numbered, so that the import compares whole numbers and not texts. Rows with an empty text or an empty
list are *odd*: the import makes nothing of what is empty. Odd ties are left out of the files, odd nodes lack the empty
value, and both are written over Bolt afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from graphkit.dataset import TABLES, Dataset
from graphkit.errors import StoreError
from graphkit.language import say
from graphkit.stores.neo4j import shape
from graphkit.stores.neo4j.offline.marker import LABEL, Marker
from graphkit.stores.schema import quoted

FORMATS: Final = ("parquet", "csv")
SEPARATOR: Final = "\x1f"  # between the texts of a list in CSV: the one sign that is meant for this

_TYPES: Final = {"VARCHAR": "string", "BIGINT": "long", "BOOLEAN": "boolean", "VARCHAR[]": "string[]"}
_ENDS: Final[Mapping[str, tuple[str, str]]] = {
    "FOLLOWS": ("Account", "Account"),
    "ENGAGED": ("Account", "Account"),
    "POSTED": ("Account", "Post"),
    "REPLY_TO": ("Post", "Post"),
    "TAGGED": ("Post", "Tag"),
    "LINKS_TO": ("Post", "Url"),
}
_NODES: Final[Mapping[str, tuple[str, str]]] = {  # label -> (its key, its rows)
    "Account": ("id", shape.FIRST_ACCOUNTS),
    "Post": ("id", shape.FIRST_POSTS),
    "Tag": ("name", "SELECT DISTINCT unnest(tags) AS name FROM after_posts"),
    "Url": ("url", "SELECT DISTINCT unnest(urls) AS url FROM after_posts"),
}
_COVERAGE: Final = next(part.sql.format(stage="after") for part in shape.PARTS if part.name == "Coverage")
_MOST_ODD: Final = 100_000  # rows over Bolt; with more of them the import is not worth it


class CannotImportError(StoreError):
    """These rows cannot be imported offline; they go over Bolt."""


@dataclass(frozen=True, slots=True)
class Table:
    """One file with its header: of the nodes with a label, or of the ties of a type between two labels."""

    name: str  # the label or the type
    is_node: bool
    path: Path
    header: Path | None  # CSV only; Parquet names its columns itself
    rows: int


@dataclass(frozen=True, slots=True)
class Files:
    """A folder of files that make one graph."""

    folder: Path
    format: str
    tables: tuple[Table, ...]
    marker: Marker


def write(data: Dataset, loads: Sequence[str], folder: Path, *, format: str = "parquet") -> Files:
    """The files of a dataset, the merged view of these loads. CannotImportError where they must go over Bolt."""
    folder.mkdir(parents=True, exist_ok=True)
    with _prepared(data) as work:
        odd = _odd_rows(work)
        tables = [table for table in _all(work, folder, format) if table.rows]
        nodes = sum(table.rows for table in tables if table.is_node)
        ties = sum(table.rows for table in tables if not table.is_node)
        marker = Marker(tuple(loads), nodes, ties, odd)
        tables.append(_write_marker(work, marker, folder, format))
    return Files(folder, format, tuple(tables), marker)


def odd(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str, str, bool]]:
    """For every part that has odd rows: its name, what is to be done, a query for the rows, whether rows are grouped.

    `connection` holds the merged tables of all loads as `after_...`.
    """
    for part in shape.PARTS:
        sql = part.sql.format(stage="after")
        query = f"SELECT * FROM ({sql}) e WHERE {_is_odd(connection, sql)}"
        if connection.execute(f"SELECT 1 FROM ({query}) LIMIT 1").fetchall():
            yield (
                part.name,
                "change" if part.name in (*_NODES, "Coverage") else "add",
                f"{query} ORDER BY ALL",
                part.grouped,
            )


@contextmanager
def _prepared(data: Dataset) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the merged tables, the acts, and every key numbered."""
    with duckdb.connect(":memory:") as work:
        for name in TABLES:
            work.register(f"after_{name}", data.tables[name])
            work.execute(f"CREATE VIEW {name} AS SELECT *, 1 AS load FROM after_{name}")
        work.execute(shape.ACCOUNT_IDS, {"load": 1, "base": 0})
        work.execute(shape.POST_IDS, {"load": 1})
        work.execute(shape.ACTS["after"])
        for label, (key, sql) in _NODES.items():
            number = "nid" if label == "Account" else "row_number() OVER (ORDER BY key) - 1"
            rows = (
                "SELECT id AS key, nid FROM account_ids" if label == "Account" else f"SELECT {key} AS key FROM ({sql})"
            )
            work.execute(f"CREATE TABLE number_{label} AS SELECT key, {number} AS number FROM ({rows})")
            if work.execute(f"SELECT 1 FROM number_{label} WHERE key = '' LIMIT 1").fetchall():
                raise CannotImportError(
                    say(
                        "A {label} has an empty {key}, which an offline import cannot take; load over Bolt.",
                        label=label,
                        key=key,
                    )
                )
        yield work


def _all(work: duckdb.DuckDBPyConnection, folder: Path, format: str) -> Iterator[Table]:
    for label, (key, sql) in _NODES.items():
        number = "nid:ID(Account)" if label == "Account" else f":ID({label})"
        query = f'SELECT n.number AS "{number}", e.* EXCLUDE ({key}{", nid" if label == "Account" else ""}), n.key AS {key} '
        yield _table(work, label, f"{query} FROM ({sql}) e JOIN number_{label} n ON n.key = e.{key}", folder, format)
    yield _table(
        work,
        "Coverage",
        f'SELECT row_number() OVER (ORDER BY account, relation) AS ":ID(Coverage)", * FROM ({_COVERAGE})',
        folder,
        format,
    )
    for part in shape.PARTS:
        ends = _ENDS.get(part.name) or ("Account", part.name.rpartition(" ")[2])
        if part.name not in (*_NODES, "Coverage"):
            yield _table(work, part.name, _tie(work, part, ends), folder, format, is_node=False)
    has = (
        f'SELECT s.number AS ":START_ID(Account)", e.number AS ":END_ID(Coverage)" FROM '
        f"(SELECT row_number() OVER (ORDER BY account, relation) AS number, * FROM ({_COVERAGE})) e JOIN number_Account s ON s.key = e.account"
    )
    yield _table(work, "HAS", has, folder, format, is_node=False)


def _tie(work: duckdb.DuckDBPyConnection, part: shape.Part, ends: tuple[str, str]) -> str:
    """The rows of one type of tie, by the numbers of their ends, the odd ones left out."""
    source, target = part.columns[:2]
    sql = part.sql.format(stage="after")
    return (
        f'SELECT s.number AS ":START_ID({ends[0]})", t.number AS ":END_ID({ends[1]})", e.* EXCLUDE ({source}, {target}) '
        f"FROM ({sql}) e JOIN number_{ends[0]} s ON s.key = e.{source} JOIN number_{ends[1]} t ON t.key = e.{target} "
        f"WHERE NOT ({_is_odd(work, sql)}) ORDER BY 1, 2"
    )


def _table(
    work: duckdb.DuckDBPyConnection, name: str, query: str, folder: Path, format: str, *, is_node: bool = True
) -> Table:
    """Writes the rows of one query; texts and lists that are empty are left out."""
    columns = _described(work, query)
    path = folder / f"{name.replace(' ', '_')}.{format}"
    picked = ", ".join(f"{_value(column, kind, format)} AS {quoted(_head(column, kind))}" for column, kind in columns)
    options = "FORMAT parquet" if format == "parquet" else "FORMAT csv, HEADER false"
    copied = work.execute(f"COPY (SELECT {picked} FROM ({query})) TO {_literal(path)} ({options})").fetchone()
    header = None
    if format == "csv":
        header = folder / f"{path.stem}-header.csv"
        header.write_text(",".join(_head(column, kind) for column, kind in columns) + "\n", encoding="utf-8")
    return Table(name.partition(" ")[0], is_node, path, header, int(copied[0]) if copied else 0)


def _head(column: str, kind: str) -> str:
    """The header of a column: its property and its type; columns that say which node it is are left as they are."""
    return column if ":" in column else f"{shape.camel(column)}:{_TYPES[kind]}"


def _value(column: str, kind: str, format: str) -> str:
    name = quoted(column)
    if kind == "VARCHAR[]":
        return (
            f"array_to_string({name}, '{SEPARATOR}')"
            if format == "csv"
            else f"CASE WHEN len({name}) > 0 THEN {name} END"
        )
    return f"nullif({name}, '')" if kind == "VARCHAR" else name


def _is_odd(work: duckdb.DuckDBPyConnection, sql: str) -> str:
    """SQL for: a row of `sql`, named `e`, holds a text or a list that an import would lose or cut."""
    tests = []
    for column, kind in _described(work, sql):
        name = f"e.{quoted(column)}"
        if kind == "VARCHAR":
            tests.append(f"{name} = ''")
        elif kind == "VARCHAR[]":
            tests.append(
                f"len({name}) = 0 OR list_contains({name}, '') OR contains(array_to_string({name}, ''), chr(31))"
            )
    return f"coalesce({' OR '.join(tests) or 'false'}, false)"


def _odd_rows(work: duckdb.DuckDBPyConnection) -> int:
    count = sum(int(work.execute(f"SELECT count(*) FROM ({query})").fetchall()[0][0]) for _, _, query, _ in odd(work))
    if count > _MOST_ODD:
        raise CannotImportError(
            say("{rows} rows hold an empty text, which an offline import cannot take; load over Bolt.", rows=count)
        )
    return count


def _described(work: duckdb.DuckDBPyConnection, query: str) -> list[tuple[str, str]]:
    return [(str(row[0]), str(row[1])) for row in work.execute(f"DESCRIBE {query}").fetchall()]


def _write_marker(work: duckdb.DuckDBPyConnection, marker: Marker, folder: Path, format: str) -> Table:
    columns: dict[str, Any] = {
        ":ID(Marker)": [0],
        "loads": pa.array([list(marker.loads)], pa.list_(pa.string())),
        "nodes": [marker.nodes],
        "ties": [marker.ties],
        "odd": [marker.odd],
    }
    work.register("marker", pa.table(columns))
    return _table(work, LABEL, "SELECT * FROM marker", folder, format)


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
