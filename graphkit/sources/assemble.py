"""From the columns of a file to rows of the contract, by a column map; every row is taken or refused with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphkit.dataset import SCHEMAS
from graphkit.sources import values
from graphkit.sources.mapping import ABSENT, ASIDE, EACH, PRESENT, REQUIRED, ROW, ColumnMap, Feed
from graphkit.sources.reasons import sentence

TIMES: Final = frozenset({"created_at", "observed_at", "at", "ended_at", "deleted_at", "fetched_at"})
IDS: Final = frozenset(
    {"id", "follower", "followed", "actor", "target", "post", "author", "account", "conversation", "reply_to"}
)
NAMES_OF_ACCOUNTS: Final = frozenset({"follower", "followed", "actor", "target", "author", "account"})
Mask = NDArray[np.bool_]


class Columns(Protocol):
    """Rows of a file, column by column."""

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def count(self) -> int: ...

    def column(self, name: str, *, trim: bool) -> pa.Array:
        """One column, text or typed; `trim` takes blanks off both ends of texts."""
        ...

    def filled(self, name: str) -> int:
        """How many cells of the column say something."""
        ...

    def lines(self) -> NDArray[np.int64]:
        """The line (or row number) of each row, from 1."""
        ...


@dataclass
class Assembled:
    """What became of the rows: tables, and for each refused row its reason and one sentence."""

    count: int
    reasons: dict[int, tuple[str, str]] = field(default_factory=dict)
    parts: dict[str, list[pa.Table]] = field(default_factory=dict)
    aside: Counter[str] = field(default_factory=Counter)
    notes: dict[str, None] = field(default_factory=dict)

    def refuse(self, rows: Iterable[int], reason: str, detail: str | None = None) -> None:
        for row in rows:
            self.reasons.setdefault(int(row), (reason, detail or sentence(reason)))

    def tables(self) -> dict[str, pa.Table]:
        return {name: pa.concat_tables(parts) for name, parts in self.parts.items()}


def assemble(columns: Columns, column_map: ColumnMap) -> Assembled:
    """The rows as tables of the contract; a row that breaks any rule goes into none of them."""
    done = Assembled(columns.count)
    pieces = [_feed(columns, feed, column_map, done) for feed in column_map.rows]
    covered = np.zeros(columns.count, bool)
    for _, _, mask in pieces:
        covered |= mask
    done.refuse(np.flatnonzero(~covered), "unknown_kind")
    good = np.ones(columns.count, bool)
    good[list(done.reasons)] = False
    for feed, table, mask in pieces:
        if feed.table != ASIDE:
            kept = table if (mask & good).all() else table.filter(pa.array(mask & good))
            whole = _unfolded(columns, feed, kept, mask & good) if feed.each else kept
            _keep(done, feed, _prefixed(feed.table, whole, column_map.account_prefix))
    _count_aside(columns, column_map, done)
    return done


def _unfolded(columns: Columns, feed: Feed, kept: pa.Table, mask: Mask) -> pa.Table:
    """One row for each item of a list column; whoever acts is not among the items."""
    lists = columns.column(feed.each, trim=True).filter(pa.array(mask)).to_pylist()
    role = next(name for name, column in feed.columns.items() if column == EACH)
    items = [values.texts_in(cell) if isinstance(cell, str) else [str(one) for one in cell or ()] for cell in lists]
    rows = np.repeat(np.arange(len(items)), [len(item) for item in items])
    said = pa.array([one for item in items for one in item], pa.string())
    out = kept.take(pa.array(rows))
    out = out.set_column(out.column_names.index(role), pa.field(role, pa.string()), said)
    return out.filter(pc.not_equal(out[role], out[REQUIRED[feed.table][0]]))


def _prefixed(name: str, table: pa.Table, prefix: str) -> pa.Table:
    """The table with the prefix before every id of an account."""
    if not prefix:
        return table
    ours = [one for one in table.column_names if one in NAMES_OF_ACCOUNTS or (name, one) == ("accounts", "id")]
    for column in ours:
        said = pc.binary_join_element_wise(prefix, table[column], "")
        table = table.set_column(table.column_names.index(column), table.schema.field(column), said)
    return table


def _keep(done: Assembled, feed: Feed, kept: pa.Table) -> None:
    parts = done.parts.setdefault(feed.table, [])
    parts.append(kept)
    if feed.undirected and feed.table == "follows":
        swapped = {"follower": "followed", "followed": "follower"}
        parts.append(
            kept.select([swapped.get(name, name) for name in kept.column_names]).rename_columns(kept.column_names)
        )


def _feed(columns: Columns, feed: Feed, column_map: ColumnMap, done: Assembled) -> tuple[Feed, pa.Table, Mask]:
    mask = _chosen(columns, feed)
    if feed.table == ASIDE:
        for name, accepted in feed.when.items():
            for value in accepted:
                rows = int((mask & _equals(columns, name, value)).sum())
                done.aside.update({f"{name}={value}": rows} if rows else {})
        return feed, pa.table({}), mask
    arrays = []
    for wanted in SCHEMAS[feed.table]:
        if feed.columns.get(wanted.name) == EACH:
            array = pa.nulls(columns.count, wanted.type)  # filled in by _unfolded
        elif wanted.name in feed.columns:
            array = _column(columns, feed, wanted, column_map, done=done, mask=mask)
        elif wanted.name in feed.constants:
            array = _constant(feed.constants[wanted.name], wanted, columns.count)
        else:
            array = pa.nulls(columns.count, wanted.type)
        arrays.append(array)
    table = pa.Table.from_arrays(arrays, schema=pa.schema([pa.field(f.name, f.type) for f in SCHEMAS[feed.table]]))
    if feed.table == "follows" and columns.count:
        same = np.asarray(pc.fill_null(pc.equal(table["follower"], table["followed"]), False))
        done.refuse(np.flatnonzero(same & mask), "self_follow")
    return feed, table, mask


def _constant(value: str, wanted: pa.Field, count: int) -> pa.Array:
    array = pa.array([value], pa.string())
    said = _convert(wanted, array, wanted.name).values
    return pa.repeat(said[0], count) if count else pa.nulls(0, wanted.type)


def _chosen(columns: Columns, feed: Feed) -> Mask:
    mask = np.ones(columns.count, bool)
    for name, accepted in feed.when.items():
        one = np.zeros(columns.count, bool)
        for value in accepted:
            one |= _equals(columns, name, value)
        mask &= one
    return mask


def _equals(columns: Columns, name: str, value: str) -> Mask:
    array = columns.column(name, trim=True)
    if value in (PRESENT, ABSENT):
        return np.asarray(array.is_valid() if value == PRESENT else array.is_null())
    if not pa.types.is_string(array.type):
        array = array.cast(pa.string())
    return np.asarray(pc.fill_null(pc.equal(pc.utf8_lower(array), value.lower()), False))


def _column(
    columns: Columns, feed: Feed, wanted: pa.Field, column_map: ColumnMap, *, done: Assembled, mask: Mask
) -> pa.Array:
    source = feed.columns[wanted.name]
    required = wanted.name in REQUIRED[feed.table]
    if source == ROW:
        numbers = pa.array(columns.lines()).cast(pa.string())
        return pc.binary_join_element_wise(column_map.row_prefix, numbers, "")
    array = columns.column(source, trim=wanted.name not in ("text", "bio", "name"))
    said = _convert(wanted, array, source)
    if wanted.name == "kind":
        said = values.Converted(_kinds(said.values, feed.kinds))
    done.aside.update(said.aside)
    done.notes.update(dict.fromkeys(said.notes))
    if said.bad is not None:
        _bad(array, said, source, lenient=source in column_map.lenient and not required, done=done, mask=mask)
    if required:
        empty = np.asarray(said.values.is_null()) & mask
        if empty.any():
            done.refuse(
                np.flatnonzero(empty), "missing_key", f"column {source} is empty; {feed.table} need {wanted.name}"
            )
    return said.values


def _bad(array: pa.Array, said: values.Converted, source: str, *, lenient: bool, done: Assembled, mask: Mask) -> None:
    assert said.bad is not None
    rows = np.flatnonzero(said.bad & mask)
    if lenient:
        done.aside.update({f"{source} ({said.reason})": len(rows)} if len(rows) else {})
        return
    for row in rows:
        cell = str(array[int(row)].as_py())
        shown = cell if len(cell) <= 80 else cell[:77] + "..."
        done.refuse([row], said.reason, f"column {source}: {shown!r}: {sentence(said.reason)}")  # type: ignore[list-item]


def _kinds(array: pa.Array, kinds: Mapping[str, str]) -> pa.Array:
    coded = pc.dictionary_encode(array)
    lower = {key.lower(): kind for key, kind in kinds.items()}
    meant = [None if word is None else lower.get(word.lower(), word.lower()) for word in coded.dictionary.to_pylist()]
    return pa.array(meant, pa.string()).take(coded.indices)


def _convert(wanted: pa.Field, array: pa.Array, name: str) -> values.Converted:
    if wanted.name in TIMES:
        return values.times(array, name)
    if pa.types.is_integer(wanted.type):
        return values.counts(array)
    return values.convert(wanted.type, array, name=name, is_id=wanted.name in IDS)


def _count_aside(columns: Columns, column_map: ColumnMap, done: Assembled) -> None:
    for name in columns.names:
        if name not in column_map.used():
            filled = columns.filled(name)
            done.aside.update({name: filled} if filled else {})
