"""One DuckDB file, held open only while there is work to do, so that two programs can take turns."""

from __future__ import annotations

import glob
import logging
import os
import re
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

import duckdb
import psutil

from graphkit.errors import StoreError
from graphkit.language import say
from graphkit.settings import Stores
from graphkit.stores import faults, schema

_log = logging.getLogger("graphkit.stores")

_guard: Final = threading.Lock()
_turns: Final[dict[str, threading.RLock]] = {}  # one turn a file and process: DuckDB's own lock keeps others out

_NO_SPACE: Final = re.compile(r"no space left|disk quota|file too large|out of disk|max_temp_directory", re.IGNORECASE)
_BUSY: Final = re.compile(r"could not set lock|being used by another process|conflicting lock", re.IGNORECASE)
_HOLDER: Final = re.compile(r"\(PID (\d+)\)")

_MAGIC: Final = b"DUCK"  # stands in a database file ...
_MAGIC_AT: Final = 8  # ... behind a checksum

_PATIENCE: Final = 1.0  # seconds of waiting before it is worth a word
_EMPTY_STORE: Final = 1_048_576  # bytes of a store without loads

_SENTENCES: Final = {
    "not a valid DuckDB database": "{place} is no graphkit store but a file of another kind; give another name.",
    "No such file or directory": "{place}: the folder does not exist; make it first, or name a store in another one.",
    "Not a directory": "{place}: the folder does not exist; make it first, or name a store in another one.",
    "Permission denied": "{place} may not be written here; choose another place or change its permissions.",
    "NOT NULL constraint": "{place}: a row without its key was delivered; a loader must refuse such rows ({first}).",
    "Out of Memory Error": "{place}: the memory of the store is used up; raise stores.memory_bytes in the settings.",
}


