"""The dataset as the graph says it, read back in large pieces: whole lists per account instead of tie by tie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphkit.dataset import SCHEMAS, TABLES, Dataset
from graphkit.stores.neo4j.bolt import Bolt
from graphkit.stores.neo4j.shape import (
    ACCOUNT_COLUMNS,
    COVERAGE_COLUMNS,
    ENDS,
    FOLLOW_COLUMNS,
    OTHER,
    POST_COLUMNS,
    TYPES,
    camel,
)

_KIND: Final = {name: kind for kind, name in TYPES.items()}


def _values(variable: str, columns: Iterable[str]) -> str:
    return ", ".join(f"{variable}.{camel(column)}" for column in columns)


_ACCOUNTS: Final = f"MATCH (a:Account) WHERE a.listed RETURN a.id, {_values('a', ACCOUNT_COLUMNS)}"
_POSTS: Final = (
    "MATCH (p:Post) WHERE p.listed OPTIONAL MATCH (a:Account)-[:POSTED]->(p) OPTIONAL MATCH (p)-[:REPLY_TO]->(q:Post) "
    f"RETURN p.id, a.id, q.id, {_values('p', POST_COLUMNS)}"
)
_COVERAGE: Final = f"MATCH (c:Coverage) RETURN c.account, c.relation, {_values('c', COVERAGE_COLUMNS)}"
_FOLLOWS: Final = (
    f"MATCH (a:Account)-[f:FOLLOWS]->(b:Account) RETURN a.id, collect([b.id, {_values('f', FOLLOW_COLUMNS)}])"
)
_ACTS: Final = {
    (name, end): f"MATCH (a:Account)-[f:{name}]->(t:{end}) RETURN a.id, collect([t.id, "
    f"{_values('f', ('at', 'client', 'deleted_at', 'count', 'target', 'post', 'kind'))}])"
    for name in (*TYPES.values(), OTHER)
    for end in ENDS
}
# One record holds what a thousand accounts have: a record of its own for each costs the driver more than all its numbers.
_MOST: Final = "MATCH (a:Account) RETURN coalesce(max(a.nid) + 1, 0)"
_NUMBERS: Final = """
    UNWIND range(0, $most - 1, $step) AS low
    RETURN COLLECT { MATCH (a:Account) WHERE low <= a.nid < low + $step RETURN a.nid ORDER BY a.nid },
           COLLECT { MATCH (a:Account) WHERE low <= a.nid < low + $step RETURN a.id ORDER BY a.nid }
"""
_TIES: Final = """
    UNWIND range(0, $most - 1, $step) AS low
    RETURN COLLECT {
        MATCH (a:Account) WHERE low <= a.nid < low + $step WITH a, a.nid * $most AS base
        MATCH (a)-[:FOLLOWS]->(b) RETURN base + b.nid
    }
"""
_STEP: Final = 1_000

_LEFT_OUT: Final = "(post IS NULL AND target IS NULL)"  # acts without any other end
_MISSING: Final = "SELECT count(*) FROM (SELECT * FROM due EXCEPT ALL SELECT * FROM found)"
_EXTRA: Final = "SELECT count(*) FROM (SELECT * FROM found EXCEPT ALL SELECT * FROM due)"
_DRAWN: Final = f"SELECT * FROM due_rows WHERE NOT {_LEFT_OUT}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One table: rows that the graph should say, those it does not, and those it says beyond them."""

    table: str
    due: int
    missing: int
    extra: int


def graph_of(bolt: Bolt) -> Dataset:
    """The five tables, rows in the order of their keys; acts without any other end are not in the graph."""
    tables = {
        "accounts": _table("accounts", ("id", *ACCOUNT_COLUMNS), bolt.stream(_ACCOUNTS)),
        "follows": _table("follows", ("follower", "followed", *FOLLOW_COLUMNS), _spread(bolt.stream(_FOLLOWS))),
        "interactions": _table("interactions", SCHEMAS["interactions"].names, _acts(bolt)),
        "posts": _table("posts", ("id", "author", "reply_to", *POST_COLUMNS), bolt.stream(_POSTS)),
        "coverage": _table("coverage", ("account", "relation", *COVERAGE_COLUMNS), bolt.stream(_COVERAGE)),
    }
    return Dataset.of(tables)


