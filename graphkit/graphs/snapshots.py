"""Several snapshots of the same lists as one data set: when each follow was first and last seen, and by when it had ended."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from graphkit.dataset import SCHEMAS, Dataset, Tables, conform, empty
from graphkit.errors import UsageError
from graphkit.language import say

NAMES = ("accounts", "follows", "interactions", "posts", "coverage")


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
        {name: _latest(sides, name) for name in NAMES if name != "follows"} | {"follows": _table("follows", ties)}
    )


def save(dataset: Dataset, folder: Path) -> None:
    """Writes the tables that have rows as a dataset folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in dataset.tables.items():
        if table.num_rows:
            pq.write_table(table, folder / f"{name}.parquet")


def _tables(given: Tables | Dataset) -> dict[str, pa.Table]:
    tables = given.tables if isinstance(given, Dataset) else given
    return {name: conform(name, tables[name]) if name in tables else empty(name) for name in NAMES}


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
