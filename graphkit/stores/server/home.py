"""The home of one server: its folders, its configuration, its password file."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

from graphkit.errors import StoreError
from graphkit.language import say
from graphkit.stores.server.assembling import cache
from graphkit.stores.server.lines import LINES, Line

FOLDERS: Final = ("conf", "data", "logs", "run", "import", "plugins")

_SETTINGS: Final = (
    "server.default_listen_address=127.0.0.1",
    "server.http.enabled=false",
    "server.https.enabled=false",
    "dbms.security.auth_enabled=true",
    "dbms.usage_report.enabled=false",
    "db.tx_log.preallocate=false",
    "db.tx_log.rotation.size=64M",
    "db.tx_log.rotation.retention_policy=1 files",
    "db.lock.acquisition.timeout=30s",
    "dbms.security.allow_csv_import_from_file_urls=false",  # or a query could read any file ...
    "internal.dbms.cypher_ip_blocklist=0.0.0.0/0,::/0",  # ... or fetch from any address
)


@dataclass(frozen=True, slots=True)
class Memory:
    """What a server may use, in MiB."""

    heap: int = 1024
    page_cache: int = 512
    transactions: int = 768  # all of them together; a larger one is ended with an error that says so


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one server."""

    path: Path
    line: Line

    @property
    def password_file(self) -> Path:
        return self.path / "password"

    @property
    def log(self) -> Path:
        return self.path / "logs" / "console.log"

    @property
    def port(self) -> int | None:
        """The port it listened on last; None where it was never started."""
        with suppress(FileNotFoundError, ValueError):
            return int((self.path / "port").read_text(encoding="ascii"))
        return None

    @property
    def address(self) -> str:
        return f"bolt://127.0.0.1:{self.port}"

    @property
    def memory(self) -> Memory:
        """What the server was given when it was started last."""
        with suppress(FileNotFoundError, ValueError, TypeError):
            return Memory(*(int(word) for word in (self.path / "memory").read_text(encoding="ascii").split()))
        return Memory()

    def prepare(self, port: int, memory: Memory) -> None:
        """Makes folders, configuration and password file; what is there already stays, but for the configuration."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in FOLDERS:
            (self.path / folder).mkdir(exist_ok=True)
        for name, said in (("port", port), ("line", self.line.name), ("memory", " ".join(map(str, astuple(memory))))):
            (self.path / name).write_text(str(said), encoding="ascii")
        (self.path / "conf" / "neo4j.conf").write_text("\n".join((*self._settings(port, memory), "")), encoding="utf-8")
        if not self.password_file.exists():
            write_secret(self.password_file, secrets.token_urlsafe(24))

    def _settings(self, port: int, memory: Memory) -> tuple[str, ...]:
        return (
            *_SETTINGS,
            *self.line.conf,
            f"server.bolt.listen_address=127.0.0.1:{port}",
            f"server.bolt.advertised_address=127.0.0.1:{port}",
            f"server.memory.pagecache.size={memory.page_cache}m",
            f"dbms.memory.transaction.total.max={memory.transactions}m",
        )


def home_of(line: Line, path: Path | None = None) -> Home:
    """The server of this line: in the cache, or in a folder of one's own."""
    return Home((path or cache() / f"home-{line.name}").absolute(), line)


def home_at(path: Path) -> Home | None:
    """The home in this folder, of whichever line; None where there is none."""
    with suppress(FileNotFoundError, KeyError):
        return Home(path.absolute(), LINES[(path / "line").read_text(encoding="ascii")])
    return None


def known_home(port: int) -> Home | None:
    """The home in the cache whose server uses this port; None where there is none."""
    homes = (home_at(folder) for folder in sorted(cache().glob("home-*")))
    return next((home for home in homes if home is not None and home.port == port), None)


def known_password(port: int) -> str | None:
    """The password of the server in the cache that uses this port; None where there is none."""
    home = known_home(port)
    return read_secret(home.password_file) if home is not None and home.password_file.is_file() else None


def write_secret(path: Path, text: str) -> None:
    """Writes a file that only its owner can read, and that has never been readable by others."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def read_secret(path: Path) -> str:
    """The first line of a password file; refused where anybody but its owner may read or change it."""
    loose = stat.S_IMODE(path.stat().st_mode) & 0o077
    if loose and os.name == "posix":
        raise StoreError(
            say("{path} can be read or changed by others; make it yours alone: chmod 600 {path}", path=path)
        )
    return path.read_text(encoding="utf-8").splitlines()[0]
