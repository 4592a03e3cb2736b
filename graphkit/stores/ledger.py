"""The ledger inside a DuckDB file: which loads there are, which batches are committed, what was refused."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Final, cast

import duckdb
import pyarrow as pa

from graphkit.dataset import TABLES, Batch, FileReport, Refused, Source, Tables, conform, now_ms
from graphkit.stores.bookkeeping import Tally
from graphkit.stores.packed import pack, unpack
from graphkit.stores.protocol import QUARANTINE, LoadRecord, State
from graphkit.stores.schema import COLUMNS

_INSERT: Final = {
    table: f"INSERT INTO {table} (load, batch, {columns}) SELECT $load, $batch, {columns} FROM incoming"
    for table, columns in COLUMNS.items()
}

_BATCH: Final = {
    table: f"SELECT {columns} FROM {table} WHERE load = $load AND batch = $batch" for table, columns in COLUMNS.items()
}
_ONE: Final = "SELECT read, taken, refused, more FROM batches WHERE load = $load AND number = $batch"
_ONE_REFUSED: Final = (
    "SELECT line, byte_offset, reason, detail, raw FROM quarantine WHERE load = $load AND batch = $batch ORDER BY ALL"
)

_REFUSED: Final = pa.schema(
    [
        ("line", pa.int64()),
        ("byte_offset", pa.int64()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("raw", pa.binary()),
    ]
)

_LOADS: Final = (
    "SELECT no, source, state, started_at, sealed_at, count(number), coalesce(sum(read), 0), "
    "coalesce(sum(taken), 0), coalesce(sum(refused), 0) "
    "FROM loads LEFT JOIN seals ON seals.load = no LEFT JOIN batches ON batches.load = no GROUP BY ALL ORDER BY no"
)


_COUNTS: Final = {table: f"SELECT load, count(*) FROM {table} GROUP BY load" for table in TABLES}


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed load: its number in the file, its report, and the tables in which it repeats no row."""

    no: int
    report: FileReport
    plain: frozenset[str]


def begin(connection: duckdb.DuckDBPyConnection, source: Source) -> int:
    """The number of this load in the file; a new line of the ledger if it was never begun."""
    known = connection.execute("SELECT no FROM loads WHERE id = ?", [source.load_id]).fetchone()
    if known:
        connection.execute("UPDATE loads SET state = 'open' WHERE no = ? AND state = 'stopped'", [known[0]])
        return int(known[0])
    [(no,)] = connection.execute("SELECT coalesce(max(no), 0) + 1 FROM loads").fetchall()
    connection.execute("INSERT INTO loads VALUES (?, ?, ?, 'open', ?)", [no, source.load_id, pack(source), now_ms()])
    return int(no)


def tally(connection: duckdb.DuckDBPyConnection, no: int) -> Tally:
    """What the committed batches of a load have said."""
    total = Tally()
    rows = connection.execute("SELECT number, read, taken, refused, more FROM batches WHERE load = ? ORDER BY 1", [no])
    for number, read, taken, refused, more in rows.fetchall():
        total += _tally_of(number, (read, taken, refused), more)
    return total


def write_rows(connection: duckdb.DuckDBPyConnection, no: int, number: int, *, tables: Tables) -> None:
    """Adds the rows of one batch to their tables."""
    for name, rows in tables.items():
        connection.register("incoming", rows)
        try:
            connection.execute(_INSERT[name], {"load": no, "batch": number})
        finally:
            connection.unregister("incoming")


def write_batch(connection: duckdb.DuckDBPyConnection, no: int, batch: Batch) -> None:
    """Adds the ledger line of one batch and its refused rows."""
    one = Tally.of(batch)
    more = json.dumps({"reasons": one.reasons, "aside": one.aside, "notes": one.notes}, ensure_ascii=False)
    connection.execute(
        "INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?)", [no, batch.number, one.read, one.taken, one.refused, more]
    )
    if not batch.refused:
        return
    rows = [(row.line, row.offset, row.reason, row.detail, row.raw) for row in batch.refused]
    columns = [pa.array(values, column.type) for values, column in zip(zip(*rows, strict=True), _REFUSED, strict=True)]
    connection.register("incoming", pa.Table.from_arrays(columns, schema=_REFUSED))
    connection.execute(
        "INSERT INTO quarantine SELECT $load, $batch, * FROM incoming", {"load": no, "batch": batch.number}
    )
    connection.unregister("incoming")


