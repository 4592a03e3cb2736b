"""Working one load into the graph, chunk by chunk, each exactly once.

Which chunks there are follows from the ledger alone, so whoever comes after a crash, or at the same time, cuts the same
ones; and a chunk is written in the transaction that counts it. Any program may finish what another has begun.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import pyarrow as pa

from graphkit.dataset import TABLES
from graphkit.errors import StoreError
from graphkit.language import say
from graphkit.stores import faults
from graphkit.stores.neo4j import ledger, shape, statements
from graphkit.stores.neo4j.bolt import Bolt, Run
from graphkit.stores.neo4j.ledger import Merging, Sealed
from graphkit.stores.neo4j.scratch import Scratch

Rows = list[Any]

_ONE_LOAD: Final = {
    table: f"SELECT count(*) FROM {table} WHERE load = ?" for table in TABLES
}  # what the load says at all


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows for one statement, and how many the statement must say that it wrote."""

    statement: str
    rows: Rows
    count: int


@dataclass(frozen=True, slots=True)
class Growth:
    """What one load makes of the graph; `earlier` are the loads sealed before it."""

    state: Merging
    earlier: Sequence[Sealed]
    size: int  # rows a chunk

    @property
    def is_first(self) -> bool:
        return not self.earlier

    def fetch(self, bolt: Bolt, scratch: Scratch) -> int:
        """Fetches what the load says, and what the earlier ones say of the same; how many account ids the load names."""
        scratch.take(bolt, str(self.state.load), self.state.no)
        needed = self.touched(scratch)
        for load in self.earlier:
            scratch.take(bolt, load.id, load.no, tables=needed)
        scratch.connection.execute(shape.ACCOUNT_IDS, {"load": self.state.no, "base": self.state.accounts})
        scratch.connection.execute(shape.POST_IDS, {"load": self.state.no})
        [(ids,)] = scratch.connection.execute("SELECT count(*) FROM account_ids").fetchall()
        return int(ids)

    def merge(self, scratch: Scratch) -> None:
        """Merges what was fetched, with the load and, unless it is the first, without it."""
        numbers = [load.no for load in self.earlier]
        scratch.merge("after", [*numbers, self.state.no])
        if not self.is_first:
            scratch.merge("before", numbers)
        for stage in ("after",) if self.is_first else ("before", "after"):
            scratch.connection.execute(shape.ACTS[stage])

    def touched(self, scratch: Scratch) -> list[str]:
        """The tables that the load changes, and those that must be looked at with them."""
        found = {
            table
            for table in TABLES
            if scratch.connection.execute(_ONE_LOAD[table], [self.state.no]).fetchall() != [(0,)]
        }
        return [table for group in shape.GROUPS if found & set(group) for table in group]

    def chunks(self, scratch: Scratch) -> Iterator[Chunk]:
        """All chunks in their order, the same for everybody who asks."""
        yield from self._nodes(scratch)
        touched = set(self.touched(scratch))
        for part in shape.PARTS:
            if not touched & set(part.group) or (self.is_first and part.name in ("Account", "Post")):
                continue
            for op in shape.OPS:
                query = part.rows(op, is_first=self.is_first)
                if query is None or op not in statements.WRITE[part.name]:
                    continue
                statement = statements.WRITE[part.name][op]
                if self.is_first:
                    statement = statements.FIRST.get(part.name, statement)
                yield from self._cut(scratch, query, statement=statement, grouped=part.grouped)

    def _nodes(self, scratch: Scratch) -> Iterator[Chunk]:
        if self.is_first:
            yield from self._cut(scratch, shape.FIRST_ACCOUNTS, statement=statements.FIRST_ACCOUNTS)
            yield from self._cut(scratch, shape.FIRST_POSTS, statement=statements.FIRST_POSTS)
            return
        yield from self._cut(scratch, shape.STUB_ACCOUNTS, statement=statements.STUB_ACCOUNTS)
        yield from self._cut(scratch, shape.STUB_POSTS, statement=statements.STUB_POSTS)

    def _cut(self, scratch: Scratch, query: str, *, statement: str, grouped: bool = False) -> Iterator[Chunk]:
        return cut(scratch, query, statement=statement, size=self.size, grouped=grouped)


def cut(scratch: Scratch, query: str, *, statement: str, size: int, grouped: bool = False) -> Iterator[Chunk]:
    """The rows of a query as chunks for one statement."""
    for rows in _slices(scratch, query, size):
        yield Chunk(statement, _grouped(rows) if grouped else rows, len(rows))


def grow(bolt: Bolt, state: Merging, chunks: Iterator[Chunk]) -> int:
    """Writes the chunks that are not written yet; how many there are in all."""
    total = 0
    for number, chunk in enumerate(chunks):
        total = number + 1
        if number >= state.chunk:
            bolt.write(lambda run, number=number, chunk=chunk: _write(run, state, number, chunk))  # type: ignore[misc]
            faults.reach("chunk_written")
    return total


def _write(run: Run, state: Merging, number: int, chunk: Chunk) -> None:
    if not ledger.step(run, str(state.load), number):
        return  # another program was faster, or our own commit was done though its answer was lost
    [[written]] = run(chunk.statement, rows=chunk.rows)
    if written != chunk.count:
        raise StoreError(
            say(
                "Of {count} rows of one chunk {written} could be written; the graph was changed by another hand "
                "while load {load} was worked in. Nothing of this chunk was kept.",
                count=chunk.count,
                written=written,
                load=state.load,
            )
        )


def _slices(scratch: Scratch, query: str, size: int) -> Iterator[Rows]:
    """The rows of a query as lists of lists, so many at a time."""
    waiting: list[pa.RecordBatch] = []
    held = 0
    for batch in scratch.connection.sql(query).to_arrow_reader(size):
        waiting.append(batch)
        held += batch.num_rows
        while held >= size:
            table = pa.Table.from_batches(waiting)
            yield _lists(table.slice(0, size))
            waiting, held = table.slice(size).to_batches(), held - size
    if held:
        yield _lists(pa.Table.from_batches(waiting))


def _lists(table: pa.Table) -> Rows:
    return [list(row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]


def _grouped(rows: Rows) -> Rows:
    return [[key, [row[1:] for row in group]] for key, group in groupby(rows, key=itemgetter(0))]
