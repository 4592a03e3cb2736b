"""A store of plain Python lists and dicts: slow, short, and the judge of the others.

It says in loops what `merging.py` says in SQL, and promises the same but for lasting longer than the program.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any, ClassVar, Final, Self

import pyarrow as pa

from graphkit.dataset import SCHEMAS, TABLES, TIME_KINDS, Batch, Dataset, FileReport, ImportReport, Load, Source, now_ms
from graphkit.errors import StoreError, TooManyRefusedError, UsageError
from graphkit.evidence import Run
from graphkit.language import say
from graphkit.settings import Settings, defaults
from graphkit.stores import bookkeeping
from graphkit.stores.bookkeeping import Said, Tally
from graphkit.stores.digest import digest_of
from graphkit.stores.protocol import QUARANTINE, Askable, LoadRecord, OnBatch, Progress, State, Stop, as_load

Row = dict[str, Any]
Key = tuple[Any, ...]

_NEVER: Final = -(2**63) + 1


class _Kept:
    """A load with its batches, as far as they came."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.state: State = "open"
        self.batches: dict[int, Batch] = {}
        self.started_at = now_ms()
        self.sealed_at: int | None = None
        self.report: FileReport | None = None

    @property
    def tally(self) -> Tally:
        return sum((Tally.of(batch) for batch in self.batches.values()), Tally())

    def rows(self, name: str) -> list[tuple[int, Row]]:
        return [
            (number, row)
            for number, batch in self.batches.items()
            if name in batch.tables
            for row in batch.tables[name].to_pylist()
        ]


