"""The jars of a Neo4j Community server, from Maven, into a cache; each checked against a shipped list of digests."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import subprocess
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from graphkit.errors import StoreError
from graphkit.language import say
from graphkit.stores.server.lines import Line, maven

_log = logging.getLogger("graphkit.stores")

_COPY: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_ENTRY: Final = "META-INF/services/org.neo4j.server.startup.EntryPoint"
_PATIENCE_S: Final = 1_800


def cache() -> Path:
    """Where assembled servers are kept: GRAPHKIT_NEO4J, or the user's cache folder."""
    own = os.environ.get("GRAPHKIT_NEO4J")
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(own) if own else Path(base) / "graphkit" / "neo4j"


def is_assembled(line: Line) -> bool:
    """Whether the jars of a line are in the cache, whole."""
    return jars(line).is_dir()


def jars(line: Line) -> Path:
    """The folder with the jars of a line."""
    return cache() / f"lib-{line.version}"


def assemble(line: Line) -> Path:
    """The folder with the jars of a line; fetched with Maven where they are not there yet, checked, put in place whole."""
    target = jars(line)
    if target.is_dir():
        return target
    program = maven()
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    _log.warning("Assembling Neo4j %s with Maven in %s; about two minutes the first time.", line.version, target)
    try:
        with resources.as_file(resources.files(__package__).joinpath("pom.xml")) as pom:
            _fetch(program, pom, line=line, into=draft)
        check(line, draft)
        try:
            draft.rename(target)
        except OSError:  # another program was faster; its jars passed the same check
            if not target.is_dir():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def check(line: Line, folder: Path) -> None:
    """Refuses jars that are not exactly those of the shipped list."""
    due = digests(line)
    found = {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in folder.glob("*.jar")}
    odd = sorted(name for name in due.keys() | found.keys() if due.get(name) != found.get(name))
    if odd:
        raise StoreError(
            say(
                "The jars of Neo4j {version} are not those that graphkit was tested with: {listed} "
                "{what}differ. Nothing was kept. Check the Maven repository that you use.",
                version=line.version,
                listed=", ".join(odd[:3]),
                what="and more " if len(odd) > 3 else "",
            )
        )


def digests(line: Line) -> Mapping[str, str]:
    """Jar -> SHA-256, as shipped."""
    text = resources.files(__package__).joinpath(f"jars-{line.version}.sha256").read_text(encoding="ascii")
    return {name: digest for digest, name in (row.split() for row in text.splitlines())}


def main_class(line: Line, folder: Path) -> str:
    """The class that starts the server: the lines name different ones."""
    with ZipFile(folder / f"neo4j-{line.version}.jar") as jar:
        return jar.read(_ENTRY).decode("ascii").strip()


def _fetch(program: Path, pom: Path, *, line: Line, into: Path) -> None:
    command = [
        *(str(program), "-B", "-ntp", "-q", "-f", str(pom), f"-Dneo4j.version={line.version}", _COPY),
        *("-DincludeScope=runtime", f"-DoutputDirectory={into}"),
        *os.environ.get("MVN_ARGS", "").split(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_PATIENCE_S)
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()
        first = next((row for row in said if "ERROR" in row), said[0] if said else "no message")
        raise StoreError(
            say(
                "Maven could not fetch Neo4j {version}: {first}. Is a Maven repository reachable?",
                version=line.version,
                first=first,
            )
        )
