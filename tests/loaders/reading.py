"""What the tests of loaders share: a file read whole, with what became of each row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphkit.dataset import Batch, Refused
from graphkit.loading import FileLoad, LoadOptions, plan

QUIET = LoadOptions(write_map=False)


@dataclass(frozen=True)
class Read:
    batches: tuple[Batch, ...]

    @property
    def read(self) -> int:
        return sum(batch.read for batch in self.batches)

    @property
    def taken(self) -> int:
        return sum(batch.taken for batch in self.batches)

    @property
    def refused(self) -> tuple[Refused, ...]:
        return tuple(row for batch in self.batches for row in batch.refused)

    @property
    def aside(self) -> Counter[str]:
        total: Counter[str] = Counter()
        for batch in self.batches:
            total.update(batch.aside)
        return total

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(note for batch in self.batches for note in batch.notes)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows without nulls, in the order of the file."""
        tables = [batch.tables[table] for batch in self.batches if table in batch.tables]
        return [{k: v for k, v in row.items() if v is not None} for one in tables for row in one.to_pylist()]

    def counts(self) -> dict[str, int]:
        total: Counter[str] = Counter()
        for batch in self.batches:
            total.update({name: table.num_rows for name, table in batch.tables.items()})
        return {name: count for name, count in sorted(total.items()) if count}


def one_load(path: Path, options: LoadOptions = QUIET) -> FileLoad:
    [load] = plan([path], options=options)
    return load


def read(path: Path, options: LoadOptions = QUIET) -> Read:
    done = Read(tuple(one_load(path, options).batches()))
    assert [batch.number for batch in done.batches] == list(range(len(done.batches)))
    assert all(batch.read == batch.taken + len(batch.refused) for batch in done.batches)
    return done


def read_text(folder: Path, text: str | bytes, name: str = "follows.csv") -> Read:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path)
