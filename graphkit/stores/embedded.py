"""The embedded store: one DuckDB file a project, no server.

A batch is one transaction: its rows, its refused rows and its line of the ledger. A load is seen by `tables` only
after it is sealed. Rows are kept as they came, each with the number of its load; which of them are the same is decided
by `merging`, over all sealed loads at once, so the order of loading cannot matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Final, Self

import duckdb
import pyarrow as pa

from graphkit.dataset import TABLES, Batch, Dataset, FileReport, ImportReport, Load, Numbered, Source
from graphkit.errors import StoreError, TooManyRefusedError, UsageError
from graphkit.evidence import Run
from graphkit.language import say
from graphkit.settings import Settings, defaults
from graphkit.stores import bookkeeping, faults, ledger, merging, numbering
from graphkit.stores.ahead import ahead
from graphkit.stores.bookkeeping import Said, Tally
from graphkit.stores.connection import Database
from graphkit.stores.digest import digest_of
from graphkit.stores.packed import pack, unpack
from graphkit.stores.protocol import Askable, LoadRecord, OnBatch, Progress, Stop, as_load

_KEYS_AT_ONCE: Final = 2_000_000  # keys said twice, looked at together when a load is sealed: some 300 MB


class EmbeddedStore(Askable):
    """A store in one DuckDB file, or in memory for the address ":memory:"."""

    scheme: ClassVar[str] = "duckdb"

    def __init__(self, address: str, *, settings: Settings | None = None) -> None:
        self._settings = settings or defaults()
        place = address.removeprefix("duckdb://")
        self._database = Database(None if place == ":memory:" else Path(place), self._settings.stores)
        self._closed = False

    @property
    def path(self) -> Path | None:
        """The file of the store; None for one in memory."""
        return self._database.path

    def add(self, load: Load | Dataset, *, stop: Stop | None = None, on_batch: OnBatch | None = None) -> FileReport:
        """The report of this load; a load that is in the store already changes nothing."""
        wanted = as_load(load)
        with self._session() as connection:
            before = _find(ledger.sealed(connection), wanted.source)
            if before:
                return replace(before.report, source=wanted.source, already=True)
            return self._load(connection, wanted, stop=stop or _never, on_batch=on_batch or _nothing)

    def add_all(
        self, loads: Iterable[Load | Dataset], *, stop: Stop | None = None, on_batch: OnBatch | None = None
    ) -> ImportReport:
        """The reports of several loads, in order."""
        return ImportReport(tuple(self.add(load, stop=stop, on_batch=on_batch) for load in loads))

    def tables(self, loads: Sequence[str] | None = None) -> Dataset:
        """The sealed loads (all, or those named) as one dataset; unsealed ones are never seen."""
        with self._session() as connection:
            chosen = _choose(ledger.sealed(connection), loads)
            found = {name: _read(connection, name, chosen) for name in TABLES}
        return Dataset.of(found, (load.report.source for load in chosen))

    def for_graph(self, loads: Sequence[str]) -> Numbered:
        """The rows of these sealed loads with their ends as numbers: a third of the time and half of the memory of texts."""
        with self._session() as connection:
            chosen = _choose(ledger.sealed(connection), loads)
            return numbering.numbered(connection, [load.no for load in chosen], plain=_plain(chosen))

    def batches(self, load_id: str, first: int = 0) -> Iterator[Batch]:
        """A sealed load as it came."""
        with self._session() as connection:
            [chosen] = _choose(ledger.sealed(connection), [load_id])
            numbers = [number for number in ledger.tally(connection, chosen.no).batches if number >= first]
        for number in numbers:
            with self._session() as connection:
                batch = ledger.batch(connection, chosen.no, number)
            yield batch

    def loads(self) -> list[LoadRecord]:
        """The ledger in order of beginning."""
        with self._session() as connection:
            return ledger.records(connection)

    def reports(self) -> list[FileReport]:
        """The import reports of the sealed loads, in order of sealing."""
        with self._session() as connection:
            return [load.report for load in ledger.sealed(connection)]

    def quarantine(self, load_id: str | None = None) -> pa.Table:
        """The refused rows, of all loads or of one."""
        with self._session() as connection:
            return ledger.quarantine(connection, load_id)

    def add_run(self, run: Run) -> None:
        """Keeps a run; one with the same id takes the place of the earlier."""
        with self._session(), self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO runs VALUES (?, ?, ?)", [run.id, run.started_at, pack(run)])

    def runs(self) -> list[Run]:
        """The runs, the earliest first."""
        with self._session() as connection:
            return [
                unpack(text)
                for (text,) in connection.execute("SELECT run FROM runs ORDER BY started_at, id").fetchall()
            ]

    def digest(self) -> str:
        """One digest of the sealed tables."""
        return digest_of(self.tables().tables)

    def close(self) -> None:
        """Ends the use of this store; what it holds stays in the file."""
        self._closed = True
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"EmbeddedStore({self._database.place!r})"

    def _session(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        if self._closed:
            raise StoreError(say("{place} was closed; open it again with open_store.", place=self._database.place))
        return self._database.session()

    def _load(self, connection: duckdb.DuckDBPyConnection, load: Load, *, stop: Stop, on_batch: OnBatch) -> FileReport:
        with self._database.transaction():
            no = ledger.begin(connection, load.source)
        tally = ledger.tally(connection, no)
        resumed = len(tally.batches)
        with closing(ahead(iter(load.batches(tally.next)))) as batches:
            for batch in batches:
                if batch.number in tally.batches:
                    continue
                if stop():
                    raise bookkeeping.interrupted(load.source, tally)
                self._commit(no, batch, source=load.source)
                tally += Tally.of(batch)
                on_batch(Progress(load.source, batch.number, tally.read, tally.refused))
                self._check_refused(no, tally, source=load.source, whole=False)
        self._check_refused(no, tally, source=load.source, whole=True)
        bookkeeping.complete(tally, load.source)
        return self._seal(no, tally, source=load.source, resumed=resumed)

    def _commit(self, no: int, batch: Batch, *, source: Source) -> None:
        tables = bookkeeping.checked(batch, source)
        size = sum(table.nbytes for table in tables.values()) + sum(len(row.raw) for row in batch.refused)
        with self._database.transaction(needed=size) as connection:
            ledger.write_rows(connection, no, batch.number, tables=tables)
            faults.reach("rows_written")
            ledger.write_batch(connection, no, batch)
            faults.reach("before_commit")
        faults.reach("after_commit")

    def _check_refused(self, no: int, tally: Tally, *, source: Source, whole: bool) -> None:
        try:
            bookkeeping.check_refused(tally, source, limits=self._settings.loading, whole=whole)
        except TooManyRefusedError:
            with self._database.transaction() as connection:
                ledger.stop(connection, no)
            raise

    def _seal(self, no: int, tally: Tally, *, source: Source, resumed: int) -> FileReport:
        faults.reach("before_seal")
        with self._database.transaction() as connection:
            earlier = ledger.sealed(connection)
            numbers = [load.no for load in earlier]
            said = {name: _said(connection, name, no=no, earlier=numbers) for name in TABLES}
            report = bookkeeping.report_of(
                source,
                tally,
                kept=bookkeeping.kept_rows(tally.batches, said.values()),
                notes=bookkeeping.other_version(source, (load.report.source for load in earlier)),
                resumed=resumed,
            )
            plain = frozenset(name for name in TABLES if said[name].plain)
            ledger.seal(connection, no, report=report, plain=plain)
            faults.reach("in_seal")
        faults.reach("after_seal")
        return report


def _find(sealed: Iterable[ledger.Sealed], source: Source) -> ledger.Sealed | None:
    return next((load for load in sealed if load.report.load_id == source.load_id), None)


def _choose(sealed: list[ledger.Sealed], ids: Sequence[str] | None) -> list[ledger.Sealed]:
    """The sealed loads with these ids, in the order of their ids."""
    ordered = sorted(sealed, key=lambda load: load.report.load_id)
    if ids is None:
        return ordered
    unknown = sorted(set(ids) - {load.report.load_id for load in sealed})
    if unknown:
        raise UsageError(say("There is no sealed load {unknown!r}; `loads()` lists what there is.", unknown=unknown[0]))
    return [load for load in ordered if load.report.load_id in ids]


def _plain(chosen: Sequence[ledger.Sealed]) -> frozenset[str]:
    """The tables in which these loads repeat no row."""
    return frozenset(name for name in TABLES if all(name in load.plain for load in chosen))


def _read(connection: duckdb.DuckDBPyConnection, name: str, chosen: Sequence[ledger.Sealed]) -> pa.Table:
    query = merging.PLAIN[name] if name in _plain(chosen) else merging.MERGED[name]
    return connection.sql(query, params={"loads": [load.no for load in chosen]}).to_arrow_table()


def _said(connection: duckdb.DuckDBPyConnection, name: str, *, no: int, earlier: Sequence[int]) -> Said:
    rows = connection.execute(merging.ROWS[name], {"load": no}).fetchall()
    if not rows:
        return Said()
    new = Counter({batch: bare for batch, _, bare in rows})
    different = 0
    for batch, keys, bare in _new_keys(connection, name, no=no, earlier=earlier):
        new[batch] += keys - bare
        different += keys
    said = {batch: count for batch, count, _ in rows}
    return Said(said, new, plain=different == sum(said.values()))


def _new_keys(
    connection: duckdb.DuckDBPyConnection, name: str, *, no: int, earlier: Sequence[int]
) -> Iterator[tuple[int, int, int]]:
    """Batch, keys that nobody said before it, and how many of them are bare; a batch may come several times."""
    connection.execute(merging.DOUBLED[name], {"load": no, "sealed": earlier})
    yield from connection.execute(merging.SINGLE[name], {"load": no}).fetchall()
    [(doubled,)] = connection.execute(merging.COUNT_DOUBLED).fetchall()
    parts = -(-doubled // _KEYS_AT_ONCE)
    for part in range(parts):
        asked = {"load": no, "sealed": earlier, "parts": parts, "part": part}
        yield from connection.execute(merging.NEW_KEYS[name], asked).fetchall()


def _never() -> bool:
    return False


def _nothing(progress: Progress) -> None:
    return None
