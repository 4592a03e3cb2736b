"""The contract: the five tables that a loader delivers and a store keeps.

Ids are strings end to end. Times are UTC milliseconds since 1970 as int64. What the source does not say is null,
never zero. `SCHEMAS` is the whole list of columns; a new column is one line here.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Protocol, Self

import pyarrow as pa

TEXT: Final = pa.string()
TIME: Final = pa.int64()  # UTC milliseconds
COUNT: Final = pa.int64()
TEXTS: Final = pa.list_(pa.string())

TIME_KINDS: Final = ("exact", "claimed", "bounded", "order", "seen", "none")

SCHEMAS: Final[Mapping[str, pa.Schema]] = {
    "accounts": pa.schema(
        [
            pa.field("id", TEXT, nullable=False),
            ("handle", TEXT),
            ("name", TEXT),
            ("created_at", TIME),
            ("followers", COUNT),
            ("following", COUNT),
            ("posts", COUNT),
            ("verified", pa.bool_()),
            ("bio", TEXT),
            ("location", TEXT),
            ("lang", TEXT),
            ("url", TEXT),
            ("platform", TEXT),
            ("observed_at", TIME),
        ]
    ),
    "follows": pa.schema(
        [
            pa.field("follower", TEXT, nullable=False),
            pa.field("followed", TEXT, nullable=False),
            ("at", TIME),
            ("at_kind", TEXT),  # one of TIME_KINDS
            ("position", COUNT),  # place in a newest-first list, 0 = newest
            ("observed_at", TIME),
            ("ended_at", TIME),
        ]
    ),
    "interactions": pa.schema(
        [
            pa.field("actor", TEXT, nullable=False),
            ("target", TEXT),  # null: the author of the post, where the posts table says who that is
            ("kind", TEXT),  # like, repost, quote, reply, mention, comment, ...
            ("post", TEXT),
            ("at", TIME),
            ("client", TEXT),
            ("deleted_at", TIME),
            ("count", COUNT),  # how many actions the row stands for (weighted edge lists); null means one
        ]
    ),
    "posts": pa.schema(
        [
            pa.field("id", TEXT, nullable=False),
            ("author", TEXT),
            ("at", TIME),
            ("text", TEXT),
            ("lang", TEXT),
            ("client", TEXT),
            ("conversation", TEXT),
            ("reply_to", TEXT),
            ("tags", TEXTS),
            ("urls", TEXTS),
            ("paid", pa.bool_()),
            ("deleted_at", TIME),
        ]
    ),
    "coverage": pa.schema(
        [
            pa.field("account", TEXT, nullable=False),
            ("relation", TEXT),  # followers, following, posts, likers, ...
            ("collected", COUNT),
            ("declared", COUNT),
            ("order", TEXT),  # newest_first, oldest_first, random, unknown
            ("fetched_at", TIME),
            ("complete", pa.bool_()),
        ]
    ),
}

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "accounts": ("id",),
    "follows": ("follower", "followed"),
    "interactions": ("actor", "target", "kind", "post", "at"),
    "posts": ("id",),
    "coverage": ("account", "relation"),
}

# Columns whose values are ids of accounts, and of posts.
ACCOUNT_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "accounts": ("id",),
    "follows": ("follower", "followed"),
    "interactions": ("actor", "target"),
    "posts": ("author",),
    "coverage": ("account",),
}
POST_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {"posts": ("id",), "interactions": ("post",)}

TABLES: Final = tuple(SCHEMAS)

Tables = Mapping[str, pa.Table]


def empty(table: str) -> pa.Table:
    """A table of the contract without rows."""
    return SCHEMAS[table].empty_table()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a load comes from: enough to say whether it is the same load again."""

    file: str  # the path as given, for people; not part of the identity
    digest: str  # SHA-256 of the bytes of the file
    loader: str
    loader_version: str
    options: Mapping[str, str] = field(default_factory=dict)  # column map, time format, ...: what changes the meaning

    @property
    def load_id(self) -> str:
        """Digest of content, loader and options: equal ids mean equal rows."""
        parts = (self.digest, self.loader, self.loader_version, *(f"{k}={v}" for k, v in sorted(self.options.items())))
        return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Refused:
    """One input row that was not taken: where it stands, why, and what it said."""

    line: int  # 1-based; for formats without lines the row number
    offset: int  # byte offset in the uncompressed stream; -1 where the format has none
    reason: str  # a code: see graphkit.sources.reasons
    detail: str  # one sentence for a person
    raw: bytes  # the row as it stood, cut at 4 KiB


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of one stretch of a source file; cut from the bytes alone, so a second reading cuts the same."""

    number: int  # 0, 1, 2, ... without gaps
    read: int  # input rows in this stretch: taken + refused
    tables: Tables  # some of TABLES, each with its SCHEMAS columns in order
    refused: tuple[Refused, ...] = ()
    taken: int = 0  # input rows that went into `tables` (one input row may fill several tables)
    aside: Mapping[str, int] = field(default_factory=dict)  # unknown column -> non-empty cells kept aside
    notes: tuple[str, ...] = ()  # what a person should know: rounded ids, repaired text


class Load(Protocol):
    """One file, ready to be read: the store asks for its batches from a given number on."""

    @property
    def source(self) -> Source: ...

    def batches(self, first: int = 0) -> Iterator[Batch]:
        """The batches from number `first` on; cutting does not depend on `first`."""
        ...


@dataclass(frozen=True, slots=True)
class Dataset:
    """The five tables in memory, with the sources they came from."""

    accounts: pa.Table = field(default_factory=lambda: empty("accounts"))
    follows: pa.Table = field(default_factory=lambda: empty("follows"))
    interactions: pa.Table = field(default_factory=lambda: empty("interactions"))
    posts: pa.Table = field(default_factory=lambda: empty("posts"))
    coverage: pa.Table = field(default_factory=lambda: empty("coverage"))
    sources: tuple[Source, ...] = ()

    @classmethod
    def of(cls, tables: Tables, sources: Iterable[Source] = ()) -> Self:
        """A dataset of some of the tables; columns that are missing become null."""
        return cls(**{name: conform(name, table) for name, table in tables.items()}, sources=tuple(sources))

    @property
    def tables(self) -> dict[str, pa.Table]:
        return {name: getattr(self, name) for name in TABLES}

    def merge(self, other: Self) -> Self:
        """Rows of both, one after the other; what counts as the same row is the store's business."""
        both = {name: pa.concat_tables([table, other.tables[name]]) for name, table in self.tables.items()}
        return type(self)(**both, sources=self.sources + other.sources)

    def __repr__(self) -> str:
        counts = ", ".join(f"{table.num_rows:,} {name}" for name, table in self.tables.items() if table.num_rows)
        return f"Dataset({counts or 'empty'})"


