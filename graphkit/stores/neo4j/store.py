"""The Neo4j store: what was loaded lies in the database twice, as it came and as the graph that it makes.

A batch is one transaction: its line of the ledger and its rows, packed. When a load is complete it is worked into the
graph (`growing`) and sealed. Rows are merged by the rules of the embedded store, so both stores give equal tables and
equal digests.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import ClassVar, Final, Self

import pyarrow as pa

from graphkit.dataset import TABLES, Batch, Dataset, FileReport, ImportReport, Load, Source
from graphkit.errors import StoreError, TooManyRefusedError, UsageError
from graphkit.evidence import Run
from graphkit.language import say
from graphkit.settings import Settings, defaults
from graphkit.stores import bookkeeping, faults
from graphkit.stores.ahead import ahead
from graphkit.stores.bookkeeping import Tally
from graphkit.stores.digest import digest_of
from graphkit.stores.embedded import EmbeddedStore
from graphkit.stores.neo4j import growing, ledger, migrating, offline, reading
from graphkit.stores.neo4j.address import Address
from graphkit.stores.neo4j.bolt import Bolt
from graphkit.stores.neo4j.handing import handed
from graphkit.stores.neo4j.results import publishing
from graphkit.stores.neo4j.scratch import scratch
from graphkit.stores.protocol import Askable, LoadRecord, OnBatch, Progress, Stop, as_load

_log = logging.getLogger("graphkit.stores")

PLAN: Final = "1"  # of how a load is cut into chunks; a load begun by another plan is finished by its own graphkit
_QUIET_S: Final = 10.0  # how long another program that works a load in may be silent before it is helped
_LOOK_S: Final = 0.25


class Neo4jStore(Askable):
    """A store in a Neo4j database; the address says where, a file says the password."""

    scheme: ClassVar[str] = "neo4j"
    _is_finishing = False  # an import was made, and its loads go into the ledger

    def __init__(self, address: str, *, settings: Settings | None = None) -> None:
        self._settings = settings or defaults()
        self.address = Address.parse(address)
        self._bolt: Bolt | None = None
        if offline.resume(self.address):
            self._finish()
        else:
            self._connect()

    def add(self, load: Load | Dataset, *, stop: Stop | None = None, on_batch: OnBatch | None = None) -> FileReport:
        """The report of this load; a load that is in the store already changes nothing."""
        wanted = as_load(load)
        before = self._sealed(wanted.source)
        if before is not None:
            return replace(before, source=wanted.source, already=True)
        ledger.begin(self.bolt, wanted.source)
        state = ledger.merging(self.bolt)
        if state.load == wanted.source.load_id:  # complete already, and half worked in
            tally = ledger.tally(self.bolt, wanted.source.load_id)
            return self._seal(wanted.source, tally, resumed=len(tally.batches))
        tally, resumed = self._take(wanted, stop=stop or _never, on_batch=on_batch or _nothing)
        return self._seal(wanted.source, tally, resumed=resumed)

    def add_all(
        self, loads: Iterable[Load | Dataset], *, stop: Stop | None = None, on_batch: OnBatch | None = None
    ) -> ImportReport:
        """The reports of several loads, in order."""
        return ImportReport(tuple(self.add(load, stop=stop, on_batch=on_batch) for load in loads))

    def import_from(self, giver: EmbeddedStore, *, always: bool = False) -> bool:
        """Whether everything that `giver` holds came in by the offline import: into an empty server of one's own, and,
        unless `always`, only where it is large."""
        rows = sum(record.taken for record in giver.loads())
        home = offline.at_hand(self.bolt) if giver.path and (always or self._is_large(rows)) else None
        if home is None or not giver.path or not offline.import_all(self.bolt, home, str(giver.path)):
            return False
        self._finish()
        return True

    def tables(self, loads: Sequence[str] | None = None) -> Dataset:
        """The sealed loads (all, or those named) as one dataset, from the rows as they came."""
        chosen = _choose(ledger.sealed(self.bolt), loads)
        with scratch(self._settings.stores) as work:
            for load in chosen:
                work.take(self.bolt, load.id, load.no)
            numbers = [load.no for load in chosen]
            found = {
                name: work.table(name, numbers, plain=all(name in load.plain for load in chosen)) for name in TABLES
            }
        return Dataset.of(found, (load.report.source for load in chosen))

    def batches(self, load_id: str, first: int = 0) -> Iterator[Batch]:
        """A sealed load as it came."""
        [chosen] = _choose(ledger.sealed(self.bolt), [load_id])
        for number in ledger.tally(self.bolt, chosen.id).batches:
            if number >= first:
                yield ledger.batch(self.bolt, chosen.id, number)

    def graph(self) -> Dataset:
        """The same dataset as `tables`, read from the graph and not from the rows; for `graphkit db check`."""
        return reading.graph_of(self.bolt)

    def loads(self) -> list[LoadRecord]:
        """The ledger in order of beginning."""
        return ledger.records(self.bolt)

    def reports(self) -> list[FileReport]:
        """The import reports of the sealed loads, in order of sealing."""
        return [load.report for load in ledger.sealed(self.bolt)]

    def quarantine(self, load_id: str | None = None) -> pa.Table:
        """The refused rows, of all loads or of one."""
        return ledger.quarantine(self.bolt, load_id)

    def add_run(self, run: Run) -> None:
        """Keeps a run and, if it is the newest, shows its findings in the graph; all in one transaction."""
        publishing.publish(self.bolt, run)

    def publish(self, run: Run, accounts: pa.Table, reach: pa.Table) -> None:
        """As `add_run`, with what the run says of every account: tables of the results contract."""
        publishing.publish(self.bolt, run, publishing.Said(accounts, reach))

    def unpublish(self) -> None:
        """Takes all results out of the graph; the runs stay and can be read with `runs`."""
        publishing.unpublish(self.bolt)

    def runs(self) -> list[Run]:
        """The runs, the earliest first."""
        return publishing.runs(self.bolt)

    def digest(self) -> str:
        """One digest of the sealed tables."""
        return digest_of(self.tables().tables)

    def close(self) -> None:
        """Ends the use of this store."""
        if self._bolt is not None:
            self._bolt.close()
            self._bolt = None

    @property
    def bolt(self) -> Bolt:
        """The connection."""
        if self._bolt is None:
            raise StoreError(say("{address} was closed; open it again with open_store.", address=self.address))
        return self._bolt

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Neo4jStore({str(self.address)!r})"

    def _connect(self) -> None:
        self.close()
        self._bolt = Bolt(self.address, budget_s=self._settings.neo4j.retry_seconds)
        try:
            migrating.migrate(self._bolt)
            offline.reopen(self._bolt)
        except BaseException:
            self.close()
            raise

    def _finish(self) -> None:
        """Connects to the restarted server and puts the loads of the import in the ledger."""
        self._connect()
        self._is_finishing = True
        try:
            with offline.finishing(self.address) as task:
                if task is not None:
                    with EmbeddedStore(task.giver, settings=self._settings) as stage:
                        self.add_all(handed(stage))
        finally:
            self._is_finishing = False

    def _is_large(self, rows: int) -> bool:
        return not self._is_finishing and rows > self._settings.neo4j.offline_rows

    def _sealed(self, source: Source) -> FileReport | None:
        return next((load.report for load in ledger.sealed(self.bolt) if load.id == source.load_id), None)

    def _take(self, load: Load, *, stop: Stop, on_batch: OnBatch) -> tuple[Tally, int]:
        """Commits the batches that are not in the ledger yet; what all of them say, and how many were there."""
        source = load.source
        tally = ledger.tally(self.bolt, source.load_id)
        resumed = len(tally.batches)
        for batch in ahead(load.batches(tally.next)):
            if batch.number in tally.batches:
                continue
            if stop():
                raise bookkeeping.interrupted(source, tally)
            tables = ledger.with_keys(bookkeeping.checked(batch, source), source)
            faults.reach("before_commit")
            ledger.add_batch(self.bolt, source.load_id, batch, tables=tables)
            faults.reach("after_commit")
            tally += Tally.of(batch)
            on_batch(Progress(source, batch.number, tally.read, tally.refused))
            self._check_refused(tally, source, whole=False)
        self._check_refused(tally, source, whole=True)
        bookkeeping.complete(tally, source)
        return tally, resumed

    def _check_refused(self, tally: Tally, source: Source, *, whole: bool) -> None:
        try:
            bookkeeping.check_refused(tally, source, limits=self._settings.loading, whole=whole)
        except TooManyRefusedError:
            ledger.stop(self.bolt, source.load_id)
            raise

    def _seal(self, source: Source, tally: Tally, *, resumed: int) -> FileReport:
        """Works the load into the graph when its turn comes; helps a load before it that nobody finishes."""
        faults.reach("before_seal")
        seen, since = None, time.monotonic()
        while True:
            report = self._sealed(source)
            if report is not None:
                faults.reach("after_seal")
                return replace(report, source=source, resumed=resumed)
            ledger.claim(self.bolt, source.load_id, plan=PLAN)
            state = ledger.merging(self.bolt)
            if state.load == source.load_id:
                self._grow(state, resumed)
            elif (state.load, state.chunk) != seen:
                seen, since = (state.load, state.chunk), time.monotonic()
                time.sleep(_LOOK_S)
            elif state.load is not None and time.monotonic() - since > _QUIET_S:
                _log.warning("Finishing load %s, which another program left half worked in.", state.load)
                self._grow(state, 0)
            else:
                time.sleep(_LOOK_S)

    def _grow(self, state: ledger.Merging, resumed: int) -> None:
        """Writes what is missing of a load in the graph, and seals it."""
        if state.plan != PLAN:
            raise StoreError(
                say(
                    "Load {load} was begun by another version of graphkit (plan {plan}, this one makes {plan2}); "
                    "run the same command with that version once more, then go on with this one.",
                    load=state.load,
                    plan=state.plan,
                    plan2=PLAN,
                )
            )
        load = str(state.load)
        source = next(record.source for record in ledger.records(self.bolt) if record.load_id == load)
        tally, earlier = ledger.tally(self.bolt, load), ledger.sealed(self.bolt)
        growth = growing.Growth(state, tuple(earlier), self._settings.neo4j.chunk_rows)
        imported = offline.pending(self.bolt, {before.id for before in earlier})
        if imported is None and growth.is_first and state.chunk == 0 and self._was_taken_over(source, tally):
            return
        with scratch(self._settings.stores) as work:
            accounts = growth.fetch(self.bolt, work)
            numbers = [before.no for before in earlier]
            said = {name: work.said(name, state.no, earlier=numbers) for name in TABLES}
            if imported is None:
                growth.merge(work)
                chunks = growth.chunks(work)
            else:
                chunks = offline.chunks(self.bolt, growth, work, imported=imported)
            done = growing.grow(self.bolt, state, ahead(chunks))
        report = bookkeeping.report_of(
            source,
            tally,
            kept=bookkeeping.kept_rows(tally.batches, said.values()),
            notes=bookkeeping.other_version(source, (before.report.source for before in earlier)),
            resumed=resumed,
        )
        faults.reach("in_seal")
        plain = sorted(name for name in TABLES if said[name].plain)
        ledger.seal(self.bolt, replace(state, chunk=done), report=report, plain=plain, accounts=accounts)
        offline.pending(self.bolt, {load, *(before.id for before in earlier)})

    def _was_taken_over(self, source: Source, tally: Tally) -> bool:
        """Whether a large first load came in by the offline import instead, and is sealed."""
        home = offline.at_hand(self.bolt, load=source.load_id) if self._is_large(tally.taken) else None
        if home is None or not offline.take_over(self.bolt, home, source):
            return False
        self._finish()
        return True


class BoltStore(Neo4jStore):
    """The same, for addresses that begin with bolt://: one server, spoken to directly."""

    scheme: ClassVar[str] = "bolt"


def _choose(sealed: list[ledger.Sealed], ids: Sequence[str] | None) -> list[ledger.Sealed]:
    """The sealed loads with these ids, in the order of their ids."""
    ordered = sorted(sealed, key=lambda load: load.id)
    if ids is None:
        return ordered
    unknown = sorted(set(ids) - {load.id for load in sealed})
    if unknown:
        raise UsageError(say("There is no sealed load {unknown!r}; `loads()` lists what there is.", unknown=unknown[0]))
    return [load for load in ordered if load.id in ids]


def _never() -> bool:
    return False


def _nothing(progress: Progress) -> None:
    return None