def differences(rows: Dataset, graph: Dataset) -> list[Difference]:
    """What was loaded beside what the graph says, table by table; all zeros where nobody but graphkit wrote it."""
    return [_compared(name, rows.tables[name], graph.tables[name]) for name in TABLES]


def follows_of(bolt: Bolt) -> tuple[pa.Array, NDArray[np.int64], NDArray[np.int64]]:
    """All follows as arrays: ids of accounts, and for every follow the rows of the follower and of the followed."""
    [[most]] = bolt.stream(_MOST)
    given, no_rows = {"most": most, "step": _STEP}, np.zeros(0, dtype=np.int64)
    numbers, ids = [no_rows], list[str]()
    for some, named in bolt.stream(_NUMBERS, **given):
        numbers.append(np.asarray(some, dtype=np.int64))
        ids.extend(named)
    rows = np.zeros(most, dtype=np.int64)
    rows[np.concatenate(numbers)] = np.arange(len(ids))
    ties = np.concatenate([no_rows, *(np.asarray(pairs, dtype=np.int64) for [pairs] in bolt.stream(_TIES, **given))])
    source, target = np.divmod(ties, max(most, 1))
    return pa.array(ids, pa.string()), rows[source], rows[target]


def _spread(records: Iterable[list[Any]]) -> Iterable[list[Any]]:
    return chain.from_iterable(([source, *rest] for rest in rows) for source, rows in records)


def _acts(bolt: Bolt) -> Iterable[list[Any]]:
    for (name, end), query in _ACTS.items():
        for actor, other, at, client, deleted_at, count, target, post, kind in _spread(bolt.stream(query)):
            said = _KIND.get(name, kind)
            ends = [other, said, post] if end == "Account" else [target, said, other]
            yield [actor, *ends, at, client, deleted_at, count]


def _table(name: str, columns: Iterable[str], rows: Iterable[list[Any]]) -> pa.Table:
    """Rows of lists as a table of the contract, in the order in which stores give them: by key, nulls first."""
    schema, listed = SCHEMAS[name], list(columns)
    values = list(zip(*rows, strict=True)) or [()] * len(listed)
    found: Mapping[str, Any] = dict(zip(listed, values, strict=True))
    table = pa.Table.from_arrays([pa.array(found[f.name], f.type) for f in schema], schema=_open(schema))
    keys = {
        "interactions": ("actor", "target", "kind", "post", "at", "client", "deleted_at"),
        "follows": ("follower", "followed"),
        "coverage": ("account", "relation"),
    }.get(name, ("id",))
    return table.take(_nulls_first(table, keys))


def _nulls_first(table: pa.Table, keys: Iterable[str]) -> pa.Array:
    columns: dict[str, Any] = {}
    for key in keys:
        columns |= {f"has {key}": pc.cast(table[key].is_valid(), pa.int8()), key: table[key]}
    return pc.sort_indices(pa.table(columns), sort_keys=[(name, "ascending") for name in columns])


def _open(schema: pa.Schema) -> pa.Schema:
    return pa.schema([(field.name, field.type) for field in schema])


def _compared(name: str, due: pa.Table, found: pa.Table) -> Difference:
    with duckdb.connect() as work:
        if name == "interactions":
            work.register("due_rows", due)
            due = work.sql(_DRAWN).to_arrow_table()
        work.register("due", due)
        work.register("found", found)
        [(missing,)], [(extra,)] = work.execute(_MISSING).fetchall(), work.execute(_EXTRA).fetchall()
    return Difference(name, due.num_rows, missing, extra)