class MemoryStore(Askable):
    """A store that forgets everything when the program ends; the address is "plain://"."""

    scheme: ClassVar[str] = "plain"

    def __init__(self, address: str = "plain://", *, settings: Settings | None = None) -> None:
        self.address = address
        self._settings = settings or defaults()
        self._loads: dict[str, _Kept] = {}
        self._runs: dict[str, Run] = {}
        self._closed = False

    def add(self, load: Load | Dataset, *, stop: Stop | None = None, on_batch: OnBatch | None = None) -> FileReport:
        """The report of this load; a load that is in the store already changes nothing."""
        self._require_open()
        wanted = as_load(load)
        kept = self._loads.setdefault(wanted.source.load_id, _Kept(wanted.source))
        if kept.report:
            return replace(kept.report, source=wanted.source, already=True)
        kept.state = "open"
        resumed = len(kept.batches)
        for batch in wanted.batches(kept.tally.next):
            if batch.number in kept.batches:
                continue
            if stop and stop():
                raise bookkeeping.interrupted(kept.source, kept.tally)
            kept.batches[batch.number] = replace(batch, tables=_checked(batch, kept.source))
            if on_batch:
                on_batch(Progress(kept.source, batch.number, kept.tally.read, kept.tally.refused))
            self._check_refused(kept, whole=False)
        self._check_refused(kept, whole=True)
        bookkeeping.complete(kept.tally, kept.source)
        return self._seal(kept, resumed)

    def add_all(
        self, loads: Iterable[Load | Dataset], *, stop: Stop | None = None, on_batch: OnBatch | None = None
    ) -> ImportReport:
        """The reports of several loads, in order."""
        return ImportReport(tuple(self.add(load, stop=stop, on_batch=on_batch) for load in loads))

    def tables(self, loads: Sequence[str] | None = None) -> Dataset:
        """The sealed loads (all, or those named) as one dataset."""
        self._require_open()
        chosen = sorted(self._sealed(), key=lambda kept: kept.source.load_id)
        if loads is not None:
            unknown = sorted(set(loads) - {kept.source.load_id for kept in chosen})
            if unknown:
                raise UsageError(
                    say("There is no sealed load {unknown!r}; `loads()` lists what there is.", unknown=unknown[0])
                )
            chosen = [kept for kept in chosen if kept.source.load_id in loads]
        found = {name: merged(name, (row for kept in chosen for _, row in kept.rows(name))) for name in TABLES}
        return Dataset.of(found, (kept.source for kept in chosen))

    def batches(self, load_id: str, first: int = 0) -> Iterator[Batch]:
        """A sealed load as it came."""
        self._require_open()
        kept = {load.source.load_id: load for load in self._sealed()}.get(load_id)
        if kept is None:
            raise UsageError(
                say("There is no sealed load {load_id!r}; `loads()` lists what there is.", load_id=load_id)
            )
        yield from (kept.batches[number] for number in sorted(kept.batches) if number >= first)

    def loads(self) -> list[LoadRecord]:
        """The ledger in order of beginning."""
        self._require_open()
        return [
            LoadRecord(
                source=kept.source,
                state=kept.state,
                batches=len(kept.batches),
                read=kept.tally.read,
                taken=kept.tally.taken,
                refused=kept.tally.refused,
                rows={name: len(kept.rows(name)) for name in TABLES if kept.rows(name)},
                started_at=kept.started_at,
                sealed_at=kept.sealed_at,
            )
            for kept in self._loads.values()
        ]

    def reports(self) -> list[FileReport]:
        """The import reports of the sealed loads, in order of sealing."""
        self._require_open()
        return [kept.report for kept in self._sealed() if kept.report]

    def quarantine(self, load_id: str | None = None) -> pa.Table:
        """The refused rows, of all loads or of one."""
        self._require_open()
        rows = [
            (kept.source.load_id, kept.source.file, row.line, row.offset, row.reason, row.detail, row.raw)
            for kept in self._loads.values()
            if load_id in (None, kept.source.load_id)
            for number in sorted(kept.batches)
            for row in sorted(kept.batches[number].refused, key=lambda row: (row.line, row.offset, row.reason, row.raw))
        ]
        return pa.Table.from_pylist([dict(zip(QUARANTINE.names, row, strict=True)) for row in rows], schema=QUARANTINE)

    def add_run(self, run: Run) -> None:
        """Keeps a run; one with the same id takes the place of the earlier."""
        self._require_open()
        self._runs[run.id] = run

    def runs(self) -> list[Run]:
        """The runs, the earliest first."""
        self._require_open()
        return sorted(self._runs.values(), key=lambda run: (run.started_at, run.id))

    def digest(self) -> str:
        """One digest of the sealed tables."""
        return digest_of(self.tables().tables)

    def close(self) -> None:
        """Ends the use of this store."""
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _require_open(self) -> None:
        if self._closed:
            raise StoreError(say("{address} was closed; open it again with open_store.", address=self.address))

    def _sealed(self) -> list[_Kept]:
        return sorted((kept for kept in self._loads.values() if kept.report), key=lambda kept: kept.sealed_at or 0)

    def _check_refused(self, kept: _Kept, *, whole: bool) -> None:
        try:
            bookkeeping.check_refused(kept.tally, kept.source, limits=self._settings.loading, whole=whole)
        except TooManyRefusedError:
            kept.state = "stopped"
            raise

    def _seal(self, kept: _Kept, resumed: int) -> FileReport:
        earlier = self._sealed()
        said = [_said(name, kept, earlier) for name in TABLES]
        kept.report = bookkeeping.report_of(
            kept.source,
            kept.tally,
            kept=bookkeeping.kept_rows(kept.tally.batches, said),
            notes=bookkeeping.other_version(kept.source, (other.source for other in earlier)),
            resumed=resumed,
        )
        kept.state, kept.sealed_at = "sealed", now_ms()
        return kept.report


def _checked(batch: Batch, source: Source) -> Mapping[str, pa.Table]:
    tables = bookkeeping.checked(batch, source)
    for name, table in tables.items():
        for column in SCHEMAS[name]:
            if not column.nullable and table.column(column.name).null_count:
                raise StoreError(
                    say(
                        "{file}: a row of {name} without {name2}; a loader must refuse such rows.",
                        file=source.file,
                        name=name,
                        name2=column.name,
                    )
                )
    return tables


def _said(name: str, kept: _Kept, earlier: Iterable[_Kept]) -> Said:
    seen = {_key(name, row) for other in earlier for _, row in other.rows(name)}
    rows: Counter[int] = Counter()
    new: Counter[int] = Counter()
    for number, row in sorted(kept.rows(name), key=lambda numbered: numbered[0]):
        rows[number] += 1
        new[number] += _bare(name, row) or _key(name, row) not in seen
        seen.add(_key(name, row))
    return Said(rows, new)


