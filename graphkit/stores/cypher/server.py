"""Questions to a Neo4j server: in a transaction that may write nothing, within limits of time, rows and bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from graphkit.errors import StoreError, UsageError
from graphkit.language import say
from graphkit.stores.cypher.engine import table_of
from graphkit.stores.neo4j.results.turning import between_turns, look
from graphkit.stores.queries.asking import USUAL, Answer, Limits

if TYPE_CHECKING:
    from graphkit.stores.neo4j.address import Address


class Server:
    """A server that is asked within limits; closed by `close` or at the end of a `with`."""

    def __init__(self, address: Address) -> None:
        import neo4j

        self._address = address
        self._driver = neo4j.GraphDatabase.driver(
            address.url,
            auth=(address.user, address.password()),
            user_agent="graphkit",
            telemetry_disabled=True,
            notifications_min_severity="OFF",
            connection_timeout=10,
        )

    def ask(self, cypher: str, parameters: Mapping[str, Any], *, limits: Limits = USUAL) -> Answer:
        """The answer to a text that has passed `check`, in READ mode and with a time limit kept by the server.

        Results in it are of one run, also where another run is put in place meanwhile.
        """
        from neo4j import READ_ACCESS
        from neo4j.exceptions import DriverError, Neo4jError

        try:
            with (
                self._driver.session(database=self._address.database, default_access_mode=READ_ACCESS) as session,
                session.begin_transaction(timeout=limits.seconds, metadata={"app": "graphkit ask"}) as transaction,
            ):

                def run(statement: str, /, **values: Any) -> list[list[Any]]:
                    return [record.values() for record in transaction.run(statement, values)]  # type: ignore[arg-type]

                return between_turns(
                    lambda: look(run),
                    lambda: _gathered(transaction.run(cypher, dict(parameters)), limits),  # type: ignore[arg-type]
                    seconds=limits.seconds,
                )
        except Neo4jError as error:
            code = str(error.code or "")
            if "TransactionTimedOut" in code or "Terminated" in code:
                raise StoreError(
                    say(
                        "The question took longer than {seconds} s and was stopped; ask about less.",
                        seconds=format(limits.seconds, "g"),
                    )
                ) from error
            raise UsageError(
                say(
                    "The question cannot be answered: {rpartition}: {first}",
                    rpartition=code.rpartition(".")[2],
                    first=_first(error),
                )
            ) from error
        except (DriverError, OSError) as error:
            raise StoreError(
                say(
                    "{address} does not answer ({name}); start it, then ask again.",
                    address=self._address,
                    name=type(error).__name__,
                )
            ) from error

    def close(self) -> None:
        """Ends the connection."""
        self._driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def ask_server(address: Address, cypher: str, parameters: Mapping[str, Any], *, limits: Limits = USUAL) -> Answer:
    """The answer of a server to one question."""
    with Server(address) as server:
        return server.ask(cypher, parameters, limits=limits)


def _gathered(result: Any, limits: Limits) -> Answer:
    columns = list(result.keys())
    rows: list[list[Any]] = []
    size, cut = 0, False
    for record in result:
        line = [_plain(value) for value in record.values()]
        size += len(json.dumps(line, default=str))
        if len(rows) >= limits.rows or size > limits.bytes:
            cut = True
            result.consume()  # the rest is not wanted, and the next statement would fetch it
            break
        rows.append(line)
    return Answer(table_of(columns, rows), cut=cut)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping) and not hasattr(value, "element_id"):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, str | int | float | bool | None):
        return value
    raise UsageError(
        say(
            "The question returns whole nodes, ties or paths, which every engine writes differently. Return "
            "their properties: RETURN a.id AS account, type(r) AS tie."
        )
    )


def _first(error: Exception) -> str:
    return (str(getattr(error, "message", None) or error).splitlines() or [""])[0][:300]
