"""From the strings of the tables to the numbers of the arrays, and back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphkit.dataset import SCHEMAS

NO_TIME: Final = int(np.iinfo(np.int64).min)

T = TypeVar("T", bound=np.integer[Any])


def coded(tables: Mapping[str, pa.Table], columns: Mapping[str, Sequence[str]]) -> dict[str, pa.Table]:
    """The tables with some columns of texts as codes in a dictionary: each text is hashed once, whatever is asked later.

    Columns are coded side by side, as many as there are processors: a hash of ten million ids waits for memory.
    """
    wanted = [(name, column) for name, names in columns.items() for column in names if tables[name].num_rows]
    coding = dict(tables)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = pool.map(lambda place: pc.dictionary_encode(tables[place[0]][place[1]]), wanted)
        for (name, column), codes in zip(wanted, found, strict=True):
            coding[name] = coding[name].set_column(coding[name].column_names.index(column), column, codes)
    return coding


def distinct(columns: Iterable[pa.ChunkedArray]) -> pa.StringArray:
    """Every text that occurs in the columns once, sorted as text (by code point)."""
    parts = [_words(column) for column in columns if len(column)]
    if not parts:
        return pa.array([], pa.string())
    words = parts[0] if len(parts) == 1 else pc.unique(pa.chunked_array(parts))
    return words.take(pc.sort_indices(words))


def numbers(column: pa.ChunkedArray, words: pa.StringArray) -> NDArray[np.int32]:
    """The place of each value among the words; -1 for null and for what is not among them. Places are taken as they are."""
    if pa.types.is_integer(column.type):
        return _plain(column, -1).astype(np.int32)
    if column.null_count == len(column):
        return np.full(len(column), -1, dtype=np.int32)
    if not pa.types.is_dictionary(column.type):
        return _plain(pc.index_in(column, value_set=words), -1).astype(np.int32)
    texts = column.chunks[0].dictionary  # the same in all chunks
    place = np.append(numbers(pa.chunked_array([texts]), words), np.int32(-1))  # null is the last
    return place[np.concatenate([_plain(chunk.indices, -1) for chunk in column.chunks])]


def times(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """The milliseconds of a time column; NO_TIME where it is null."""
    return _plain(column, NO_TIME)


def whole(column: pa.ChunkedArray, absent: int) -> NDArray[np.int64]:
    """The values of a count column, with a number of your own for null."""
    return _plain(column, absent)


def thrifty(values: NDArray[T]) -> NDArray[T]:
    """The same values; where all are equal (no act was deleted, each was said once) they are read-only and take no memory."""
    return np.broadcast_to(values[:1].copy(), values.shape) if len(values) and (values == values[0]).all() else values


def with_ids(name: str, table: pa.Table, ids: pa.StringArray) -> pa.Table:
    """The table with one row for each id, in that order; ids that it does not hold get nulls.

    Several rows of one id become one: of every column the value of the latest row (by `observed_at`) that says one.
    """
    if "observed_at" in table.column_names and len(pc.unique(table["id"])) < table.num_rows:
        table = table.sort_by([("observed_at", "descending")])  # nulls come last
    held = pc.unique(table["id"])
    if len(held) < table.num_rows:
        others = [column for column in table.column_names if column != "id"]
        lists = [column for column in others if pa.types.is_list(table.schema.field(column).type)]
        plain = [column for column in others if column not in lists]
        keep_first = pc.ScalarAggregateOptions(skip_nulls=True, min_count=1)
        merged = table.group_by("id", use_threads=False).aggregate([(column, "first", keep_first) for column in plain])
        merged = merged.rename_columns(["id", *plain] if merged.column_names[0] == "id" else [*plain, "id"])
        for column in lists:  # there is no `first` for lists
            said = table.filter(pc.is_valid(table[column]))
            merged = merged.append_column(column, said[column].take(pc.index_in(merged["id"], said["id"])))
        table = merged.select(table.column_names)
    rows = pc.index_in(ids, value_set=pc.unique(table["id"]))
    full = table.take(rows).set_column(table.column_names.index("id"), "id", ids)
    return full.cast(SCHEMAS[name])


def _words(column: pa.ChunkedArray) -> pa.StringArray:
    """The texts of a column, each once; of codes those of the dictionary that all chunks share."""
    if not pa.types.is_dictionary(column.type):
        return pc.unique(column).drop_null()
    return column.chunks[0].dictionary


def _plain(column: pa.ChunkedArray | pa.Array, absent: int) -> NDArray[np.int64]:
    filled: NDArray[np.int64] = (
        pc.fill_null(column, absent).to_numpy(zero_copy_only=False)
        if isinstance(column, pa.Array)
        else pc.fill_null(column, absent).to_numpy()
    )
    return filled
