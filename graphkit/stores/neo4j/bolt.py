"""Transactions over Bolt that are tried again until they are known to have been done, within a budget of time.

A transaction is given as a function that is safe to call again: it asks the ledger first. So a lost answer to a commit,
a restarted server and a deadlock all end in the same way, by calling it again.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, Protocol, TypeVar

from graphkit.errors import StoreError
from graphkit.language import say
from graphkit.stores.neo4j.address import Address

T = TypeVar("T")

_log = logging.getLogger("graphkit.stores")

_LONGEST_PAUSE_S: Final = 5.0
_FETCH: Final = 10_000  # records a round trip of a large read
_NOTIFY: Final = "OFF"  # of the server's advice; tests turn it on
_BROKEN: Final = ("TransactionLogError", "TransactionStartFailed", "TransactionCommitFailed", "DatabaseUnavailable")
_TOO_LARGE: Final = ("MemoryPoolOutOfMemory", "TransactionOutOfMemory", "OutOfMemoryError")


class Run(Protocol):
    """Runs one statement inside the transaction and gives its records as lists of values."""

    def __call__(self, statement: str, /, **parameters: Any) -> list[list[Any]]: ...


class Bolt:
    """A connection to one database; closed by `close`."""

    def __init__(self, address: Address, *, budget_s: float) -> None:
        import neo4j

        self.address = address
        self._budget = budget_s
        self._driver = neo4j.GraphDatabase.driver(
            address.url,
            auth=(address.user, address.password()),
            user_agent="graphkit",
            telemetry_disabled=True,
            notifications_min_severity=_NOTIFY,
            connection_timeout=10,
            max_connection_pool_size=8,
        )

    def close(self) -> None:
        self._driver.close()

    def write(self, work: Callable[[Run], T]) -> T:
        """What `work` gives, done once and committed; `work` may be called several times."""
        return self._until_done(lambda: self._once(work, access="WRITE"))

    def read(self, work: Callable[[Run], T]) -> T:
        """What `work` gives, in a transaction that the server lets write nothing."""
        return self._until_done(lambda: self._once(work, access="READ"))

    def schema(self, statement: str, /, **parameters: Any) -> None:
        """Runs one statement about the schema, which must be safe to run again."""
        self.listed(statement, **parameters)

    def listed(self, statement: str, /, **parameters: Any) -> list[list[Any]]:
        """The rows of a statement that must stand alone, such as SHOW; it must be safe to run again."""

        def once() -> list[list[Any]]:
            with self._driver.session(database=self.address.database) as session:
                return [record.values() for record in session.run(statement, parameters)]

        return self._until_done(once)

    def stream(self, statement: str, /, **parameters: Any) -> Iterator[list[Any]]:
        """The records of one large reading, one by one; a lost connection ends it with an error."""
        try:
            yield from self._records(statement, parameters)
        except Exception as error:
            raise self._explained(error) from error

    def in_order(self, statement: str, /, **parameters: Any) -> Iterator[list[Any]]:
        """The records of a reading by its first column, from behind `$after` on.

        Where the connection is lost it goes on behind the last record, within the budget.
        """
        from neo4j.exceptions import DriverError, Neo4jError

        after, since = -1, time.monotonic()
        while True:
            try:
                for record in self._records(statement, parameters | {"after": after}):
                    after, since = record[0], time.monotonic()
                    yield record
                return
            except (DriverError, Neo4jError, OSError) as error:
                waited = time.monotonic() - since
                if not _is_passing(error) or waited > self._budget:
                    raise self._explained(error, waited) from error
            time.sleep(min(0.2 + waited, _LONGEST_PAUSE_S))

    def _records(self, statement: str, parameters: Mapping[str, Any]) -> Iterator[list[Any]]:
        """Reads without a commit at the end: a lost answer to it would say nothing of what was read."""
        session = self._session("READ")
        try:
            for record in session.begin_transaction().run(statement, dict(parameters)):
                yield record.values()
        finally:
            with suppress(Exception):  # the reading is over; how its transaction ends does not matter
                session.close()

    def _session(self, access: str) -> Any:
        return self._driver.session(database=self.address.database, default_access_mode=access, fetch_size=_FETCH)

    def _once(self, work: Callable[[Run], T], *, access: str) -> T:
        with self._session(access) as session, session.begin_transaction(metadata={"app": "graphkit"}) as transaction:

            def run(statement: str, /, **parameters: Any) -> list[list[Any]]:
                return [record.values() for record in transaction.run(statement, parameters)]

            result = work(run)
            transaction.commit()
        return result

    def _until_done(self, once: Callable[[], T]) -> T:
        from neo4j.exceptions import DriverError, Neo4jError

        began, pause = time.monotonic(), 0.1
        while True:
            try:
                return once()
            except (DriverError, Neo4jError, OSError) as error:
                waited = time.monotonic() - began
                if not _is_passing(error) or waited > self._budget:
                    raise self._explained(error, waited) from error
                if pause > 1:
                    _log.warning("%s does not answer (%s); trying again.", self.address, type(error).__name__)
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    def _explained(self, error: Exception, waited: float = 0.0) -> StoreError:
        """The error in one sentence with what to do next; never with parameters, which hold people's data."""
        from neo4j.exceptions import AuthError, ServiceUnavailable

        if isinstance(error, StoreError):
            return error
        code, said = str(getattr(error, "code", None) or ""), _first_sentence(error)
        if isinstance(error, AuthError):
            return StoreError(say("{address} refused user {user!r} ({rpartition}); check the password file. Three wrong passwords " "lock a user for everybody.", address=self.address, user=self.address.user, rpartition=code.rpartition('.')[2]))  # fmt: skip
        if _is_untrusted(error):
            return StoreError(say("The certificate of {address} is not trusted; nothing was sent. Install the certificate of its " "issuer on this machine, or reach the server by its right name.", address=self.address))  # fmt: skip
        if any(word in code for word in _TOO_LARGE):
            return StoreError(say("{address} has too little memory for one transaction ({code}); give the server more " "(dbms.memory.transaction.total.max, heap), or lower neo4j.chunk_rows.", address=self.address, code=code))  # fmt: skip
        if any(word in code for word in _BROKEN):
            return StoreError(say("{address} cannot write: {said} Often its disk is full. Free space, restart it, and run the " "same command again; what was acknowledged is safe.", address=self.address, said=said))  # fmt: skip
        if isinstance(error, ServiceUnavailable | OSError):
            return StoreError(say("{address} does not answer after {waited} s ({name}); start it, or check the address. The same " "command goes on where it was.", address=self.address, waited=round(float(waited), 0), name=type(error).__name__))  # fmt: skip
        return StoreError(
            say("{address} refused a statement: {code} {said}", address=self.address, code=code, said=said)
        )


def _is_passing(error: Exception) -> bool:
    """Whether calling again may help: a lost connection, a lost answer, a deadlock, a server that starts."""
    from neo4j.exceptions import AuthError, ServiceUnavailable, SessionExpired, TransientError

    code = str(getattr(error, "code", None) or "")
    if isinstance(error, AuthError) or _is_untrusted(error) or any(word in code for word in _TOO_LARGE):
        return False
    return isinstance(error, ServiceUnavailable | SessionExpired | TransientError | OSError)


def _is_untrusted(error: BaseException | None) -> bool:
    """Whether the way there could not be made secure, for instance because nobody vouches for the certificate."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__
    return False


def _first_sentence(error: Exception) -> str:
    text = str(getattr(error, "message", None) or error)
    first = (text.splitlines() or [""])[0][:300]
    return first if first.endswith(".") else f"{first}."
