"""Two snapshots of the same lists: followers gained and lost, accounts renamed and gone.

Only what both snapshots looked at is compared: a list that one of them lacks says nothing of who left. An account counts
as gone where the first snapshot knows it and the second, which read all lists of the first, names it nowhere. Loads see
suspensions and deletions alike: a gone account is one that was not there, not one that was closed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import duckdb
import pyarrow as pa

from graphkit.dataset import Dataset, Tables, conform, empty
from graphkit.errors import UsageError
from graphkit.language import say

TIES: Final = pa.schema([("followed", pa.string()), ("follower", pa.string())])
RENAMED: Final = pa.schema([("id", pa.string()), ("before", pa.string()), ("after", pa.string())])
GONE: Final = pa.schema([("id", pa.string()), ("handle", pa.string())])
LISTS: Final = pa.schema(
    [
        ("account", pa.string()),
        ("before", pa.int64()),
        ("after", pa.int64()),
        ("gained", pa.int64()),
        ("lost", pa.int64()),
        ("lost_to_gone", pa.int64()),  # of the lost, accounts that are nowhere any more
    ]
)

_LIVE: Final = "SELECT DISTINCT follower, followed FROM {} WHERE ended_at IS NULL"
_QUERIES: Final = {
    "held": f"""SELECT followed FROM ({_LIVE.format("follows_a")}) INTERSECT SELECT followed FROM ({_LIVE.format("follows_b")})
        UNION (SELECT account FROM coverage_a WHERE relation = 'followers'
               INTERSECT SELECT account FROM coverage_b WHERE relation = 'followers')""",
    "known_a": """SELECT id FROM accounts_a UNION SELECT follower FROM follows_a UNION SELECT followed FROM follows_a""",
    "known_b": """SELECT id FROM accounts_b UNION SELECT follower FROM follows_b UNION SELECT followed FROM follows_b
        UNION SELECT actor FROM interactions_b UNION SELECT author FROM posts_b WHERE author IS NOT NULL""",
    "gone": """SELECT known_a.id, any_value(handle) AS handle FROM known_a LEFT JOIN accounts_a USING (id)
        WHERE known_a.id NOT IN (SELECT id FROM known_b) GROUP BY known_a.id ORDER BY 1""",
    "gained": f"""SELECT followed, follower FROM (({_LIVE.format("follows_b")}) EXCEPT ({_LIVE.format("follows_a")}))
        WHERE followed IN (SELECT followed FROM held) ORDER BY 1, 2""",
    "lost": f"""SELECT followed, follower FROM (({_LIVE.format("follows_a")}) EXCEPT ({_LIVE.format("follows_b")}))
        WHERE followed IN (SELECT followed FROM held) ORDER BY 1, 2""",
    "renamed": """SELECT id, a.handle AS before, b.handle AS after FROM accounts_a a JOIN accounts_b b USING (id)
        WHERE ltrim(lower(a.handle), '@') <> ltrim(lower(b.handle), '@') ORDER BY 1""",
    "lists": f"""SELECT followed AS account,
            (SELECT count(*) FROM ({_LIVE.format("follows_a")}) t WHERE t.followed = held.followed) AS before,
            (SELECT count(*) FROM ({_LIVE.format("follows_b")}) t WHERE t.followed = held.followed) AS after,
            (SELECT count(*) FROM gained t WHERE t.followed = held.followed) AS gained,
            (SELECT count(*) FROM lost t WHERE t.followed = held.followed) AS lost,
            (SELECT count(*) FROM lost t WHERE t.followed = held.followed AND t.follower IN (SELECT id FROM gone)) AS lost_to_gone
        FROM held ORDER BY 1""",
}


@dataclass(frozen=True)
class Difference:
    """What changed from one snapshot to the next; every table is sorted."""

    gained: pa.Table  # followed, follower
    lost: pa.Table  # followed, follower
    renamed: pa.Table  # id, before, after
    gone: pa.Table  # id, handle
    lists: pa.Table  # a row an account whose followers both hold
    only_before: tuple[str, ...] = field(default=())  # lists that the second snapshot lacks: nothing is said of them
    only_after: tuple[str, ...] = field(default=())

    @property
    def sentence(self) -> str:
        """The difference in one sentence."""
        return say(
            "{gained} followers gained, {lost} lost ({gone} of these accounts are nowhere any more), {renamed} accounts "
            "renamed, over {lists} lists that both snapshots hold.",
            gained=self.gained.num_rows,
            lost=self.lost.num_rows,
            gone=sum(row or 0 for row in self.lists["lost_to_gone"].to_pylist()),
            renamed=self.renamed.num_rows,
            lists=self.lists.num_rows,
        )


def diff(before: Tables | Dataset, after: Tables | Dataset) -> Difference:
    """The difference of two snapshots; linear in their rows, handles compared without regard to capitals."""
    sides = {"a": _tables(before), "b": _tables(after)}
    if all(side["follows"].num_rows + side["accounts"].num_rows == 0 for side in sides.values()):
        raise UsageError(say("Neither snapshot holds follows or accounts; give two files or folders that do."))
    with duckdb.connect(":memory:") as connection:
        for letter, side in sides.items():
            for name in ("accounts", "follows", "interactions", "posts", "coverage"):
                connection.register(f"{name}_{letter}", side[name])
        for name, query in _QUERIES.items():
            connection.execute(f"CREATE TEMP TABLE {name} AS {query}")
        said = {name: _read(connection, name, schema) for name, schema in _WANTED.items()}
        return Difference(**said, only_before=_only(connection, "a", "b"), only_after=_only(connection, "b", "a"))


_WANTED: Final = {"gained": TIES, "lost": TIES, "renamed": RENAMED, "gone": GONE, "lists": LISTS}


def _tables(given: Tables | Dataset) -> dict[str, pa.Table]:
    tables = given.tables if isinstance(given, Dataset) else given
    names = ("accounts", "follows", "interactions", "posts", "coverage")
    return {name: conform(name, tables[name]) if name in tables else empty(name) for name in names}


def _read(connection: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema) -> pa.Table:
    return connection.sql(f"FROM {name}").to_arrow_table().select(schema.names).cast(schema)


def _only(connection: duckdb.DuckDBPyConnection, here: str, there: str) -> tuple[str, ...]:
    query = f"""SELECT DISTINCT followed FROM follows_{here} WHERE followed NOT IN (SELECT followed FROM held)
        AND followed NOT IN (SELECT followed FROM follows_{there}) ORDER BY 1"""
    return tuple(row[0] for row in connection.execute(query).fetchall())
