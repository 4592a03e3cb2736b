"""The dataset folder: accounts, follows, interactions, posts and coverage with the columns of the contract.

One file a table, as CSV, JSON lines or Parquet, plain or packed; any of the tables, and any columns beyond the keys.
A single file of this kind is known by its columns, whatever its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from graphkit.loaders._guess import words
from graphkit.loaders._look import names_of, sniffed

from graphkit.dataset import SCHEMAS, TABLES, Batch, Dataset
from graphkit.sources import reading
from graphkit.sources.dialects import normal
from graphkit.sources.documents import shape
from graphkit.sources.files import Recognised, Sample, SourceFile, sample
from graphkit.sources.mapping import REQUIRED, ColumnMap, Feed, from_toml, to_toml
from graphkit.sources.records import Dialect

NAME = "dataset"
VERSION = "1"

_TELLING = {
    "accounts": {"handle", "name", "created_at", "followers", "following", "posts", "verified", "bio", "observed_at"},
    "follows": {"follower", "followed"},
    "interactions": {"target", "kind", "post"},
    "posts": {"author", "text", "at", "conversation", "reply_to", "tags", "urls"},
    "coverage": {"relation", "collected", "declared", "complete", "fetched_at"},
}


def recognise(seen: Sample) -> Recognised | None:
    """Whether the columns are those of one table of the contract."""
    names = names_of(seen)
    table = _table(seen.file.name.split(".")[0].lower(), names)
    if not table:
        return None
    unknown = [name for name in names if name not in SCHEMAS[table].names]
    better = {word for its in words().get(table, {}).values() for word in its} if table != "coverage" else set()
    certainty = 0.45 if any(normal(name) in better for name in unknown) else 0.95
    is_json = seen.schema is None and bool(shape(seen.text))
    columns = [name for name in SCHEMAS[table].names if is_json or name in names]
    found = sniffed(seen)
    dialect = found.dialect if found else Dialect()
    column_map = ColumnMap(dialect=dialect, rows=(Feed(table, {name: name for name in columns}),))
    return Recognised(certainty, {"map": to_toml(column_map)})


def _table(stem: str, names: Sequence[str]) -> str:
    have = set(names)
    if stem in TABLES and set(REQUIRED[stem]) <= have:
        return stem
    fitting = [table for table in TABLES if set(REQUIRED[table]) <= have and _TELLING[table] & have]
    return max(fitting, key=lambda table: (len(have & set(SCHEMAS[table].names)), -TABLES.index(table)), default="")


def batches(file: SourceFile, first: int = 0) -> Iterator[Batch]:
    """The rows of the file, a batch at a time, from batch `first` on."""
    return reading.batches(file, from_toml(file.options["map"], file.shown), first)


def load(path: str | Path) -> Dataset:
    """The file in memory."""
    file = SourceFile(Path(path))
    return reading.dataset(batches(reading.chosen(file, recognise(sample(file)))))
