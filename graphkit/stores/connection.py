"""One DuckDB file, held open only while there is work to do, so that two programs can take turns."""

from __future__ import annotations

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
from graphkit.settings import Stores
from graphkit.stores import faults, schema

_log = logging.getLogger("graphkit.stores")

_guard: Final = threading.Lock()
_turns: Final[dict[str, threading.RLock]] = {}  # one turn a file and process: DuckDB's own lock keeps others out

_FULL: Final = re.compile(r"no space left|disk quota|file too large|out of disk|not enough space", re.IGNORECASE)
_BUSY: Final = re.compile(r"could not set lock|being used by another process|conflicting lock", re.IGNORECASE)
_HOLDER: Final = re.compile(r"\(PID (\d+)\)")


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
        with self._turn, self._explained():
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
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The open database inside one transaction: all of it or nothing."""
        with self.session() as connection:
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

    def require_space(self, needed: int, what: str) -> None:
        """Refuses to begin what cannot fit on the disk of the store."""
        if self.path and (free := shutil.disk_usage(self.path.parent).free) < needed:
            raise StoreError(
                f"{self.place}: the disk has {free:,} bytes free and {what} needs about {needed:,}. "
                f"Free some space and run the same command again; what was committed is safe."
            )

    def _make(self, path: Path) -> None:
        """Makes the file under another name and puts it in place whole, so that a kill leaves no half-made store."""
        draft = path.with_name(f".{path.name}.{uuid4().hex[:8]}")
        try:
            with self._explained():
                connection = self._connect(draft)
                schema.migrate(connection, self.place)
                connection.close()
                faults.reach("store_made")
                with suppress(FileExistsError):  # another program was faster; its store is as good
                    os.link(draft, path)
        finally:
            for leftover in (draft, draft.with_name(draft.name + ".wal")):
                leftover.unlink(missing_ok=True)

    def _connect(self, path: Path | None) -> duckdb.DuckDBPyConnection:
        started = announced = time.monotonic()
        while True:
            try:
                connection = duckdb.connect(str(path or ":memory:"), config=dict(self._config()))
                break
            except duckdb.IOException as error:
                if not _BUSY.search(str(error)):
                    raise
                waited = time.monotonic() - started
                holder = _HOLDER.search(str(error))
                who = f"process {holder[1]}" if holder else "another program"
                if waited > self._limits.wait_seconds:
                    raise StoreError(
                        f"{self.place} has been in use by {who} for {waited:.0f} s; "
                        f"wait until it is done or close it, then run the same command again."
                    ) from error
                if announced == started or time.monotonic() - announced > 10:
                    announced = time.monotonic()
                    _log.warning("Waiting for %s, which is in use by %s.", self.place, who)
                time.sleep(min(0.25, 0.01 + waited / 10))
        if path == self.path:
            try:
                schema.migrate(connection, self.place)
            except BaseException:
                connection.close()
                raise
        return connection

    def _config(self) -> Mapping[str, str | int | bool]:
        """Our part of machine and memory, and no way from a database to files, the network or extensions."""
        memory = min(self._limits.memory_bytes, int(psutil.virtual_memory().total * self._limits.memory_share))
        return {
            "memory_limit": f"{memory}B",
            "threads": _cores(),
            "checkpoint_threshold": f"{self._limits.checkpoint_bytes}B",
            "enable_external_access": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        }

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns what DuckDB and the system say into one sentence that tells what to do."""
        try:
            yield
        except (duckdb.Error, OSError) as error:
            raise StoreError(self._explanation(str(error))) from error

    def _explanation(self, said: str) -> str:
        first = said.strip().splitlines()[0] if said.strip() else "no reason given"
        if _FULL.search(said):
            free = shutil.disk_usage(self.path.parent).free if self.path else 0
            return (
                f"{self.place}: the disk is full ({free:,} bytes free). "
                f"Free some space and run the same command again; what was committed is safe."
            )
        if "not a valid DuckDB database" in said:
            return f"{self.place} is no graphkit store but a file of another kind; give another name to make a new one."
        if "No such file or directory" in said or "Not a directory" in said:
            return f"{self.place}: the folder does not exist; make it first, or name a store in another one."
        if "NOT NULL constraint failed" in said:
            return f"{self.place}: a row without its key was delivered ({first}); a loader must refuse such rows."
        return f"{self.place}: {first}"


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
