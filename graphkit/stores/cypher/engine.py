"""Own Cypher questions to the embedded store: a projection in a process apart, checked, limited, read-only."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Self
from uuid import uuid4

import duckdb
import psutil
import pyarrow as pa

from graphkit.errors import MissingExtraError, StoreError, UsageError
from graphkit.language import say
from graphkit.stores.cypher.lint import check
from graphkit.stores.queries.asking import USUAL, Answer, Limits
from graphkit.stores.queries.graph import GraphFile

MOST_TIES: Final = (
    3_000_000  # of a whole projection: about a minute of building; larger graphs are cut to a neighbourhood
)

_BUILDING: Final = "-Xms1g -Xmn768m"  # the engine's collector then copies twice a million ties instead of fifty times

_WORKER: Final = Path(__file__).with_name("worker.py")
_START_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.1  # between two looks at clock and memory
_TIES: Final = "SELECT (SELECT count(*) FROM tie) + (SELECT count(*) FROM act) + (SELECT count(*) FROM engaged)"


class Engine:
    """A projection that answers questions until it is closed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, cypher: str, parameters: Mapping[str, Any] | None = None, *, limits: Limits = USUAL) -> Answer:
        """The answer to a question. UsageError for what may not be asked, StoreError where a limit is reached."""
        given = dict(parameters or {})
        wanted = check(cypher)
        if missing := sorted(wanted - set(given)):
            raise UsageError(
                say("The question wants the parameter ${missing}; give --param {missing}=VALUE.", missing=missing[0])
            )
        if unused := sorted(set(given) - wanted):
            raise UsageError(
                say(
                    "The question has no parameter ${unused}; write it into the question or leave it out.",
                    unused=unused[0],
                )
            )
        question = {"cypher": cypher, "parameters": given, "rows": limits.rows, "bytes": limits.bytes}
        said = self._talk(question, limits)
        if said.get("refused"):
            raise UsageError(
                say(
                    "The question returns whole nodes, ties or paths, which every engine writes differently. Return "
                    "their properties: RETURN a.id AS account, type(r) AS tie."
                )
            )
        if "error" in said:
            raise UsageError(say("The question cannot be answered: {error}", error=said["error"]))
        return Answer(table_of(said["columns"], said["rows"]), cut=said["cut"])

    def close(self) -> None:
        """Ends the process."""
        if self._process is not None:
            if self._process.stdin:
                self._process.stdin.close()
            self._kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _talk(self, question: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
        process = self._process or self._start(limits)
        assert process.stdin is not None
        process.stdin.write(json.dumps(question).encode() + b"\n")
        process.stdin.flush()
        return self._heard(process, limits.seconds, limits.memory_bytes)

    def _start(self, limits: Limits) -> subprocess.Popen[bytes]:
        self._process = _worker(str(self._folder))
        self._heard(self._process, _START_SECONDS, limits.memory_bytes)
        return self._process

    def _heard(self, process: subprocess.Popen[bytes], seconds: float, memory: int) -> dict[str, Any]:
        try:
            return _line(process, seconds, memory)
        except StoreError:
            self._kill()
            raise

    def _kill(self) -> None:
        if self._process is not None:
            _end(self._process)
            self._process = None


def project(graph: GraphFile, *, around: str | None = None, most: int = MOST_TIES) -> Path:
    """The folder of the projection of these graph tables, made now where it is missing.

    `around` holds only one account, those one step away, and the ties among them all. A graph with more than `most`
    ties is refused whole, with the smaller question named.
    """
    demand_engine()
    name = "" if around is None else "-" + around.encode().hex()[:64]
    folder = graph.path.parent / f"cypher-{graph.state}{name}"
    if folder.is_dir():
        return folder
    with graph.session() as connection:
        _demand_size(connection, around, most)
    draft = graph.path.parent / f".cypher-{os.getpid()}-{uuid4().hex[:8]}"
    process = _worker("--build", str(graph.path), str(draft), *([] if around is None else [around]))
    try:
        said = _line(process, 3_600.0, psutil.virtual_memory().total)
        if "error" in said:
            raise StoreError(
                say("{folder}: the Cypher projection could not be made: {error}", folder=folder, error=said["error"])
            )
        process.wait(30)
        if not folder.is_dir():
            os.replace(draft, folder)
    finally:
        _end(process)
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def demand_engine() -> None:
    """MissingExtraError where the engine is not installed; the named queries do without it."""
    if find_spec("arcadedb") is None:
        raise MissingExtraError(
            say(
                "Own Cypher questions to the embedded store need: pip install 'graphkit-influence[cypher]'. The "
                "named queries (graphkit queries) run without it."
            )
        )


def table_of(columns: list[str], rows: list[list[Any]]) -> pa.Table:
    """Rows as a table; a column with values of several kinds becomes text in JSON."""
    arrays = []
    for place in range(len(columns)):
        values = [row[place] for row in rows]
        try:
            arrays.append(pa.array(values))
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            arrays.append(pa.array([None if v is None else json.dumps(v, ensure_ascii=False) for v in values]))
    return pa.Table.from_arrays(arrays, names=columns) if columns else pa.table({})


def _demand_size(connection: duckdb.DuckDBPyConnection, around: str | None, most: int) -> None:
    if around is not None:
        if not connection.execute("SELECT 1 FROM account WHERE id = ?", [around]).fetchone():
            raise UsageError(
                say(
                    "There is no account {around!r}; find its id with: graphkit ask find-account --param handle=...",
                    around=around,
                )
            )
        return
    [(ties,)] = connection.execute(_TIES).fetchall()
    if ties > most:
        raise StoreError(
            say(
                "The graph has {ties} ties; a Cypher projection of the whole takes at most {most}. Ask one of "
                "the named queries (graphkit queries), or about one neighbourhood: --around ACCOUNT.",
                ties=ties,
                most=most,
            )
        )


def _worker(*arguments: str) -> subprocess.Popen[bytes]:
    is_building = arguments[0] == "--build"
    logs = Path(arguments[2] if is_building else arguments[-1]).parent / ".logs"
    # Named by its file the worker starts without the package, which takes longer to import than the engine to open.
    program = ["-m", "graphkit.stores.cypher.worker"] if is_building else ["-P", str(_WORKER)]
    memory = {"ARCADEDB_NATIVE_ISOLATE_ARGS": _BUILDING} if is_building else {}
    return subprocess.Popen(
        [sys.executable, *program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**memory, **os.environ, "ARCADEDB_LOG_DIR": str(logs)},
    )


def _line(process: subprocess.Popen[bytes], seconds: float, memory: int) -> dict[str, Any]:
    """The next line of a process, within its time and memory."""
    assert process.stdout is not None
    until = time.monotonic() + seconds
    watched = psutil.Process(process.pid)
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not selector.select(_LOOK_SECONDS):
            if time.monotonic() > until:
                raise StoreError(
                    say(
                        "The question took longer than {seconds} s and was stopped; ask about fewer accounts, set an "
                        "upper bound to paths, or allow more with --seconds.",
                        seconds=format(seconds, "g"),
                    )
                )
            if process.poll() is None and watched.memory_info().rss > memory:
                raise StoreError(
                    say(
                        "The question needs more than {memory} bytes of memory and was stopped; ask about less.",
                        memory=memory,
                    )
                )
    line = process.stdout.readline()
    if not line:
        raise StoreError(say("The Cypher engine ended without an answer; ask again, and about less."))
    answer: dict[str, Any] = json.loads(line)
    return answer


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            try:
                stream.close()
            except BrokenPipeError:
                continue
