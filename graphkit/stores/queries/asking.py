"""Putting a named question to the embedded store: rows within limits of number, bytes, time and memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from graphkit.errors import StoreError
from graphkit.language import say
from graphkit.stores.protocol import Store
from graphkit.stores.queries.book import Query
from graphkit.stores.queries.graph import GraphFile, graph_of

_CHUNK: Final = 2_048  # rows between two looks at the bytes


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one question may cost; what goes beyond is stopped, and the answer says so or the error names the limit."""

    seconds: float = 30.0
    rows: int = 10_000
    bytes: int = 64 << 20
    memory_bytes: int = 2 << 30


USUAL: Final = Limits()


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a question, and whether there were more than the limits let through."""

    table: pa.Table
    cut: bool = False


def ask(store: Store, query: Query, given: Mapping[str, object], *, folder: Path, limits: Limits = USUAL) -> Answer:
    """The answer of a store to a named question; its graph tables are made in `folder` first where they are missing."""
    values = query.values(given)
    return ask_file(graph_of(store, folder), query, values, limits=limits)


def ask_file(graph: GraphFile, query: Query, given: Mapping[str, object], *, limits: Limits = USUAL) -> Answer:
    """The answer of graph tables to a named question. StoreError where time or memory run out."""
    values = query.values(given)
    with graph.session(memory_bytes=limits.memory_bytes) as connection, _stopped(connection, limits, query.name):
        reader = connection.sql(query.sql, params=values).to_arrow_reader(_CHUNK)
        return gather(reader, limits)


def gather(reader: pa.RecordBatchReader, limits: Limits) -> Answer:
    """The batches of a reader as one table, no more rows and bytes than allowed."""
    taken: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in reader:
        room = limits.rows - rows
        taken.append(batch.slice(0, room))
        rows += taken[-1].num_rows
        size += taken[-1].nbytes
        if batch.num_rows > room or size > limits.bytes:
            return Answer(pa.Table.from_batches(taken, reader.schema), cut=True)
    return Answer(pa.Table.from_batches(taken, reader.schema))


@contextmanager
def _stopped(connection: duckdb.DuckDBPyConnection, limits: Limits, name: str) -> Iterator[None]:
    timer = threading.Timer(limits.seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise StoreError(
            say(
                "{name} took longer than {seconds} s and was stopped; ask about fewer accounts or a shorter "
                "time, or allow more with --seconds.",
                name=name,
                seconds=format(limits.seconds, "g"),
            )
        ) from error
    except duckdb.OutOfMemoryException as error:
        raise StoreError(
            say(
                "{name} needs more than {memory_bytes} bytes of memory and was stopped; ask about less.",
                name=name,
                memory_bytes=limits.memory_bytes,
            )
        ) from error
    finally:
        timer.cancel()
