"""The Cypher that writes the graph: constants, made once from the names of the contract and from nothing else.

Every statement takes `$rows`, a list of lists, and gives how many rows it wrote. A row whose ends are not there writes
nothing, so the number is compared with what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from graphkit.stores.neo4j.shape import (
    ACCOUNT_COLUMNS,
    COVERAGE_COLUMNS,
    ENDS,
    FOLLOW_COLUMNS,
    OTHER,
    POST_COLUMNS,
    TYPES,
    Op,
    camel,
)


def _map(columns: tuple[str, ...], *, row: str, start: int) -> str:
    return ", ".join(f"{camel(column)}: {row}[{place}]" for place, column in enumerate(columns, start))


def _set(variable: str, columns: tuple[str, ...], *, row: str, start: int) -> str:
    return ", ".join(f"{variable}.{camel(column)} = {row}[{place}]" for place, column in enumerate(columns, start))


def _same(variable: str, columns: tuple[str, ...], *, row: str, start: int) -> str:
    """That a node or relationship has exactly these values, absent ones included."""
    return " AND ".join(
        f"({variable}.{camel(column)} = {row}[{place}] OR ({variable}.{camel(column)} IS NULL AND {row}[{place}] IS NULL))"
        for place, column in enumerate(columns, start)
    )


_ACT: Final = ("at", "client", "deleted_at", "count", "target", "post", "kind")
_ENGAGED: Final = ("count", "first", "last", "kinds")

FIRST_ACCOUNTS: Final = (
    "UNWIND $rows AS r CREATE (:Account {id: r[0], nid: r[1], listed: r[2], "
    f"{_map(ACCOUNT_COLUMNS, row='r', start=3)}}}) RETURN count(*)"
)
FIRST_POSTS: Final = (
    f"UNWIND $rows AS r CREATE (:Post {{id: r[0], listed: r[1], {_map(POST_COLUMNS, row='r', start=2)}}}) "
    "RETURN count(*)"
)
STUB_ACCOUNTS: Final = "UNWIND $rows AS r MERGE (a:Account {id: r[0]}) ON CREATE SET a.nid = r[1] RETURN count(*)"
STUB_POSTS: Final = "UNWIND $rows AS r MERGE (p:Post {id: r[0]}) RETURN count(*)"

_SET_ACCOUNT: Final = (
    "UNWIND $rows AS r MATCH (a:Account {id: r[0]}) "
    f"SET a.listed = true, {_set('a', ACCOUNT_COLUMNS, row='r', start=1)} RETURN count(*)"
)
_SET_POST: Final = (
    "UNWIND $rows AS r MATCH (p:Post {id: r[0]}) "
    f"SET p.listed = true, {_set('p', POST_COLUMNS, row='r', start=1)} RETURN count(*)"
)


def _tie(kind: str, columns: tuple[str, ...], *, end: str = "Account") -> dict[Op, str]:
    """Adding, changing and dropping a relationship from an account; rows are grouped by the account."""
    source = "UNWIND $rows AS r MATCH (s:Account {id: r[0]}) UNWIND r[1] AS x "
    ends = f"{source}MATCH (t:{end} {{id: x[0]}}) "
    found = f"{source}MATCH (s)-[f:{kind}]->(t:{end} {{id: x[0]}}) "
    return {
        "add": f"{ends}CREATE (s)-[:{kind} {{{_map(columns, row='x', start=1)}}}]->(t) RETURN count(*)",
        "change": f"{found}SET {_set('f', columns, row='x', start=1)} RETURN count(*)",
        "drop": f"{found}DELETE f RETURN count(*)",
    }


def _act(kind: str, end: str) -> dict[Op, str]:
    """As `_tie`, but between two ends there may be many, so the whole row tells which one to drop."""
    found = (
        "UNWIND $rows AS r MATCH (s:Account {id: r[0]}) UNWIND r[1] AS x "
        f"MATCH (s)-[f:{kind}]->(t:{end} {{id: x[0]}}) WHERE {_same('f', _ACT, row='x', start=1)} "
    )
    return {"add": _tie(kind, _ACT, end=end)["add"], "drop": f"{found}DELETE f RETURN count(*)"}


def _numbered(kind: str, columns: tuple[str, ...]) -> str:
    return (
        "UNWIND $rows AS r MATCH (s:Account {nid: r[0]}) UNWIND r[1] AS x MATCH (t:Account {nid: x[0]}) "
        f"CREATE (s)-[:{kind} {{{_map(columns, row='x', start=1)}}}]->(t) RETURN count(*)"
    )


def _between(kind: str, ends: tuple[str, str], key: str) -> dict[Op, str]:
    source, target = ends
    return {
        "add": f"UNWIND $rows AS r MATCH (s:{source} {{id: r[0]}}) MATCH (t:{target} {{{key}: r[1]}}) "
        f"CREATE (s)-[:{kind}]->(t) RETURN count(*)",
        "drop": f"UNWIND $rows AS r MATCH (s:{source} {{id: r[0]}})-[f:{kind}]->(t:{target} {{{key}: r[1]}}) "
        "DELETE f RETURN count(*)",
    }


WRITE: Final[Mapping[str, Mapping[Op, str]]] = {
    "Account": {"add": _SET_ACCOUNT, "change": _SET_ACCOUNT},
    "Post": {"add": _SET_POST, "change": _SET_POST},
    "Tag": {"add": "UNWIND $rows AS r MERGE (t:Tag {name: r[0]}) RETURN count(*)"},
    "Url": {"add": "UNWIND $rows AS r MERGE (u:Url {url: r[0]}) RETURN count(*)"},
    "FOLLOWS": _tie("FOLLOWS", FOLLOW_COLUMNS),
    "POSTED": _tie("POSTED", ("at",), end="Post"),
    "REPLY_TO": _between("REPLY_TO", ("Post", "Post"), "id"),
    "TAGGED": _between("TAGGED", ("Post", "Tag"), "name"),
    "LINKS_TO": _between("LINKS_TO", ("Post", "Url"), "url"),
    **{f"{kind} {end}": _act(kind, end) for kind in (*TYPES.values(), OTHER) for end in ENDS},
    "ENGAGED": _tie("ENGAGED", _ENGAGED),
    "Coverage": {
        "add": "UNWIND $rows AS r MATCH (a:Account {id: r[0]}) CREATE (a)-[:HAS]->"
        f"(:Coverage {{account: r[0], relation: r[1], {_map(COVERAGE_COLUMNS, row='r', start=2)}}}) RETURN count(*)",
        "change": "UNWIND $rows AS r MATCH (c:Coverage {account: r[0]}) "
        "WHERE c.relation = r[1] OR (c.relation IS NULL AND r[1] IS NULL) "
        f"SET {_set('c', COVERAGE_COLUMNS, row='r', start=2)} RETURN count(*)",
    },
}

# The first load of all: accounts are found by number, which is faster.
FIRST: Final[Mapping[str, str]] = {
    "FOLLOWS": _numbered("FOLLOWS", FOLLOW_COLUMNS),
    "ENGAGED": _numbered("ENGAGED", _ENGAGED),
}