@dataclass(frozen=True, slots=True)
class Numbered:
    """The five tables with accounts and posts as numbers, by a store that counts them where they lie.

    The columns `follower`, `followed`, `actor`, `target` and `post` of follows and interactions are places in the ids, as
    int32, or null, and their rows come in no particular order; everything else is as in a `Dataset`.
    """

    tables: Tables
    account_ids: pa.StringArray  # every account that some row names, once, sorted as text (by code point)
    post_ids: pa.StringArray  # the same of posts


def conform(name: str, table: pa.Table) -> pa.Table:
    """The table with exactly the columns of the contract, in order; absent columns are null, others are left out."""
    schema = SCHEMAS[name]
    columns = [
        table.column(column.name).cast(column.type)
        if column.name in table.column_names
        else pa.nulls(table.num_rows, column.type)
        for column in schema
    ]
    return pa.Table.from_arrays(columns, schema=pa.schema([pa.field(f.name, f.type) for f in schema]))


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file: `read == kept + merged + refused`, always."""

    source: Source
    read: int
    kept: int
    merged: int  # said before: by this file or by an earlier load
    refused: int
    reasons: Mapping[str, int] = field(default_factory=dict)  # reason code -> rows
    aside: Mapping[str, int] = field(default_factory=dict)  # unknown column -> non-empty cells
    notes: tuple[str, ...] = ()
    already: bool = False  # this very file was loaded before; nothing changed
    resumed: int = 0  # batches that an interrupted load had already committed

    @property
    def load_id(self) -> str:
        return self.source.load_id


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The reports of all files of one `load`, in order."""

    files: tuple[FileReport, ...]

    @property
    def read(self) -> int:
        return sum(file.read for file in self.files)

    @property
    def kept(self) -> int:
        return sum(file.kept for file in self.files)

    @property
    def merged(self) -> int:
        return sum(file.merged for file in self.files)

    @property
    def refused(self) -> int:
        return sum(file.refused for file in self.files)


def moment_of(text: str) -> int:
    """A date such as 2024-03-01 (its first moment) or a time, in UTC milliseconds. ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def now_ms() -> int:
    """The present as UTC milliseconds."""
    return time.time_ns() // 1_000_000
