"""The node that an offline import leaves: which loads its graph holds, until all of them stand in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from graphkit.stores.neo4j.bolt import Bolt, Run

LABEL: Final = "_GkOffline"

_FIND: Final = "MATCH (m:_GkOffline) RETURN m.loads, m.nodes, m.ties, m.odd"
_TIES: Final = "MATCH ()-[r]->() RETURN count(r)"
_NODES: Final = (
    "MATCH (n) WITH count(n) AS every "
    "OPTIONAL MATCH (m) WHERE m:_GkStore OR m:_GkLoad OR m:_GkBatch OR m:_GkRows OR m:_GkTurn OR m:_GkOffline "
    "WITH every, count(m) AS own RETURN every - own"
)
_REMOVE: Final = "MATCH (m:_GkOffline) DELETE m"


@dataclass(frozen=True, slots=True)
class Marker:
    """The loads whose rows are in the graph already, what was imported, and how many odd rows are still to come."""

    loads: tuple[str, ...]
    nodes: int
    ties: int
    odd: int


def found(bolt: Bolt) -> Marker | None:
    """The marker of a database that was made by an import which is not finished; None otherwise."""
    rows = bolt.read(lambda run: run(_FIND))
    return Marker(tuple(rows[0][0]), *rows[0][1:]) if rows else None


def counted(bolt: Bolt) -> tuple[int, int]:
    """How many nodes of the graph and how many ties there are."""
    [[nodes]], [[ties]] = bolt.read(lambda run: (run(_NODES), run(_TIES)))
    return nodes, ties


def remove(run: Run) -> None:
    """Takes the marker away: everything that was imported stands in the ledger."""
    run(_REMOVE)