def batch(connection: duckdb.DuckDBPyConnection, no: int, number: int) -> Batch:
    """One committed batch, as it was."""
    given = {"load": no, "batch": number}
    [line] = connection.execute(_ONE, given).fetchall()
    one = _tally_of(number, line[:3], line[3])
    found = {name: connection.sql(query, params=given).to_arrow_table() for name, query in _BATCH.items()}
    return Batch(
        number,
        read=one.read,
        tables={name: conform(name, table) for name, table in found.items() if table.num_rows},
        refused=tuple(Refused(*row) for row in connection.execute(_ONE_REFUSED, given).fetchall()),
        taken=one.taken,
        aside=one.aside,
        notes=one.notes,
    )


def stop(connection: duckdb.DuckDBPyConnection, no: int) -> None:
    """Marks a load that had too many refused rows."""
    connection.execute("UPDATE loads SET state = 'stopped' WHERE no = ?", [no])


def seal(connection: duckdb.DuckDBPyConnection, no: int, *, report: FileReport, plain: frozenset[str]) -> None:
    """Makes a load visible, with its report."""
    connection.execute("INSERT INTO seals VALUES (?, ?, ?, ?)", [no, now_ms(), ",".join(sorted(plain)), pack(report)])
    connection.execute("UPDATE loads SET state = 'sealed' WHERE no = ?", [no])


def sealed(connection: duckdb.DuckDBPyConnection) -> list[Sealed]:
    """The sealed loads in order of sealing."""
    rows = connection.execute("SELECT load, plain, report FROM seals ORDER BY sealed_at, load").fetchall()
    return [Sealed(no, unpack(report), frozenset(filter(None, plain.split(",")))) for no, plain, report in rows]


def records(connection: duckdb.DuckDBPyConnection) -> list[LoadRecord]:
    """The whole ledger in order of beginning."""
    counts = _row_counts(connection)
    return [
        LoadRecord(
            source=unpack(source),
            state=cast(State, state),
            batches=batches,
            read=int(read),
            taken=int(taken),
            refused=int(refused),
            rows=counts.get(no, {}),
            started_at=started_at,
            sealed_at=sealed_at,
        )
        for no, source, state, started_at, sealed_at, batches, read, taken, refused in connection.execute(
            _LOADS
        ).fetchall()
    ]


def quarantine(connection: duckdb.DuckDBPyConnection, load_id: str | None) -> pa.Table:
    """The refused rows, of all loads or of one, in order of load and place."""
    rows = connection.execute(
        "SELECT id, source, line, byte_offset, reason, detail, raw FROM quarantine JOIN loads ON no = load "
        "WHERE $id IS NULL OR id = $id ORDER BY no, batch, line, byte_offset, reason, raw",
        {"id": load_id},
    ).fetchall()
    files = {text: unpack(text).file for text in {row[1] for row in rows}}
    lines = [(row[0], files[row[1]], *row[2:]) for row in rows]
    return pa.Table.from_pylist([dict(zip(QUARANTINE.names, line, strict=True)) for line in lines], schema=QUARANTINE)


def _tally_of(number: int, counts: tuple[int, int, int], more: str) -> Tally:
    read, taken, refused = counts
    said = json.loads(more)
    return Tally({number: taken}, read, taken, refused, said["reasons"], said["aside"], tuple(said["notes"]))


def _row_counts(connection: duckdb.DuckDBPyConnection) -> dict[int, dict[str, int]]:
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for table, query in _COUNTS.items():
        for no, rows in connection.execute(query).fetchall():
            counts[no][table] = rows
    return counts
