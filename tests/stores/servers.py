"""One Neo4j server a line and test run, shared by all workers, each test alone in it.

Without Java or the jars the tests that need a server are skipped; where CI is true they fail instead.
"""

import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from graphkit.errors import GraphkitError
from graphkit.stores import server
from graphkit.stores.server.assembling import is_assembled
from graphkit.stores.server.home import Memory
from graphkit.stores.server.lines import java_for, maven

LINES = tuple(server.LINES)
SMALL = Memory(heap=640, page_cache=128, transactions=256)


def folder():
    """Where the servers of this run are: all workers of one run have the same parent process or are it."""
    run = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    return Path(tempfile.gettempdir()) / f"graphkit-tests-{run}"


@contextmanager
def alone(name):
    """Only one worker at a time inside."""
    place = folder()
    place.mkdir(mode=0o700, exist_ok=True)
    with (place / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def missing(line):
    """Why this line cannot be run here; empty where it can."""
    try:
        java_for(line)
        if not is_assembled(line):
            maven()
    except GraphkitError as error:
        return str(error)
    return ""


def started(name):
    """The home of the running server of a line; skips or fails where there can be none."""
    line = server.line_of(name)
    reason = missing(line)
    if reason:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"Neo4j is not tested here: {reason}")
    home = server.home_of(line, folder() / f"neo4j-{name}")
    with alone("start"):
        used = folder() / f"used-{name}-{os.getpid()}"
        used.touch()
        server.start(home, memory=SMALL)
    return home


def let_go():
    """Stops the servers that this worker was the last to use."""
    if not folder().exists():
        return
    with alone("start"):
        for name in LINES:
            (folder() / f"used-{name}-{os.getpid()}").unlink(missing_ok=True)
            home = server.home_of(server.line_of(name), folder() / f"neo4j-{name}")
            if not list(folder().glob(f"used-{name}-*")) and home.path.exists():
                server.stop(home)
                shutil.rmtree(home.path, ignore_errors=True)


def address(home):
    """How a store in the server is opened."""
    return f"{home.address}?password-file={home.password_file}"