class Database:
    """A DuckDB file or, without a path, a database in memory."""

    def __init__(self, path: Path | None, limits: Stores) -> None:
        self.path = path
        self.place = str(path) if path else ":memory:"
        self._limits = limits
        self._open: duckdb.DuckDBPyConnection | None = None
        self._depth = 0
        with _guard:
            key = os.path.realpath(path) if path else uuid4().hex
            self._turn = _turns.setdefault(key, threading.RLock())
        if path and not path.exists():
            self._make(path)
        with self.session():
            pass

    @contextmanager
    def session(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The open database; waits for its turn if another program works in it. Sessions may be nested."""
        with self._turn, self._explained(duckdb.Error):
            if self._open is None:
                self._open = self._connect(self.path)
            self._depth += 1
            try:
                yield self._open
            finally:
                self._depth -= 1
                if self._depth == 0 and self.path:
                    self.close()

    @contextmanager
    def transaction(self, *, needed: int = 0) -> Iterator[duckdb.DuckDBPyConnection]:
        """The open database inside one transaction, all of it or nothing; `needed` bytes of disk must be free."""
        with self.session() as connection, self._explained(duckdb.Error, OSError, needed=needed):
            if self.path and shutil.disk_usage(self.path.parent).free < needed:
                raise StoreError(self._full(needed))
            connection.begin()
            try:
                yield connection
                connection.commit()
            except BaseException:
                with suppress(duckdb.Error):  # after a full disk the connection is dead and has nothing to take back
                    connection.rollback()
                raise

    def close(self) -> None:
        """Ends the connection; a database in memory is gone with it."""
        if self._open is not None:
            with suppress(duckdb.Error):  # a dead connection cannot write its last checkpoint: its log will be replayed
                self._open.close()
            self._open = None

    def _make(self, path: Path) -> None:
        """Makes the file under another name and puts it in place whole, so that a kill leaves no half-made store."""
        _sweep(path)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{uuid4().hex[:8]}")
        try:
            with self._explained(duckdb.Error, OSError, needed=_EMPTY_STORE):
                connection = self._connect(draft)
                schema.migrate(connection, self.place)
                connection.close()
                faults.reach("store_made")
                with suppress(FileExistsError):  # another program was faster; its store is as good
                    os.link(draft, path)
        finally:
            for leftover in (draft, draft.with_name(draft.name + ".wal")):
                with suppress(OSError):  # what stopped the making is said already
                    leftover.unlink(missing_ok=True)

    def _connect(self, path: Path | None) -> duckdb.DuckDBPyConnection:
        began, told = time.monotonic(), 0.0
        if path and path.exists():
            self._demand_a_database(path)
        while True:
            try:
                connection = duckdb.connect(str(path or ":memory:"), config=dict(self._config()))
                break
            except duckdb.IOException as error:
                if not _BUSY.search(str(error)):
                    raise
                waited = time.monotonic() - began
                told = self._wait(waited, told, holder=_HOLDER.search(str(error)))
        if path == self.path:
            try:
                schema.migrate(connection, self.place)
            except BaseException:
                connection.close()
                raise
        return connection

    def _demand_a_database(self, path: Path) -> None:
        """Refuses a file of another kind: DuckDB would show a CSV or Parquet file as a database in memory."""
        if not path.is_file():
            raise StoreError(
                say(
                    "{place} is no file; give the name of a store, such as {what}.",
                    place=self.place,
                    what=path / "project.duckdb",
                )
            )
        with self._explained(OSError), path.open("rb") as file:
            head = file.read(len(_MAGIC) + _MAGIC_AT)
        if head[_MAGIC_AT:] != _MAGIC:
            raise StoreError(_SENTENCES["not a valid DuckDB database"].format(place=self.place))

    def _wait(self, waited: float, told: float, *, holder: re.Match[str] | None) -> float:
        """Sleeps a little, says so after a second and every ten, gives up in the end; when it was said last."""
        who = f"process {holder[1]}" if holder else "another program"
        if waited > self._limits.wait_seconds:
            raise StoreError(
                say(
                    "{place} has been in use by {who} for {waited} s; wait until it is done or close it, then run "
                    "the same command again.",
                    place=self.place,
                    who=who,
                    waited=round(float(waited), 0),
                )
            )
        if waited > max(_PATIENCE, told + 10 if told else 0):
            _log.warning("Waiting for %s, which is in use by %s.", self.place, who)
            told = waited
        time.sleep(min(0.25, 0.01 + waited / 10))
        return told

    def _config(self) -> Mapping[str, str | int | bool]:
        """Our part of machine and memory, and no way from a database to files, the network or extensions."""
        memory = min(self._limits.memory_bytes, int(psutil.virtual_memory().total * self._limits.memory_share))
        return {
            "memory_limit": f"{memory}B",
            "threads": _cores(),
            "checkpoint_threshold": f"{self._limits.checkpoint_bytes}B",
            "max_vacuum_tasks": 0,  # rows are never deleted; joining short row groups again doubles time and file
            "enable_external_access": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        }

    @contextmanager
    def _explained(self, *kinds: type[Exception], needed: int = 0) -> Iterator[None]:
        """Turns what DuckDB and the system say into one sentence that tells what to do."""
        try:
            yield
        except kinds as error:
            raise StoreError(self._explanation(str(error), needed)) from error

    def _explanation(self, said: str, needed: int) -> str:
        first = said.strip().splitlines()[0] if said.strip() else "no reason given"
        if _NO_SPACE.search(said):
            return self._full(needed)
        for pattern, sentence in _SENTENCES.items():
            if pattern in said:
                return sentence.format(place=self.place, first=first)
        return f"{self.place}: {first}"

    def _full(self, needed: int) -> str:
        free = shutil.disk_usage(self.path.parent).free if self.path else 0
        more = f" and about {needed:,} more are needed" if needed else ""
        return (
            f"{self.place}: the disk is full: {free:,} bytes are free{more}. "
            f"Free some space and run the same command again; what was committed is safe."
        )


def _sweep(path: Path) -> None:
    """Removes the drafts of programs that were killed while they made this store."""
    for draft in path.parent.glob(f".{glob.escape(path.name)}.*"):
        process = draft.name.removeprefix(f".{path.name}.").partition(".")[0]
        if process.isdigit() and not psutil.pid_exists(int(process)):
            draft.unlink(missing_ok=True)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
