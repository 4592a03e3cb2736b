"""One digest of five tables that depends on their rows and on nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.dataset import SCHEMAS, TABLES, Tables, conform


def digest_of(tables: Tables) -> str:
    """SHA-256 of the rows in the order given; how Arrow lays them out in memory does not matter.

    Tables that are missing and tables without rows are the same.
    """
    total = hashlib.sha256()
    for name in TABLES:
        table = tables.get(name)
        if table is None or not table.num_rows:
            continue
        total.update(f"{name} {table.num_rows}\n".encode())
        for column in conform(name, table).itercolumns():
            for part in _bytes(pa.concat_arrays(column.chunks)):
                total.update(part)
    return total.hexdigest()


def sorted_rows(name: str, table: pa.Table) -> pa.Table:
    """The rows in the order of all their columns but lists: the same for every order they came in."""
    keys = [(column.name, "ascending") for column in SCHEMAS[name] if not pa.types.is_list(column.type)]
    return table.take(pc.sort_indices(table, sort_keys=keys))


def _bytes(array: pa.Array) -> Iterator[memoryview]:
    yield _view(pc.cast(array.is_valid(), pa.int8()))
    if pa.types.is_string(array.type):
        yield _view(pc.binary_length(array).fill_null(-1))
        yield _characters(array)
    elif pa.types.is_list(array.type):
        yield _view(pc.list_value_length(array).fill_null(-1))
        yield from _bytes(array.flatten())
    elif pa.types.is_boolean(array.type):
        yield _view(pc.cast(array.fill_null(False), pa.int8()))
    else:
        yield _view(array.fill_null(0))


def _view(numbers: pa.Array) -> memoryview:
    return np.ascontiguousarray(numbers.to_numpy(zero_copy_only=False)).view(np.uint8).data


def _characters(texts: pa.Array) -> memoryview:
    """The bytes of all texts one after the other, without what nulls may hide in the buffer."""
    packed = pa.concat_arrays([texts.drop_null().cast(pa.large_string())])
    _, offsets, data = packed.buffers()
    if data is None or not len(packed):
        return memoryview(b"")
    ends = np.frombuffer(offsets, dtype=np.int64)[packed.offset : packed.offset + len(packed) + 1]
    return memoryview(data)[ends[0] : ends[-1]]
