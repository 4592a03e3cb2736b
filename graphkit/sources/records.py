"""Delimited text cut into blocks of whole records, with the place of every record in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit.dataset import Refused
from graphkit.settings import defaults
from graphkit.sources import lexer
from graphkit.sources.reasons import sentence
from graphkit.sources.streams import Stream

BEGIN, END, LINE, FIELD, TROUBLE = range(5)
NAMES: Final = {"\t": "tab", ",": "comma", ";": "semicolon", " ": "blank", "|": "bar"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written down."""

    separator: str = ","
    quote: str = '"'  # empty: quotes mean nothing
    newline: str = "\n"  # also ends lines that end in CR LF
    comment: str = ""  # first bytes of lines that are no rows, at most two of them
    header: bool = True
    squeeze: bool = False  # runs of blanks and tabs count as one separator

    def numbers(self) -> tuple[int, ...]:
        remark = [ord(mark) for mark in self.comment[:2]] + [-1, -1]
        quote = ord(self.quote) if self.quote else -1
        ends = (ord(self.separator), quote, ord(self.newline), remark[0], remark[1])
        return (*ends, int(self.squeeze), defaults().loading.longest_line)


@dataclass(frozen=True, slots=True)
class Block:
    """The records of one stretch of text; `records` has a row for each: begin, end, line, first field, trouble."""

    number: int
    text: bytes
    offset: int  # of text[0] in the stream
    records: NDArray[np.int64]
    begins: NDArray[np.int32]
    ends: NDArray[np.int32]
    doubled: NDArray[np.uint8]
    beyond: tuple[Refused, ...] = ()  # a last record that was too long to hold, or that the stream cut off

    def widths(self) -> NDArray[np.int64]:
        """How many fields each record has."""
        firsts = self.records[:, FIELD]
        return np.diff(firsts, append=self.begins.size)

    def raw(self, record: int) -> bytes:
        begin, end = self.records[record, BEGIN], self.records[record, END]
        return self.text[begin:end][: defaults().loading.raw_bytes_kept]

    def refused(self, record: int, reason: str, detail: str = "") -> Refused:
        """The record as a refused row."""
        row = self.records[record]
        return Refused(
            int(row[LINE]), self.offset + int(row[BEGIN]), reason, detail or sentence(reason), self.raw(record)
        )

    def texts(self, column: int, rows: NDArray[np.int64], *, quote: str = '"', trim: bool = False) -> pa.StringArray:
        """One column of the given records as text; an empty field is null."""
        fields = self.records[rows, FIELD] + column
        mark, buffer = ord(quote) if quote else -1, np.frombuffer(self.text, np.uint8)
        starts, offsets = lexer.measure(self.begins, self.ends, self.doubled, fields, mark, buffer, trim)
        data = lexer.copy(starts, offsets, self.doubled, fields, mark, buffer)
        filled = np.packbits(np.diff(offsets) > 0, bitorder="little")
        buffers = [pa.py_buffer(filled), pa.py_buffer(offsets), pa.py_buffer(data)]
        return pa.Array.from_buffers(pa.string(), len(rows), buffers)


@dataclass
class Cutter:
    """Cuts a stream into blocks; where it cuts depends on the bytes and the size alone."""

    stream: Stream
    dialect: Dialect
    size: int = field(default_factory=lambda: defaults().loading.batch_bytes)
    longest: int = field(default_factory=lambda: defaults().loading.longest_line)

    def blocks(self) -> Iterator[Block]:
        """All blocks from the beginning; a file without records gives one block without records."""
        carry, offset, line, number, last = b"", 0, 1, 0, False
        while not last:
            text = carry + self.stream.read(self.size - len(carry))
            last = len(text) < self.size
            block, stop, line, long = self._lexed(text, last, number=number, offset=offset, line=line)
            while not (stop or last or long):  # a record longer than a block
                more = self.stream.read(len(text))
                last, text = len(more) < len(text), text + more
                block, stop, line, long = self._lexed(text, last, number=number, offset=offset, line=line)
            if long:
                refused, carry, skipped, last = self._discard(text[stop:], offset + stop, line)
                line += 1
                yield _with(block, (refused,))
                offset += stop + skipped
            else:
                carry = text[stop:]
                offset += stop
                yield self._closed(block, line) if last and self.stream.trouble.reason else block
            number += 1

    def _lexed(self, text: bytes, last: bool, *, number: int, offset: int, line: int) -> tuple[Block, int, int, bool]:
        most = text.count(self.dialect.separator.encode()) + text.count(self.dialect.newline.encode()) + 2
        if self.dialect.squeeze:
            most += text.count(b"\t")
        begins, ends, doubled = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most, np.uint8)
        records = np.empty((text.count(self.dialect.newline.encode()) + 2, 5), np.int64)
        marks = (*self.dialect.numbers()[:-1], self.longest)
        found = lexer.lex(np.frombuffer(text, np.uint8), last, marks, line, begins, ends, doubled, records)
        rows, stop, line, fields, long = found
        block = Block(number, text, offset, records[:rows], begins[:fields], ends[:fields], doubled[:fields])
        return block, stop, line, long

    def _discard(self, head: bytes, offset: int, line: int) -> tuple[Refused, bytes, int, bool]:
        """Skip a line that is too long to hold; gives its refusal, what was read after it, its length, and the end."""
        skipped, end, newline = 0, -1, self.dialect.newline.encode()
        piece = head
        while piece and (end := piece.find(newline)) < 0:
            skipped += len(piece)
            piece = self.stream.read(self.size)
        skipped += end + 1 if piece else 0
        most = f"more than {self.longest:,} bytes in one line; see loading.longest_line in the settings"
        refused = Refused(line, offset, "line_too_long", most, head[: defaults().loading.raw_bytes_kept])
        return refused, piece[end + 1 :] if piece else b"", skipped, not piece

    def _closed(self, block: Block, line: int) -> Block:
        """The last block of a stream that broke off: its last row cannot be trusted when no line break ends it."""
        trouble, count = self.stream.trouble, len(block.records)
        whole = trouble.reason == "trailing"  # the stream itself came to its end
        ended = whole or block.text.endswith(self.dialect.newline.encode()) or not count
        if ended:
            cut = Refused(line, block.offset + len(block.text), trouble.reason, trouble.detail, b"")
            return _with(block, (cut,))
        cut = block.refused(count - 1, trouble.reason, trouble.detail)
        kept = int(block.records[count - 1, FIELD])
        shorter: dict[str, Any] = {
            "records": block.records[:-1],
            "begins": block.begins[:kept],
            "ends": block.ends[:kept],
        }
        return _with(block, (cut,), **shorter, doubled=block.doubled[:kept])


def _with(block: Block, beyond: tuple[Refused, ...], **changes: Any) -> Block:
    from dataclasses import replace

    return replace(block, beyond=beyond, **changes)
