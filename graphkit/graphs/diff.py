"""Two snapshots of the same lists: followers gained and lost, accounts renamed and gone.

Only what both snapshots looked at is compared: a list that one of them lacks says nothing of who left. An account counts
as gone where the first snapshot knows it and the second, which read all lists of the first, names it nowhere. Loads see
suspensions and deletions alike: a gone account is one that was not there, not one that was closed.
`joined` makes one data set of several snapshots: when each follow was first and last seen, and by when it had ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from graphkit.dataset import SCHEMAS, TABLES, Dataset, Tables, conform, empty
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


def joined(*snapshots: Tables | Dataset) -> Dataset:
    """One data set of several snapshots, in order of the times at which they were observed. Linear in their rows.

    A follow is observed where it was seen last, and ended by the first later snapshot that holds the followed account's
    list without it; nobody knows when exactly. Where an earlier snapshot holds the list without it, it began by the time it
    was first seen (`at_kind` "seen"). A list that a snapshot lacks says nothing. Accounts are as they were seen last.
    """
    sides = sorted((_tables(one) for one in snapshots), key=_day)
    days = [_day(one) for one in sides]
    if len(set(days)) != len(days):
        raise UsageError(say("Two snapshots are of the same moment; each needs a time of its own."))
    held = pd.concat(
        [pd.DataFrame({"followed": _held(one), "at_snapshot": day}) for one, day in zip(sides, days, strict=True)]
    )
    seen = pd.concat([_live(one).assign(day=day) for one, day in zip(sides, days, strict=True)])
    ties = seen.groupby(["follower", "followed"], as_index=False).agg(
        at=("at", "min"), position=("position", "last"), first=("day", "min"), observed_at=("day", "max")
    )
    lists = ties[["followed"]].drop_duplicates().merge(held, on="followed")
    ties = ties.merge(
        lists.groupby("followed", as_index=False).agg(begun=("at_snapshot", "min")), on="followed", how="left"
    )
    later = ties.merge(lists, on="followed")
    later = later[later.at_snapshot > later.observed_at]
    ended = later.groupby(["follower", "followed"], as_index=False).agg(ended_at=("at_snapshot", "min"))
    ties = ties.merge(ended, on=["follower", "followed"], how="left")
    appeared = ties["at"].isna() & (ties["begun"] < ties["first"])
    ties["at_kind"] = pd.Series("seen", ties.index).where(appeared, "exact").where(appeared | ties["at"].notna())
    ties["at"] = ties["at"].where(~appeared, ties["first"])
    return Dataset.of(
        {name: _latest(sides, name) for name in TABLES if name != "follows"} | {"follows": _table("follows", ties)}
    )


def save(dataset: Dataset, folder: Path) -> None:
    """Writes the tables that have rows as a dataset folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in dataset.tables.items():
        if table.num_rows:
            pq.write_table(table, folder / f"{name}.parquet")


def _day(tables: dict[str, pa.Table]) -> int:
    """When a snapshot was taken: the latest time at which anything in it was observed."""
    columns = [tables["follows"]["observed_at"], tables["coverage"]["fetched_at"], tables["accounts"]["observed_at"]]
    known = [time for column in columns for time in column.drop_null().to_pylist()]
    if not known:
        raise UsageError(
            say(
                "A snapshot does not say when it was taken; put the day into the name of its file or folder (2026-06-01)."
            )
        )
    return max(known)


def _live(tables: dict[str, pa.Table]) -> pd.DataFrame:
    ties = (
        tables["follows"]
        .select(["follower", "followed", "at", "position", "ended_at"])
        .to_pandas(integer_object_nulls=False)
    )
    return ties[ties.ended_at.isna()].drop(columns="ended_at")


def _held(tables: dict[str, pa.Table]) -> list[str]:
    coverage = tables["coverage"].to_pandas()
    return sorted({*_live(tables).followed, *coverage.account[coverage.relation == "followers"]})


def _latest(sides: Sequence[dict[str, pa.Table]], name: str) -> pa.Table:
    """The rows of all snapshots, those of the same key as they were seen last."""
    keys = {"accounts": ["id"], "posts": ["id"], "coverage": ["account", "relation"]}
    rows = pa.concat_tables([one[name] for one in sides])
    if name not in keys or not rows.num_rows:
        return rows
    order = rows.select(keys[name]).to_pandas()
    return rows.filter(pa.array(~order.duplicated(keep="last").to_numpy()))


def _table(name: str, rows: pd.DataFrame) -> pa.Table:
    columns = {}
    for column in SCHEMAS[name]:
        values = rows[column.name]
        if pa.types.is_integer(column.type):
            values = values.astype("Int64")
        columns[column.name] = pa.array(values, column.type, from_pandas=True)
    return pa.table(columns, schema=SCHEMAS[name])
