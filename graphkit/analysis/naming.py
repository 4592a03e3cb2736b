"""Which account a person means, and which ones they may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import duckdb
import pyarrow as pa

from graphkit.errors import UsageError
from graphkit.evidence import Finding
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import say

NEAR: Final = 3  # names that are suggested at most
LIKE: Final = 0.85  # Jaro-Winkler similarity from which a name is worth a suggestion

_NEAREST: Final = """
    SELECT name FROM (
        SELECT id AS name FROM called
        UNION SELECT '@' || ltrim(handle, '@') FROM called WHERE handle IS NOT NULL
    )
    WHERE jaro_winkler_similarity(lower(ltrim(name, '@')), lower(ltrim($name, '@'))) >= $like
    ORDER BY jaro_winkler_similarity(lower(ltrim(name, '@')), lower(ltrim($name, '@'))) DESC, name
    LIMIT $most
"""


def node_of(graph: InfluenceGraph, name: str) -> int:
    """The number of the account with this id or "@handle"; an unknown one is refused with the names nearest to it."""
    try:
        return graph.node(name)
    except UsageError as error:
        near = nearest(graph.accounts, name)
        if not near or str(error).startswith(f"{name} is the handle of"):
            raise
        raise UsageError(say("{error} Did you mean {near}?", error=error, near=" or ".join(near))) from error


def nearest(accounts: pa.Table, name: str) -> list[str]:
    """Ids and handles that read much like `name`, the most alike first; linear in the number of accounts."""
    with duckdb.connect(":memory:") as connection:
        connection.register("called", accounts.select(["id", "handle"]))
        found = connection.execute(_NEAREST, {"name": name, "like": LIKE, "most": NEAR}).fetchall()
    return [row[0] for row in found]


def named(graph: InfluenceGraph, findings: Iterable[Finding], name: str) -> str:
    """The id of the finding or of the account that is meant; an unknown name is refused with those nearest to it."""
    if any(finding.id == name for finding in findings):
        return name
    try:
        return graph.ids([node_of(graph, name)])[0]
    except UsageError as error:
        raise UsageError(say("{error} A finding is named by its id: see findings.csv.", error=str(error))) from error
