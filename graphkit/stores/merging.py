"""Which rows are the same, and what becomes of them, in SQL. `memory.py` says the same in plain Python.

Every rule looks at all rows of a key at once, so neither the order of loads nor that of batches can matter.
`docs/store.md` gives the rules in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from graphkit.dataset import SCHEMAS, TABLES, TIME_KINDS
from graphkit.stores.schema import COLUMNS, quoted

_NEVER: Final = "(-9223372036854775807)"  # before every time

_BARE: Final = '"post" IS NULL AND "at" IS NULL'  # an interaction known by its two ends alone

KEY_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "accounts": ('"id"',),
    "follows": ('"follower"', '"followed"'),
    "interactions": (
        *('"actor"', '"target"', '"kind"', '"post"', '"at"'),
        f'CASE WHEN {_BARE} THEN "client" END',
        f'CASE WHEN {_BARE} THEN "deleted_at" END',
    ),
    "posts": ('"id"',),
    "coverage": ('"account"', '"relation"'),
}

_RANK: Final = "CASE {} WHEN at_kind IS NULL THEN {} ELSE {} END".format(
    " ".join(f"WHEN at_kind = '{kind}' THEN {rank}" for rank, kind in enumerate(TIME_KINDS)),
    len(TIME_KINDS) + 1,
    len(TIME_KINDS),
)


def _newest(column: str, *, by: str) -> str:
    return f"arg_max({column}, ROW(coalesce({quoted(by)}, {_NEVER}), {column}))"


def _longest(column: str, length: str) -> str:
    return f"arg_min({column}, ROW(-{length}({column}), {column}))"


_SEEN_AGAIN: Final = (
    f'max(greatest(coalesce("at", {_NEVER}), coalesce("observed_at", {_NEVER}))) FILTER ("ended_at" IS NULL)'
)

_FOLLOWS: Final = {
    "at": f'arg_min("at", ROW({_RANK}, "at_kind", "at"))',
    "at_kind": f'CASE WHEN max("at") IS NULL THEN arg_min("at_kind", ROW({_RANK}, "at_kind")) '
    f'ELSE arg_min("at_kind", ROW({_RANK}, "at_kind", "at")) FILTER ("at" IS NOT NULL) END',
    "position": f'arg_max("position", ROW(coalesce("observed_at", {_NEVER}), -"position"))',
    "observed_at": 'max("observed_at")',
    "ended_at": f'CASE WHEN coalesce({_SEEN_AGAIN} > max("ended_at"), false) THEN NULL ELSE max("ended_at") END',
}

_INTERACTIONS: Final = {
    "count": f'CASE WHEN {_BARE} AND count(*) > 1 THEN sum(coalesce("count", 1))::BIGINT ELSE max("count") END',
}

_POSTS: Final = {
    "text": _longest('"text"', "length"),
    "tags": _longest('"tags"', "len"),
    "urls": _longest('"urls"', "len"),
    "paid": 'max("paid")',
}


def _rule(table: str, column: str) -> str:
    """How one column of several rows with the same key becomes one value; null only if all are null."""
    if table == "accounts":
        return _newest(quoted(column), by="observed_at")
    if table == "coverage":
        return _newest(quoted(column), by="fetched_at")
    special = {"follows": _FOLLOWS, "interactions": _INTERACTIONS, "posts": _POSTS}[table]
    return special.get(column, f"min({quoted(column)})")


def _merged(table: str) -> str:
    keys = [part for part in KEY_PARTS[table] if part.startswith('"')]
    values = [
        quoted(column.name) if quoted(column.name) in keys else f"{_rule(table, column.name)} AS {quoted(column.name)}"
        for column in SCHEMAS[table]
    ]
    return f"SELECT {', '.join(values)} FROM chosen GROUP BY {', '.join(KEY_PARTS[table])}"


def _order(table: str) -> str:
    extra = ('"client"', '"deleted_at"') if table == "interactions" else ()
    keys = (*(part for part in KEY_PARTS[table] if part.startswith('"')), *extra)
    return ", ".join(f"{key} ASC NULLS FIRST" for key in keys)


_CHOSEN: Final = {
    table: f"WITH chosen AS (SELECT {COLUMNS[table]} FROM {table} WHERE load IN (SELECT unnest($loads)))"
    for table in TABLES
}

# The rows of some loads, as they lie: where no two have the same key, and merged.
UNSORTED: Final[Mapping[str, str]] = {table: f"{_CHOSEN[table]} SELECT * FROM chosen" for table in TABLES}
UNSORTED_MERGED: Final[Mapping[str, str]] = {table: f"{_CHOSEN[table]} {_merged(table)}" for table in TABLES}

# The same in the order of their keys.
PLAIN: Final[Mapping[str, str]] = {table: f"{rows} ORDER BY {_order(table)}" for table, rows in UNSORTED.items()}
MERGED: Final[Mapping[str, str]] = {
    table: f"SELECT * FROM ({rows}) ORDER BY {_order(table)}" for table, rows in UNSORTED_MERGED.items()
}


def _keys(table: str) -> str:
    return ", ".join(f"{part} AS k{number}" for number, part in enumerate(KEY_PARTS[table]))


def _hashed(table: str) -> str:
    return f"hash({', '.join(KEY_PARTS[table])})"


def _doubled(table: str) -> str:
    return (
        f"CREATE OR REPLACE TEMP TABLE doubled AS SELECT h FROM (SELECT {_hashed(table)} AS h FROM {table} "
        f"WHERE load = $load OR load IN (SELECT unnest($sealed))) GROUP BY h HAVING count(*) > 1"
    )


def _single(table: str) -> str:
    bare = _BARE if table == "interactions" else "false"
    return (
        f"SELECT batch, count(*), count(*) FILTER ({bare}) FROM {table} WHERE load = $load "
        f"AND {_hashed(table)} NOT IN (SELECT h FROM doubled) GROUP BY batch"
    )


def _new(table: str) -> str:
    same = " AND ".join(f"mine.k{part} IS NOT DISTINCT FROM theirs.k{part}" for part in range(len(KEY_PARTS[table])))
    bare = "k3 IS NULL AND k4 IS NULL" if table == "interactions" else "false"
    here = f"{_hashed(table)} IN (SELECT h FROM doubled WHERE h % $parts = $part)"
    return (
        f"WITH mine AS (SELECT {_keys(table)}, min(batch) AS batch FROM {table} WHERE load = $load AND {here} "
        f"GROUP BY ALL), "
        f"theirs AS (SELECT {_keys(table)} FROM {table} WHERE load IN (SELECT unnest($sealed)) AND {here}) "
        f"SELECT batch, count(*), count(*) FILTER ({bare}) FROM mine ANTI JOIN theirs ON {same} GROUP BY batch"
    )


def _rows(table: str) -> str:
    bare = _BARE if table == "interactions" else "false"
    return f"SELECT batch, count(*), count(*) FILTER ({bare}) FROM {table} WHERE load = $load GROUP BY batch"


# For one load, by batch: keys that no sealed load has, and bare ones among them; rows, and bare ones among them.
# A hash that stands once belongs to a key that stands once; only rows whose hash stands twice are compared by their keys.
# These are looked at in $parts parts by their hash, one after the other: equal keys are in one part, memory is bounded.
DOUBLED: Final[Mapping[str, str]] = {table: _doubled(table) for table in TABLES}
SINGLE: Final[Mapping[str, str]] = {table: _single(table) for table in TABLES}
NEW_KEYS: Final[Mapping[str, str]] = {table: _new(table) for table in TABLES}
ROWS: Final[Mapping[str, str]] = {table: _rows(table) for table in TABLES}
COUNT_DOUBLED: Final = "SELECT count(*) FROM doubled"
