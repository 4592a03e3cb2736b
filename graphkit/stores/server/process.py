"""Starting a server, waiting until it answers, and stopping it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from graphkit.errors import StoreError
from graphkit.language import say
from graphkit.stores.server.assembling import assemble, main_class
from graphkit.stores.server.home import Home, Memory, read_secret
from graphkit.stores.server.lines import java_for

START_S: Final = 180.0  # a start takes 10 s on a quiet machine and has taken 48 s on a busy one
STOP_S: Final = 30.0  # after that a server is stuck, as it is after a full disk

_OPENED: Final = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
_FLAGS: Final = (
    *("-XX:+UseG1GC", "-XX:+ExitOnOutOfMemoryError", "-Dfile.encoding=UTF-8", "-Dlog4j2.disable.jmx=true"),
    *("-Dio.netty.tryReflectionSetAccessible=true", "-Djdk.nio.maxCachedBufferSize=1024"),
    *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED),
    "--enable-native-access=ALL-UNNAMED",
)
_CHANGE: Final = "ALTER CURRENT USER SET PASSWORD FROM $old TO $new"
_FIRST: Final = "neo4j"  # user and password of a new database, which accepts nothing but the change of this password
_ONLINE: Final = "SHOW DATABASES YIELD name, currentStatus WHERE name = 'neo4j' RETURN currentStatus"


@dataclass(frozen=True, slots=True)
class Status:
    """Whether a server runs, and where."""

    home: Home
    pid: int | None

    @property
    def is_running(self) -> bool:
        return self.pid is not None


def status(home: Home) -> Status:
    """Whether the server of this home runs, by its process and not by its word."""
    return Status(home, _pid(home))


def start(home: Home, *, port: int = 0, memory: Memory | None = None) -> Status:
    """A running server that answers; assembled first where need be. One that runs already is left as it is.

    Port 0 takes the port of the last time, or a free one. The listener is on loopback only; the password stands in
    the password file of the home, which only its owner can read.
    """
    if _pid(home) is not None:
        return status(home)
    room = memory or Memory()
    lib, java = assemble(home.line), java_for(home.line)
    home.prepare(port or _usual(home), room)
    pid = _launch(home, [str(java), *_options(room), "-cp", f"{lib}/*", main_class(home.line, lib), *_places(home)])
    try:
        _wait(home, pid)
    except BaseException:
        with suppress(psutil.NoSuchProcess):
            psutil.Process(pid).kill()
        raise
    return Status(home, pid)


def stop(home: Home) -> bool:
    """Whether there was a server to stop; a clean stop, or after half a minute a hard one."""
    pid = _pid(home)
    if pid is None:
        return False
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(STOP_S)
    return True


def _options(memory: Memory) -> tuple[str, ...]:
    return (f"-Xms{min(256, memory.heap)}m", f"-Xmx{memory.heap}m", *_FLAGS)


def _places(home: Home) -> tuple[str, ...]:
    return (f"--home-dir={home.path}", f"--config-dir={home.path / 'conf'}", "--console-mode")


def _pid(home: Home) -> int | None:
    """The process that serves this home: known by its command line, for numbers of processes come back."""
    wanted = f"--home-dir={home.path}"
    with suppress(FileNotFoundError, ValueError, psutil.Error):
        pid = int((home.path / "run" / "neo4j.pid").read_text(encoding="ascii"))
        process = psutil.Process(pid)
        if wanted in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
            return pid
    return None


def _usual(home: Home) -> int:
    """The port of the last time where it is free, else any free one."""
    for port in (home.port or 0, 0):
        with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise StoreError(say("No free port was found on 127.0.0.1."))


def _launch(home: Home, command: list[str]) -> int:
    """The number of a process of its own session that outlives this program and belongs to nobody."""
    done = subprocess.run(
        ["sh", "-c", '"$@" >"$LOG" 2>&1 </dev/null & echo $!', "sh", *command],
        env=os.environ | {"LOG": str(home.log)},
        cwd=home.path,
        start_new_session=True,
        capture_output=True,
        check=True,
    )
    return int(done.stdout)


def _lives(pid: int) -> bool:
    with suppress(psutil.Error):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def _wait(home: Home, pid: int) -> None:
    """Until the database answers; a server that ends before is told of with its own words."""
    limit = time.monotonic() + START_S
    while not _answers(home):
        if not _lives(pid):
            raise StoreError(
                say(
                    "Neo4j {version} did not start: {last_words} See {log}.",
                    version=home.line.version,
                    last_words=_last_words(home.log),
                    log=home.log,
                )
            )
        if time.monotonic() > limit:
            raise StoreError(
                say(
                    "Neo4j {version} did not answer in {start_s} s; see {log}.",
                    version=home.line.version,
                    start_s=round(float(START_S), 0),
                    log=home.log,
                )
            )
        time.sleep(0.2)


def _answers(home: Home) -> bool:
    if home.port is None or not _listens(home.port):
        return False
    import neo4j
    from neo4j.exceptions import AuthError, DriverError, Neo4jError

    password = read_secret(home.password_file)
    for secret in (password, _FIRST):
        with neo4j.GraphDatabase.driver(home.address, auth=("neo4j", secret), telemetry_disabled=True) as driver:
            try:
                return _is_online(driver, secret, password)
            except AuthError:
                continue
            except (DriverError, Neo4jError, OSError):
                return False
    raise StoreError(
        say(
            "The server of {path} has another password than {password_file} says.",
            path=home.path,
            password_file=home.password_file,
        )
    )


def _is_online(driver: Any, secret: str, password: str) -> bool:
    with driver.session(database="system") as session:
        if secret == _FIRST:
            session.run(_CHANGE, old=_FIRST, new=password).consume()
            return False
        record = session.run(_ONLINE).single()
        return record is not None and record[0] == "online"


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _last_words(log: Path) -> str:
    """The line of the server's output that says most about why it ended."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    telling = [line for line in lines if re.search(r"Caused by|ERROR|Error|Failed", line)]
    said = (telling or lines or ["it said nothing"])[-1].strip()
    return said if said.endswith(".") else f"{said}."


def environment(home: Home) -> dict[str, str]:
    """The environment of the administration tool for this home."""
    return os.environ | {"NEO4J_HOME": str(home.path), "NEO4J_CONF": str(home.path / "conf")}
