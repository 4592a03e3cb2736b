"""A large first load into a server of one's own: kept on disk, imported while the server stands still, put in the ledger.

Nothing that was acknowledged can be lost: before the database is emptied, everything lies in a store on disk, and a task
file in the home says so. Whoever opens the database after a crash goes on where the task stands.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from graphkit.dataset import Batch, Source
from graphkit.errors import StoreError
from graphkit.language import say
from graphkit.stores import faults
from graphkit.stores.embedded import EmbeddedStore
from graphkit.stores.neo4j import ledger
from graphkit.stores.neo4j.bolt import Bolt, Run
from graphkit.stores.neo4j.offline import admin, files
from graphkit.stores.neo4j.offline.files import CannotImportError
from graphkit.stores.server import process
from graphkit.stores.server.assembling import is_assembled
from graphkit.stores.server.home import Home

if TYPE_CHECKING:
    from graphkit.stores.neo4j.address import Address

_log = logging.getLogger("graphkit.stores")

_FOREIGN: Final = (
    "MATCH (n) WHERE NOT n:_GkStore AND NOT n:_GkLoad AND NOT n:_GkBatch AND NOT n:_GkRows AND NOT n:_GkTurn "
    "RETURN 1 LIMIT 1",
    "SHOW INDEXES YIELD name, type WHERE NOT name STARTS WITH 'gk_' AND type <> 'LOOKUP' RETURN name LIMIT 1",
    "SHOW CONSTRAINTS YIELD name WHERE NOT name STARTS WITH 'gk_' RETURN name LIMIT 1",
)
_CLOSE: Final = """
    MATCH (s:_GkStore {id: 1}) SET s.touched = timestamp()
    WITH s OPTIONAL MATCH (l:_GkLoad) WHERE $load IS NULL OR l.id <> $load
    WITH s, count(l) AS others WHERE others = 0
    SET s.importing = coalesce($load, '') RETURN others
