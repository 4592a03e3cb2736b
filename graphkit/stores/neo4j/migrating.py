"""The schema of a Neo4j database in numbered steps, each safe to repeat."""

from __future__ import annotations

import re
import time
from importlib import resources
from typing import Final

from graphkit.dataset import now_ms
from graphkit.errors import StoreError
from graphkit.language import say
from graphkit.stores.neo4j.bolt import Bolt, Run

_FOUND: Final = "MATCH (s:_GkStore {id: 1}) RETURN s.format"
_REACHED: Final = """
    MERGE (s:_GkStore {id: 1})
    ON CREATE SET s.format = 0, s.loads = 0, s.accounts = 0, s.chunk = 0, s.made = $now
    WITH s WHERE s.format < $format
    SET s.format = $format
    RETURN s.format
"""
_AWAIT: Final = "CALL db.awaitIndexes(300)"
_LEFT_OVER: Final = (
    "SHOW INDEXES YIELD name, owningConstraint WHERE name = $name AND owningConstraint IS NULL RETURN name"
)
_MAKING: Final = (
    "SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery STARTS WITH 'CREATE CONSTRAINT' RETURN count(*) AS making"
)
_DROP: Final = "DROP INDEX $name IF EXISTS"
_NAMED: Final = re.compile(r"CREATE CONSTRAINT (\w+)")
_PAUSE_S: Final = 0.2


def migrations() -> tuple[tuple[str, ...], ...]:
    """The statements of every step, in order; entry k makes format k + 1 out of format k."""
    folder = resources.files("graphkit.stores").joinpath("migrations")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".cypher")), key=lambda file: file.name)
    return tuple(_statements(file.read_text(encoding="utf-8")) for file in files)


def found_format(bolt: Bolt) -> int:
    """The format of the database; 0 where graphkit was never here."""
    rows = bolt.read(lambda run: run(_FOUND))
    return int(rows[0][0]) if rows else 0


def migrate(bolt: Bolt) -> int:
    """How many steps were made to bring the database to the present format; a newer one is refused."""
    steps, found = migrations(), found_format(bolt)
    if found > len(steps):
        raise StoreError(
            say(
                "{address} was written by a newer graphkit (store format {found}; this one knows up to "
                "{steps}). Upgrade with: pip install --upgrade graphkit-influence",
                address=bolt.address,
                found=found,
                steps=len(steps),
            )
        )
    for number, statements in enumerate(steps[found:], start=found + 1):
        for statement in statements:
            _declare(bolt, statement)
        bolt.schema(_AWAIT)
        bolt.write(lambda run, number=number: _reach(run, number))  # type: ignore[misc]
    return len(steps) - found


def _declare(bolt: Bolt, statement: str) -> None:
    """Runs a statement. An index that a program left when it died while making a constraint is taken away first.

    A constraint is an index first and a rule later. Where the maker dies between the two the server keeps the index, and
    refuses the constraint of that name ever after. Such an index is dropped only while nobody is making a constraint.
    """
    while True:
        try:
            bolt.schema(statement)
        except StoreError as error:
            named, code = _NAMED.match(statement), str(getattr(error.__cause__, "code", None))
            if named is None or "AlreadyExists" not in code:
                raise
            if bolt.listed(_MAKING) == [[0]]:
                if not bolt.listed(_LEFT_OVER, name=named[1]):
                    raise
                bolt.schema(_DROP, name=named[1])
            time.sleep(_PAUSE_S)
        else:
            return


def _reach(run: Run, number: int) -> None:
    run(_REACHED, format=number, now=now_ms())


def _statements(text: str) -> tuple[str, ...]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("//")]
    return tuple(statement.strip() for statement in "\n".join(lines).split(";") if statement.strip())
