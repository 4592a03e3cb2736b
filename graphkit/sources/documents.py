"""JSON in all its shapes, as pieces of objects with their places: one object a line, one big array, or page after page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import orjson
from numba import njit  # type: ignore[attr-defined, unused-ignore]
from numpy.typing import NDArray

from graphkit.dataset import Refused
from graphkit.settings import defaults
from graphkit.sources import lexer
from graphkit.sources.reasons import sentence
from graphkit.sources.records import BEGIN, END, LINE, TROUBLE, Block, Cutter, Dialect
from graphkit.sources.streams import Stream

LINES, ARRAY, DOCUMENTS = "lines", "array", "documents"
_NO_SEPARATOR: Final = "\x1e"  # cannot stand in JSON, so a line is one field


def shape(text: bytes) -> str:
    """How JSON objects stand in a text: lines, array, documents; empty where it is no JSON."""
    start = text.lstrip()
    if start[:1] == b"[":
        inside = start[1:].lstrip()[:1]
        return ARRAY if inside in (b"{", b"[", b"]") else ""
    if start[:1] != b"{" or start[1:].lstrip()[:1] not in (b'"', b"}"):
        return ""
    line = start.split(b"\n", 1)[0].strip()
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return LINES if line.endswith(b"}") and len(line) > 2 else DOCUMENTS
    return LINES


@dataclass(frozen=True, slots=True)
class Piece:
    """The objects of one stretch of a file, and the stretches of it that are none."""

    number: int
    objects: list[dict[str, Any]]
    lines: NDArray[np.int64]
    offsets: NDArray[np.int64]
    spans: list[bytes]  # the text of each object
    refused: list[Refused] = field(default_factory=list)

    def refuse(self, row: int, reason: str, detail: str) -> Refused:
        raw = self.spans[row][: defaults().loading.raw_bytes_kept]
        return Refused(int(self.lines[row]), int(self.offsets[row]), reason, detail, raw)


def pieces(stream: Stream, how: str, first: int = 0) -> Iterator[Piece]:
    """The objects of a stream, a batch at a time, from piece `first` on."""
    limits = defaults()
    if how == LINES:
        dialect = Dialect(_NO_SEPARATOR, "", header=False)
        size, longest = limits.loading.batch_json_bytes, limits.loading.longest_line
        blocks = Cutter(stream, dialect, size, longest).blocks()
    else:
        blocks = _elements(stream, how)
    for block in blocks:
        if block.number >= first:
            yield _piece(block)


def _piece(block: Block) -> Piece:
    objects, spans, lines, offsets, refused = [], [], [], [], list(block.beyond)
    for record in range(len(block.records)):
        row = block.records[record]
        text = block.text[row[BEGIN] : row[END]].strip()
        said, code, detail = _object(text) if row[TROUBLE] in (0, 2) else (None, lexer.TROUBLES[row[TROUBLE]], "")
        if said is None:
            refused.append(block.refused(record, code, detail))
            continue
        objects.append(said)
        spans.append(text)
        lines.append(int(row[LINE]))
        offsets.append(block.offset + int(row[BEGIN]))
    return Piece(block.number, objects, np.array(lines, np.int64), np.array(offsets, np.int64), spans, refused)


def _object(text: bytes) -> tuple[dict[str, Any] | None, str, str]:
    """The object that a text says, or the reason why it says none."""
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if not _is_utf8(text):
            return None, "encoding", ""
        return None, "json", f"no JSON: {str(error).split(': line')[0]}"
    except RecursionError:
        return None, "json", "no JSON that can be read: it is nested too deep"
    if not isinstance(said, dict):
        return None, "json_shape", f"a JSON {type(said).__name__} where an object is expected"
    flat = not any(isinstance(value, dict | list) for value in said.values())
    if flat and text.count(b'":') != len(said) and _repeats(text):
        return None, "json_duplicate", ""
    return said, "", ""


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


class _RepeatedKeyError(Exception):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) < len(pairs):
        raise _RepeatedKeyError
    return said


def _repeats(text: bytes) -> bool:
    """Whether any object of the text names a key twice; asked only where the quick count leaves it open."""
    if len(text) > 65_536:
        return False
    try:
        json.loads(text, object_pairs_hook=_once)
    except _RepeatedKeyError:
        return True
    except (ValueError, RecursionError):
        return False
    return False


# ---------------------------------------------------------------- arrays and documents


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def _split(buf: Any, i: int, line: int, last: bool, records: Any) -> tuple[int, int, int]:
    """Fill in the begin, end and line of each value; gives how many, where the rest begins, and its line."""
    n, count = buf.size, 0
    while i < n and count < records.shape[0]:
        c = buf[i]
        if c == 10:
            line += 1
        if c <= 32 or c == 44 or c == 93:
            i += 1
            continue
        begin, began, depth, quoted = i, line, 0, False
        while i < n:
            c = buf[i]
            if c == 10:
                line += 1
            if quoted:
                if c == 92:
                    i += 1
                elif c == 34:
                    quoted = False
            elif c == 34:
                quoted = True
            elif c == 123 or c == 91:
                depth += 1
            elif c == 125 or c == 93:
                depth -= 1
                if depth <= 0:
                    break
            elif c == 44 and depth == 0:
                i -= 1
                break
            i += 1
        if i >= n and not last:
            return count, begin, began
        records[count, 0] = begin
        records[count, 1] = min(i + 1, n)
        records[count, 2] = began
        records[count, 3] = 0
        records[count, 4] = 0
        count += 1
        i += 1
    return count, i, line


def _elements(stream: Stream, how: str) -> Iterator[Block]:
    size, longest = defaults().loading.batch_json_bytes, defaults().sources.longest_document
    none = np.zeros(0, np.int32)
    offset, line, number = 0, 1, 0
    carry = stream.read(size)
    last = len(carry) < size
    start = carry.find(b"[") + 1 if how == ARRAY else 0
    line += carry.count(b"\n", 0, start)
    while True:
        text = carry
        records = np.empty((text.count(b",") + text.count(b"\n") + text.count(b"}") + 2, 5), np.int64)
        count, stop, after = _split(np.frombuffer(text, np.uint8), start, line, last, records)
        if not count and not last and len(text) <= longest:
            more = stream.read(len(text) or size)
            last = len(more) < (len(text) or size)
            carry = text + more
            continue
        block = Block(number, text, offset, records[:count], none, none, np.zeros(0, np.uint8))
        if last or not count:
            if how == ARRAY and last and not stream.trouble.reason and not text.rstrip().endswith(b"]"):
                stream.trouble.reason, stream.trouble.detail = "truncated", "the JSON array is never closed"
            yield _ended(block, stream, stop, line=after, last=last)
            return
        yield block
        number, offset, line, start = number + 1, offset + stop, after, 0
        carry = text[stop:]
        more = stream.read(max(size - len(carry), 1))
        last = len(more) < max(size - len(carry), 1)
        carry += more


def _ended(block: Block, stream: Stream, stop: int, *, line: int, last: bool) -> Block:
    """The last block: what is cut off or too long is refused, in one row."""
    from dataclasses import replace

    trouble = stream.trouble
    if not last:
        most = f"a JSON value of more than {defaults().sources.longest_document:,} bytes; what follows it is not read"
        raw = block.text[stop:][: defaults().loading.raw_bytes_kept]
        return replace(block, beyond=(Refused(line, block.offset + stop, "line_too_long", most, raw),))
    if trouble.reason:
        place = block.offset + len(block.text)
        return replace(
            block, beyond=(Refused(line, place, trouble.reason, trouble.detail or sentence(trouble.reason), b""),)
        )
    return block