"""

_IS_CLOSED: Final = "MATCH (s:_GkStore {id: 1}) WHERE s.importing IS NOT NULL RETURN 1"
_REOPEN: Final = "MATCH (s:_GkStore {id: 1}) REMOVE s.importing"


@dataclass(frozen=True, slots=True)
class Task:
    """An import under way: where the rows are, whether that store is ours, and whether the import itself is done."""

    giver: str
    is_own: bool
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class _Open:
    """A load that is complete in the ledger of a server but not sealed, batch by batch."""

    bolt: Bolt
    source: Source

    def batches(self, first: int = 0) -> Iterator[Batch]:
        for number in ledger.tally(self.bolt, self.source.load_id).batches:
            if number >= first:
                yield ledger.batch(self.bolt, self.source.load_id, number)


def at_hand(bolt: Bolt, *, load: str | None = None) -> Home | None:
    """The home of the server, if an import can take the place of Bolt.

    That is a server that graphkit started, and nothing in it but at most this one load, which is not sealed.
    """
    home = bolt.address.home() if os.name == "posix" and bolt.address.database == "neo4j" else None
    if home is None or not process.status(home).is_running or not is_assembled(home.line):
        return None
    if any(record.load_id != load for record in ledger.records(bolt)):
        return None
    return None if any(bolt.read(lambda run, query=query: run(query)) for query in _FOREIGN) else home  # type: ignore[misc]


def take_over(bolt: Bolt, home: Home, source: Source) -> bool:
    """Whether the one load in the ledger of this server was imported; its loads are then to be put in the ledger anew."""
    _log.warning("%s is a large first load: it takes the offline import, and the server restarts once.", source.file)
    _folder(home).mkdir(parents=True, exist_ok=True)
    with _alone(home), EmbeddedStore(str(stage_of(home))) as stage:
        stage.add(_Open(bolt, source))  # type: ignore[arg-type]
        faults.reach("staged")
        return _begin(bolt, home, Task(str(stage_of(home)), is_own=True), load=source.load_id)


def import_all(bolt: Bolt, home: Home, giver: str) -> bool:
    """Whether everything that an embedded store holds was imported into the empty database of this server."""
    _folder(home).mkdir(parents=True, exist_ok=True)
    with _alone(home):
        return _begin(bolt, home, Task(os.path.abspath(giver), is_own=False), load=None)


def resume(address: Address) -> Task | None:
    """The import that was begun on this server, brought to where its loads can be put in the ledger; None: there is none."""
    home = address.home() if os.name == "posix" else None
    if home is None or not _task_file(home).is_file():
        return None
    with _alone(home):
        task = _read(home)
        if task is not None and not task.is_done:
            _log.warning("Going on with the offline import into %s that was begun before.", home.path)
            _import(home, task, _files(home, task))
        if task is not None and not process.status(home).is_running:
            process.start(home, port=home.port or 0, memory=home.memory)
        return task


@contextmanager
def finishing(address: Address) -> Iterator[Task | None]:
    """The import whose loads are to be put in the ledger, for one program alone; what it left is taken away at the end."""
    home = address.home()
    if home is None:
        yield None
        return
    with _alone(home):
        task = _read(home)
        yield task
        if task is not None:
            _task_file(home).unlink(missing_ok=True)
            shutil.rmtree(_folder(home), ignore_errors=True)


def reopen(bolt: Bolt) -> None:
    """Opens the database to loads again where an import was announced and never begun."""
    if bolt.read(lambda run: run(_IS_CLOSED)) and (home := bolt.address.home()) is not None:
        with _alone(home):
            if not _task_file(home).is_file():
                bolt.write(lambda run: run(_REOPEN))


def _begin(bolt: Bolt, home: Home, task: Task, *, load: str | None) -> bool:
    """Writes the files first, for they tell whether an import is possible; only then the database is closed to others."""
    try:
        made = _files(home, task)
    except CannotImportError as error:
        _log.warning("%s", error)
        return False
    if not bolt.write(lambda run: _close(run, load)):
        raise StoreError(
            say("{address} was given another load meanwhile; run the same command again.", address=str(bolt.address))
        )
    _write(home, task)
    faults.reach("import_begun")
    _import(home, task, made)
    return True


def _close(run: Run, load: str | None) -> bool:
    return bool(run(_CLOSE, load=load))


def _files(home: Home, task: Task) -> files.Files:
    with EmbeddedStore(task.giver) as giver:
        return files.write(giver.tables(), [one.source.load_id for one in giver.reports()], _folder(home) / "files")


def _import(home: Home, task: Task, made: files.Files) -> None:
    """From files to a running server with their graph, safe to repeat; where the import fails, to an empty database."""
    process.stop(home)
    try:
        admin.run(home, made)
    except StoreError as error:
        _log.warning("%s The load goes over Bolt instead.", error)
        for kind in ("databases", "transactions"):
            shutil.rmtree(home.path / "data" / kind / "neo4j", ignore_errors=True)
    faults.reach("imported")
    _write(home, Task(task.giver, task.is_own, is_done=True))
    shutil.rmtree(made.folder, ignore_errors=True)
    process.start(home, port=home.port or 0, memory=home.memory)


def stage_of(home: Home) -> Path:
    """Where a load is kept while it is imported."""
    return _folder(home) / "stage.duckdb"


def _folder(home: Home) -> Path:
    return home.path / "import" / "graphkit"


def _task_file(home: Home) -> Path:
    return _folder(home) / "task.json"


def _read(home: Home) -> Task | None:
    with suppress(FileNotFoundError):
        return Task(**json.loads(_task_file(home).read_text(encoding="utf-8")))
    return None


def _write(home: Home, task: Task) -> None:
    draft = _task_file(home).with_suffix(".draft")
    draft.write_text(json.dumps(asdict(task)), encoding="utf-8")
    os.replace(draft, _task_file(home))


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """Only one program at a time inside; others wait and say so."""
    import fcntl

    with (home.path / "import" / ".lock").open("w") as file:
        told = 0.0
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if told == 0.0:
                    told = time.monotonic()
                    _log.warning("Waiting for another program that imports into %s.", home.path)
                time.sleep(0.5)
        yield
