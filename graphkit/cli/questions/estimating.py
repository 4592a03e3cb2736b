"""What a named question would read, before it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from graphkit.language import say

if TYPE_CHECKING:
    from graphkit.stores.queries import Query
    from graphkit.stores.queries.putting import Asked

TIES_A_SECOND: Final = 1_000_000  # making graph tables; docs/cypher.md has the measurement
SCAN_A_SECOND: Final = 10_000_000  # reading every tie


def estimated(question: Asked, query: Query) -> list[dict[str, Any]]:
    """Rows and seconds for making the graph tables, where they are missing, and for the question itself.

    Rows are counted from the ledger, so nothing is read; seconds are a rule of thumb for a machine of two cores.
    """
    from graphkit.stores.queries.graph import state_of

    ties = sum(load.rows.get(name, 0) for load in question.store.loads() for name in ("follows", "interactions"))
    steps: list[dict[str, Any]] = []
    if not question.is_server:
        made = question.folder / f"tables-{state_of(question.store)}.duckdb"
        if not made.is_file():
            steps.append(
                {"what": say("make graph tables, once"), "rows": ties, "seconds": round(ties / TIES_A_SECOND, 1)}
            )
    if query.whole:
        steps.append(
            {
                "what": say("{query} reads every tie", query=query.name),
                "rows": ties,
                "seconds": round(ties / SCAN_A_SECOND, 1),
            }
        )
    else:
        steps.append({"what": say("{query} reads what is near", query=query.name), "rows": None, "seconds": 1.0})
    return steps
