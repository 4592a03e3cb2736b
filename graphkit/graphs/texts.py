"""Ids to numbers: every distinct text of several columns, sorted, and each cell as a place in that list.

pyarrow's own dictionaries do the same in three to six times the time, and the ids are most of the work of building a
network from tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit.graphs.compiled import compiled
from graphkit.graphs.order import differs_from_previous, order_by

T = TypeVar("T", bound=np.generic)

CHUNK: Final = 262_144  # rows at a time, so that the growing word list is never much larger than its content


class _Words:
    """Distinct texts in order of first appearance, with a hash table of open addresses over them."""

    def __init__(self) -> None:
        self.size = 0
        self.bytes = np.empty(1 << 16, dtype=np.uint8)
        self.ends = np.zeros(1 << 10, dtype=np.int64)  # word k is bytes[ends[k]:ends[k + 1]]
        self.hashes = np.empty(1 << 10, dtype=np.uint64)
        self.slots = np.full(1 << 11, -1, dtype=np.int32)

    def places(self, column: pa.Array) -> NDArray[np.int32]:
        """The place of each cell among the words, which grow by what is new; -1 for null."""
        offsets = np.frombuffer(column.buffers()[1], dtype=np.int32)[column.offset : column.offset + len(column) + 1]
        content = column.buffers()[2]
        data = np.frombuffer(content, dtype=np.uint8) if content is not None else np.empty(0, dtype=np.uint8)
        null = np.asarray(column.is_null()) if column.null_count else np.zeros(0, dtype=np.bool_)
        self._reserve(len(column), int(offsets[-1] - offsets[0]))
        found, self.size = _places(data, offsets, null, self.bytes, self.ends, self.hashes, self.slots, self.size)
        return found

    def _reserve(self, rows: int, size: int) -> None:
        self.bytes = _longer(self.bytes, int(self.ends[self.size]) + size)
        self.ends = _longer(self.ends, self.size + rows + 1)
        self.hashes = _longer(self.hashes, self.size + rows)
        if 2 * (self.size + rows) > len(self.slots):
            self.slots = _slots(self.hashes[: self.size], 1 << (4 * (self.size + rows) - 1).bit_length())

    def sorted(self) -> tuple[pa.StringArray, NDArray[np.int32]]:
        """The words as text in order, and the new place of each."""
        order = _sorted(self.bytes, self.ends[: self.size + 1])
        lengths = np.diff(self.ends[: self.size + 1])[order]
        offsets = np.zeros(self.size + 1, dtype=np.int32)
        np.cumsum(lengths, out=offsets[1:])
        data = _gathered(self.bytes, self.ends, order, offsets)
        words = pa.StringArray.from_buffers(self.size, pa.py_buffer(offsets), pa.py_buffer(data))
        place = np.empty(self.size, dtype=np.int32)
        place[order] = np.arange(self.size, dtype=np.int32)
        return words, place


def encode(columns: Sequence[pa.ChunkedArray]) -> tuple[pa.StringArray, list[NDArray[np.int32]]]:
    """The distinct texts of all columns, sorted by code point, and the columns as places in them (-1 for null)."""
    words = _Words()
    coded = []
    for column in columns:
        places = np.full(len(column), -1, dtype=np.int32)
        at = 0
        for chunk in column.chunks if column.null_count < len(column) else ():
            for first in range(0, len(chunk), CHUNK):
                piece = chunk.slice(first, CHUNK)
                places[at + first : at + first + len(piece)] = words.places(piece)
            at += len(chunk)
        coded.append(places)
    texts, new_place = words.sorted()
    with_null = np.append(new_place, np.int32(-1))
    return texts, [with_null[places] for places in coded]


def _longer(array: NDArray[T], size: int) -> NDArray[T]:
    """The array with room for `size` values, at least twice as long as before where it has to grow."""
    if size <= len(array):
        return array
    longer = np.empty(max(size, 2 * len(array)), dtype=array.dtype)
    longer[: len(array)] = array
    return longer


def _sorted(data: NDArray[np.uint8], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """The order of the words by their bytes: seven bytes at a time, each round only among words equal so far."""
    size = len(ends) - 1
    order = np.arange(size, dtype=np.int64)
    group = np.zeros(size, dtype=np.int64)
    open_places = np.arange(size)  # places of the order that are not settled yet
    skip = 0
    while len(open_places) > 1:
        words = order[open_places]
        key = _seven_bytes(data, ends, words, skip)
        rank = order_by(group, key)
        order[open_places] = words[rank]
        key, group = key[rank], group[rank]
        new = differs_from_previous(group, key)
        number = np.cumsum(new) - 1
        unsettled = (np.bincount(number)[number] > 1) & (key != -1)
        open_places, group = open_places[unsettled], number[unsettled]
        skip += 7
    return order


@compiled
def _places(  # noqa: PLR0913
    data: NDArray[np.uint8],
    offsets: NDArray[np.int32],
    null: NDArray[np.bool_],
    kept: NDArray[np.uint8],
    ends: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    slots: NDArray[np.int32],
    size: int,
) -> tuple[NDArray[np.int32], int]:
    found = np.empty(len(offsets) - 1, dtype=np.int32)
    mask = np.uint64(len(slots) - 1)
    for row in range(len(found)):
        if len(null) and null[row]:
            found[row] = -1
            continue
        start, end = offsets[row], offsets[row + 1]
        mixed = np.uint64(14695981039346656037)
        for i in range(start, end):
            mixed = (mixed ^ np.uint64(data[i])) * np.uint64(1099511628211)  # FNV-1a
        mixed ^= mixed >> np.uint64(29)
        slot = mixed & mask
        while True:
            word = slots[slot]
            if word < 0:
                slots[slot] = size
                hashes[size] = mixed
                place = ends[size]
                for i in range(start, end):
                    kept[place + i - start] = data[i]
                size += 1
                ends[size] = place + end - start
                found[row] = size - 1
                break
            if hashes[word] == mixed and ends[word + 1] - ends[word] == end - start:
                place = ends[word]
                i = start
                while i < end and kept[place + i - start] == data[i]:
                    i += 1
                if i == end:
                    found[row] = word
                    break
            slot = (slot + np.uint64(1)) & mask
    return found, size


@compiled
def _slots(hashes: NDArray[np.uint64], size: int) -> NDArray[np.int32]:
    slots = np.full(size, -1, dtype=np.int32)
    mask = np.uint64(size - 1)
    for word in range(len(hashes)):
        slot = hashes[word] & mask
        while slots[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        slots[slot] = word
    return slots


@compiled
def _seven_bytes(
    data: NDArray[np.uint8], ends: NDArray[np.int64], words: NDArray[np.int64], skip: int
) -> NDArray[np.int64]:
    """Bytes skip..skip+6 of each word as one number of the same order; -1 where the word is over."""
    keys = np.empty(len(words), dtype=np.int64)
    for row in range(len(words)):
        start = ends[words[row]] + skip
        left = ends[words[row] + 1] - start
        if left <= 0:
            keys[row] = -1
            continue
        key = np.uint64(0)
        for i in range(7):  # seven bytes and how many there are: a word that ends sorts before one that goes on
            key = (key << np.uint64(8)) | (np.uint64(data[start + i]) if i < left else np.uint64(0))
        keys[row] = np.int64((key << np.uint64(4)) | np.uint64(min(left, 8)))
    return keys


@compiled
def _gathered(
    data: NDArray[np.uint8], ends: NDArray[np.int64], order: NDArray[np.int64], offsets: NDArray[np.int32]
) -> NDArray[np.uint8]:
    result = np.empty(offsets[-1], dtype=np.uint8)
    for row in range(len(order)):
        start = ends[order[row]]
        for i in range(offsets[row], offsets[row + 1]):
            result[i] = data[start + i - offsets[row]]
    return result