def _bare(name: str, row: Row) -> bool:
    """Whether an interaction is known by its two ends alone, so that two equal rows are two acts."""
    return name == "interactions" and row["post"] is None and row["at"] is None


def _key(name: str, row: Row) -> Key:
    if name == "interactions":
        rest = (row["client"], row["deleted_at"]) if _bare(name, row) else (None, None)
        return (row["actor"], row["target"], row["kind"], row["post"], row["at"], *rest)
    keys = {"follows": ("follower", "followed"), "coverage": ("account", "relation")}.get(name, ("id",))
    return tuple(row[key] for key in keys)


def merged(name: str, rows: Iterable[Row]) -> pa.Table:
    """The rows of one table, one a key, in the order of their keys with nulls first."""
    groups: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        groups[_key(name, row)].append(row)
    one = {
        "accounts": _account,
        "follows": _follow,
        "interactions": _interaction,
        "posts": _post,
        "coverage": _coverage,
    }
    result = [one[name](group) for group in groups.values()]
    result.sort(key=lambda row: _order(name, row))
    return pa.Table.from_pylist(result, schema=SCHEMAS[name])


def _order(name: str, row: Row) -> Key:
    keys = _key(name, row)[:5]
    if name == "interactions":
        keys = (*keys, row["client"], row["deleted_at"])
    return tuple((key is not None, key) if key is not None else (False,) for key in keys)


def _first(rows: list[Row], column: str, order: Callable[[Row], Any]) -> Any:
    """The column of the row that comes first; rows in which it is null do not count."""
    known = sorted((row for row in rows if row[column] is not None), key=order)
    return known[0][column] if known else None


def _last(rows: list[Row], column: str, order: Callable[[Row], Any]) -> Any:
    known = sorted((row for row in rows if row[column] is not None), key=order)
    return known[-1][column] if known else None


def _seen(row: Row, by: str) -> int:
    return _NEVER if row[by] is None else int(row[by])


def _newest(rows: list[Row], by: str) -> Row:
    return {column: _last(rows, column, _by_time(by, column)) for column in rows[0]}


def _by_time(by: str, column: str) -> Callable[[Row], Any]:
    return lambda row: (_seen(row, by), row[column])


def _least(rows: list[Row]) -> Row:
    return {column: _first(rows, column, itemgetter(column)) for column in rows[0]}


def _account(rows: list[Row]) -> Row:
    return _newest(rows, "observed_at")


def _coverage(rows: list[Row]) -> Row:
    return _newest(rows, "fetched_at")


def _rank(row: Row) -> tuple[int, str]:
    kind = row["at_kind"]
    if kind is None:
        return len(TIME_KINDS) + 1, ""
    return TIME_KINDS.index(kind) if kind in TIME_KINDS else len(TIME_KINDS), kind


def _follow(rows: list[Row]) -> Row:
    timed = [row for row in rows if row["at"] is not None]
    surest = min(timed or rows, key=lambda row: (_rank(row), row["at"] or 0))
    ends = [row["ended_at"] for row in rows if row["ended_at"] is not None]
    alive = [
        max(row[column] for column in ("at", "observed_at") if row[column] is not None)
        for row in rows
        if row["ended_at"] is None and (row["at"] is not None or row["observed_at"] is not None)
    ]
    return _least(rows) | {
        "at": surest["at"],
        "at_kind": surest["at_kind"],
        "position": _last(rows, "position", lambda row: (_seen(row, "observed_at"), -row["position"])),
        "observed_at": _last(rows, "observed_at", itemgetter("observed_at")),
        "ended_at": max(ends) if ends and not (alive and max(alive) > max(ends)) else None,
    }


def _interaction(rows: list[Row]) -> Row:
    counts = [row["count"] for row in rows]
    if _bare("interactions", rows[0]) and len(rows) > 1:
        return rows[0] | {"count": sum(1 if count is None else count for count in counts)}
    return _least(rows) | {"count": max((count for count in counts if count is not None), default=None)}


def _post(rows: list[Row]) -> Row:
    longest = {column: _first(rows, column, _by_length(column)) for column in ("text", "tags", "urls")}
    return _least(rows) | longest | {"paid": _last(rows, "paid", itemgetter("paid"))}


def _by_length(column: str) -> Callable[[Row], Any]:
    return lambda row: (-len(row[column]), row[column])
