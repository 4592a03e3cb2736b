"""What is true of a made-up world, or of a labelled data set: who is what, who belongs together, who is really there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

if TYPE_CHECKING:
    import pandas

TEXT: Final = pa.string()

TRUTH_SCHEMAS: Final[Mapping[str, pa.Schema]] = {
    "accounts": pa.schema(
        [
            ("id", TEXT),
            ("kind", TEXT),  # person, bot, revived
            ("bot", pa.bool_()),  # null in the four columns: not to be scored
            ("ring", pa.bool_()),
            ("pod", pa.bool_()),
            ("compromised", pa.bool_()),
            ("automated", pa.bool_()),
            ("crowd", TEXT),  # the most telling innocent crowd of the account, if any
            ("creator", pa.bool_()),
            ("dormant", pa.bool_()),
            ("onset", pa.int64()),  # first commanded act of an account under a second hand
            ("changed_at", pa.int64()),  # when a person's habits changed for reasons of its own
        ]
    ),
    "groups": pa.schema([("group", TEXT), ("kind", TEXT), ("planted", pa.bool_()), ("account", TEXT), ("role", TEXT)]),
    "ties": pa.schema([("follower", TEXT), ("followed", TEXT), ("why", TEXT)]),  # bought, traded, automated
    "audience": pa.schema(
        [
            ("id", TEXT),
            ("creator", pa.bool_()),
            ("posts", pa.int64()),
            ("followers", pa.int64()),  # live follows in the data
            ("people", pa.int64()),  # distinct people among them: not automated, not bought, not traded
            ("active_people", pa.int64()),  # those of them who did something in the last 90 days
            ("moved", pa.float64()),  # expected distinct people who react to one post, of their own will
        ]
    ),
    "acts": pa.schema(  # what was not done of one's own will
        [("actor", TEXT), ("post", TEXT), ("kind", TEXT), ("at", pa.int64()), ("why", TEXT)]
    ),
    "trends": pa.schema(
        [
            ("tag", TEXT),  # or the words of a phrase, or the id of a post
            ("kind", TEXT),  # tag, phrase, post
            ("pushed", pa.bool_()),
            ("start", pa.int64()),
            ("posts", pa.int64()),
            ("organic_share", pa.float64()),
            ("profits", TEXT),
        ]
    ),
}


def _empty(name: str) -> pa.Table:
    return TRUTH_SCHEMAS[name].empty_table()


@dataclass(frozen=True, slots=True)
class Truth:
    """Truth as tables; see `TRUTH_SCHEMAS` for the columns."""

    accounts: pa.Table
    groups: pa.Table = field(default_factory=lambda: _empty("groups"))
    ties: pa.Table = field(default_factory=lambda: _empty("ties"))
    audience: pa.Table = field(default_factory=lambda: _empty("audience"))
    acts: pa.Table = field(default_factory=lambda: _empty("acts"))
    trends: pa.Table = field(default_factory=lambda: _empty("trends"))

    @property
    def tables(self) -> dict[str, pa.Table]:
        return {column.name: getattr(self, column.name) for column in fields(self)}

    def by_account(self, ids: Iterable[str]) -> pandas.DataFrame:
        """The truth of some accounts as a frame, one row an id in their order; null where nothing is known of an account."""
        return self.accounts.to_pandas().set_index("id").reindex(list(ids))

    def members(self, kind: str) -> dict[str, frozenset[str]]:
        """The members of every group of a kind, by group."""
        found: dict[str, set[str]] = {}
        for row in self.groups.to_pylist():
            if row["kind"] == kind and row["role"] == "member":
                found.setdefault(row["group"], set()).add(row["account"])
        return {group: frozenset(accounts) for group, accounts in found.items()}

    def crowds(self) -> dict[str, frozenset[str]]:
        """The accounts of each innocent crowd, by its name."""
        found: dict[str, set[str]] = {}
        for row in self.groups.to_pylist():
            if not row["planted"] and row["role"] == "member":
                found.setdefault(row["kind"], set()).add(row["account"])
        return {crowd: frozenset(found[crowd]) for crowd in sorted(found)}

    def save(self, folder: Path) -> None:
        """Write truth.csv (the accounts) and the other tables into truth/."""
        pyarrow.csv.write_csv(self.accounts, folder / "truth.csv")
        inner = folder / "truth"
        inner.mkdir(exist_ok=True)
        for name, table in self.tables.items():
            pq.write_table(table, inner / f"{name}.parquet")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What `save` wrote."""
        return cls(**{f.name: pq.read_table(folder / "truth" / f"{f.name}.parquet") for f in fields(cls)})

    @classmethod
    def of(cls, tables: Mapping[str, pa.Table]) -> Self:
        """Truth of tables that have some of the columns; the others are null."""
        return cls(**{name: _conform(name, table) for name, table in tables.items()})


def _conform(name: str, table: pa.Table) -> pa.Table:
    columns = {
        column.name: table.column(column.name).cast(column.type)
        if column.name in table.column_names
        else pa.nulls(table.num_rows, column.type)
        for column in TRUTH_SCHEMAS[name]
    }
    return pa.table(columns, schema=TRUTH_SCHEMAS[name])
