"""Where a Neo4j is and how one may speak to it: `neo4j://user@host:port/database?password-file=PATH`.

A password never stands in an address, for addresses are seen in process lists, logs and run.json. It comes from the
file named in the address or in GRAPHKIT_NEO4J_PASSWORD_FILE (readable by its owner alone), from the variable
GRAPHKIT_NEO4J_PASSWORD, or, for a server that graphkit started, from that server's own password file.
"""

from __future__ import annotations

import ipaddress
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from graphkit.errors import StoreError, UsageError
from graphkit.language import say
from graphkit.stores.server.home import Home, home_at, known_home, known_password, read_secret

SCHEMES: Final = ("neo4j", "bolt", "neo4j+s", "bolt+s", "neo4j+ssc", "bolt+ssc")
OPTIONS: Final = ("password-file", "insecure-plaintext", "home")
DEFAULT_PORT: Final = 7687


@dataclass(frozen=True, slots=True)
class Address:
    """A server, a database and a user, without the password."""

    scheme: str
    host: str
    port: int
    user: str
    database: str
    password_file: Path | None = None
    may_be_plain: bool = False  # plain text beyond this machine was asked for
    home_folder: Path | None = None  # of the server, where it is not in the cache

    @classmethod
    def parse(cls, text: str) -> Address:
        """The parts of an address; refused where it holds a password or speaks plainly to another machine."""
        parts = urlsplit(text)
        if parts.password is not None:
            raise UsageError(
                say(
                    "The address holds a password, and addresses are seen by others; leave it out and name a file "
                    "with ?password-file=PATH or in GRAPHKIT_NEO4J_PASSWORD_FILE."
                )
            )
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        unknown = sorted(options.keys() - set(OPTIONS))
        try:
            port = parts.port or DEFAULT_PORT
        except ValueError:
            port = 0
        if parts.scheme not in SCHEMES or not parts.hostname or unknown or not port:
            raise UsageError(
                say(
                    "{text!r} is no address of a Neo4j; expected neo4j://user@host:port/database, a scheme of "
                    "{schemes}, and no options but {options}.",
                    text=text,
                    schemes=", ".join(SCHEMES),
                    options=", ".join(OPTIONS),
                )
            )
        file = options.get("password-file")
        address = cls(
            scheme=parts.scheme,
            host=parts.hostname,
            port=port,
            user=parts.username or "neo4j",
            database=parts.path.strip("/") or "neo4j",
            password_file=Path(file).expanduser() if file else None,
            may_be_plain=options.get("insecure-plaintext") in ("yes", "true", "1"),
            home_folder=Path(options["home"]).expanduser() if options.get("home") else None,
        )
        address._check_plain()
        return address

    @property
    def is_local(self) -> bool:
        """Whether the server is on this machine."""
        if self.host == "localhost":
            return True
        with suppress(ValueError):
            return ipaddress.ip_address(self.host).is_loopback
        return False

    def home(self) -> Home | None:
        """The folder of the server, where graphkit made it and it is at hand."""
        found = (home_at(self.home_folder) if self.home_folder else known_home(self.port)) if self.is_local else None
        return found if found is not None and found.port == self.port else None

    @property
    def url(self) -> str:
        """What the driver is given: no user, no password, no options."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.url}/{self.database}"

    def password(self) -> str:
        """The password; refused where none is known or where its file is open to others."""
        named = self.password_file or (
            Path(os.environ["GRAPHKIT_NEO4J_PASSWORD_FILE"]) if os.environ.get("GRAPHKIT_NEO4J_PASSWORD_FILE") else None
        )
        if named is not None:
            if not named.is_file():
                raise UsageError(say("The password file {named} does not exist.", named=named))
            return read_secret(named)
        if self.home_folder is not None and (home := self.home()) is not None:
            return read_secret(home.password_file)
        own = os.environ.get("GRAPHKIT_NEO4J_PASSWORD") or (known_password(self.port) if self.is_local else None)
        if own is None:
            raise UsageError(
                say(
                    "No password is known for {self_}; put it in a file that only you can read and name it with "
                    "?password-file=PATH or GRAPHKIT_NEO4J_PASSWORD_FILE, or set GRAPHKIT_NEO4J_PASSWORD.",
                    self_=self,
                )
            )
        return own

    def _check_plain(self) -> None:
        if "+" not in self.scheme and not self.is_local and not self.may_be_plain:
            raise StoreError(
                say(
                    "{scheme}://{host} would send the password and all data over the network in plain text; use "
                    "{scheme}+s://, or add ?insecure-plaintext=yes if the way there is safe.",
                    scheme=self.scheme,
                    host=self.host,
                )
            )
