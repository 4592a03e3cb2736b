"""A store as it was on a past day: by the time of the events, or by the time at which they were seen."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal, Self

import duckdb
import pyarrow as pa

from graphkit.dataset import TABLES, Batch, Dataset, Source, moment_of
from graphkit.errors import UsageError
from graphkit.evidence import Run
from graphkit.language import say
from graphkit.stores.digest import digest_of
from graphkit.stores.embedded import EmbeddedStore
from graphkit.stores.protocol import Askable, Store

By = Literal["event", "seen"]

BY: Final[tuple[By, ...]] = ("event", "seen")

_log = logging.getLogger("graphkit.stores")

# What stood at $day by the time of the events. What has no time cannot be said to have stood; what says later how
# many followers somebody has says nothing of the day.
_STOOD: Final[Mapping[str, str]] = {
    "accounts": """
        SELECT id, handle, name, created_at, {later}, lang, url, platform, observed_at FROM accounts
        WHERE created_at IS NULL OR created_at <= $day
    """.format(
        later=", ".join(
            f"CASE WHEN observed_at IS NULL OR observed_at <= $day THEN {column} END AS {column}"
            for column in ("followers", "following", "posts", "verified", "bio", "location")
        )
    ),
    "follows": """
        SELECT * REPLACE (CASE WHEN ended_at <= $day THEN ended_at END AS ended_at) FROM follows WHERE "at" <= $day
    """,
    "interactions": """
        SELECT * REPLACE (CASE WHEN deleted_at <= $day THEN deleted_at END AS deleted_at) FROM interactions WHERE "at" <= $day
    """,
    "posts": """
        SELECT * REPLACE (CASE WHEN deleted_at <= $day THEN deleted_at END AS deleted_at) FROM posts
        WHERE "at" <= $day OR ("at" IS NULL AND id IN (SELECT post FROM interactions WHERE "at" <= $day))
    """,
    "coverage": "SELECT * FROM coverage WHERE fetched_at <= $day",
}
_UNDATED: Final[Mapping[str, str]] = {
    "follows": 'SELECT count(*) FROM follows WHERE "at" IS NULL',
    "interactions": 'SELECT count(*) FROM interactions WHERE "at" IS NULL',
}
_BEGUN: Final = (
    "SELECT * REPLACE (CASE WHEN deleted_at <= $day THEN deleted_at END AS deleted_at) FROM rows WHERE $taken <= $day"
)
# What had been seen by $day; $taken is when the load was begun, for rows that do not say when they were seen.
_SEEN: Final[Mapping[str, str]] = {
    "accounts": "SELECT * FROM rows WHERE coalesce(observed_at, $taken) <= $day",
    "follows": "SELECT * REPLACE (CASE WHEN ended_at <= $day THEN ended_at END AS ended_at) FROM rows "
    "WHERE coalesce(observed_at, $taken) <= $day",
    "interactions": _BEGUN,
    "posts": _BEGUN,
    "coverage": "SELECT * FROM rows WHERE coalesce(fetched_at, $taken) <= $day",
}


@dataclass(frozen=True, slots=True)
class Day:
    """A moment of the past, and which clock is meant."""

    at: int  # UTC milliseconds
    by: By = "event"

    @classmethod
    def parse(cls, text: str, by: str = "event") -> Self:
        """A date such as 2024-03-01 (its first moment, UTC), a time, or milliseconds. UsageError for anything else."""
        if by not in BY:
            raise UsageError(say("--as-of-by {by}: accepted are {known}.", by=by, known=", ".join(BY)))
        if text.strip().lstrip("-").isdigit() and len(text.strip()) > 8:
            return cls(int(text), by)  # type: ignore[arg-type]
        try:
            moment = moment_of(text)
        except ValueError as error:
            raise UsageError(
                say("--as-of {text} is no day; write it as 2024-03-01, or with a time.", text=repr(text))
            ) from error
        return cls(moment, by)  # type: ignore[arg-type]

    def __str__(self) -> str:
        return datetime.fromtimestamp(self.at / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


class PastStore(Askable):
    """What a store would have given on a day. It can only be read; runs are those of the store itself."""

    def __init__(self, store: Store, day: Day) -> None:
        self.present, self.day = store, day

    def tables(self, loads: Sequence[str] | None = None) -> Dataset:
        """The tables as of the day."""
        return (
            stood(self.present.tables(loads), self.day)
            if self.day.by == "event"
            else seen(self.present, self.day, loads)
        )

    def digest(self) -> str:
        return digest_of(self.tables().tables)

    def add_run(self, run: Run) -> None:
        """Keeps nothing: a run about a past day would be taken for the newest word on the present."""
        _log.warning("The run is about %s and is not kept in the store.", self.day)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.present, name)

    def __enter__(self) -> Self:
        self.present.__enter__()
        return self

    def __exit__(self, *exc: object) -> None:
        self.present.__exit__(*exc)


def said_of(day: Day) -> str:
    """The sentence that a run about a past day carries."""
    if day.by == "event":
        return say("As of {day}: what had happened by then. What has no time is left out.", day=str(day))
    return say(
        "As of {day}: what had been seen by then. Rows that do not say when count from their load on.", day=str(day)
    )


def stood(data: Dataset, day: Day) -> Dataset:
    """What had happened by the day, as far as it has a time; ends and deletions after the day are taken back."""
    with duckdb.connect(":memory:") as work:
        for name in TABLES:
            work.register(name, data.tables[name])
        tables = {name: _asked(work, sql, {"day": day.at}) for name, sql in _STOOD.items()}
        undated = {name: int(work.execute(sql).fetchall()[0][0]) for name, sql in _UNDATED.items()}
    if any(undated.values()):
        counts = ", ".join(f"{rows:,} {name}" for name, rows in undated.items() if rows)
        _log.warning("Left out, for they have no time: %s.", counts)
    return Dataset.of(tables, data.sources)


def seen(store: Store, day: Day, loads: Sequence[str] | None = None) -> Dataset:
    """What had been seen by the day, merged anew: an old sight is not lost because a newer one overwrote it."""
    began = {record.load_id: record.started_at for record in store.loads()}
    wanted = [report.source for report in store.reports() if loads is None or report.source.load_id in loads]
    with EmbeddedStore(":memory:") as past:
        for source in wanted:
            past.add(_Seen(store, source, day, began[source.load_id]))  # type: ignore[arg-type]
        return past.tables()


@dataclass(frozen=True, slots=True)
class _Seen:
    """A sealed load without the rows that were seen after a day."""

    store: Store
    source: Source
    day: Day
    taken: int

    def batches(self, first: int = 0) -> Iterator[Batch]:
        for batch in self.store.batches(self.source.load_id, first):
            with duckdb.connect(":memory:") as work:
                tables = {name: self._rows(work, name, rows) for name, rows in batch.tables.items()}
            yield replace(batch, tables=tables, refused=(), read=batch.taken)

    def _rows(self, work: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> pa.Table:
        work.register("rows", rows)
        return _asked(work, _SEEN[name], {"day": self.day.at, "taken": self.taken})


def _asked(work: duckdb.DuckDBPyConnection, sql: str, given: Mapping[str, int]) -> pa.Table:
    used = {name: value for name, value in given.items() if f"${name}" in sql}
    return work.sql(sql, params=used).to_arrow_table()
