"""Compiled readers of delimited text: where records and fields begin and end, and what is wrong with a record.

A field is quoted only when its first byte is the quote. A record that is broken by its quotes ends at its first line
break, so one stray quote costs one row and never the rest of the file. What a record is depends on its own bytes
alone, never on where a block was cut.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit  # type: ignore[attr-defined, unused-ignore]
from numpy.typing import NDArray

# What can be wrong with a record, as small numbers; the codes stand in graphkit.sources.reasons.
TROUBLES: Final = ("", "nul", "lone_cr", "quoting", "unclosed_quote", "line_too_long")
_NUL, _CR, _QUOTING, _UNCLOSED, _LONG = 1, 2, 3, 4, 5

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def _line_end(buf: Bytes, i: int, newline: int) -> int:
    n = buf.size
    while i < n and buf[i] != newline:
        i += 1
    return i


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def lex(  # noqa: PLR0913
    buf: Bytes, last: bool, dialect: Any, line: int, begins: Any, ends: Any, doubled: Any, records: Any
) -> tuple[int, int, int, int, bool]:
    """Fill the field and record arrays; gives records, stop, line there, fields, and whether a line is too long.

    `dialect`: separator, quote (-1 none), newline, two comment bytes (-1 none), squeeze blanks (0 or 1), longest record.
    `records`: rows of begin, end, line, first field, trouble. The bytes from `stop` on belong to no complete record.
    """
    sep, quote, newline, remark, remark2, squeeze, longest = dialect
    n, i, nrec, nf = buf.size, 0, 0, 0
    while i < n:
        begin = i
        c = buf[i]
        if c == newline:
            i += 1
            line += 1
            continue
        if c == 13 and newline == 10:
            if i + 1 < n and buf[i + 1] == 10:
                i += 2
                line += 1
                continue
            if i + 1 == n and not last:
                return nrec, begin, line, nf, False
        if c == remark or c == remark2:
            i = _line_end(buf, i, newline)
            if i == n and not last:
                return nrec, begin, line, nf, n - begin > longest
            i += 1
            line += 1
            continue
        first_field, trouble, first_break, lines, done = nf, 0, -1, 0, False
        while not done:
            if squeeze == 1:
                while i < n and (buf[i] == 32 or buf[i] == 9):
                    i += 1
                if nf > first_field:
                    if newline == 10 and i < n and buf[i] == 13 and (i + 1 == n or buf[i + 1] == 10):
                        i += 1
                    if i == n or buf[i] == newline:
                        done = i < n or last
                        break
            b, e, twice = i, i, 0
            if quote >= 0 and i < n and buf[i] == quote:
                b = i + 1
                i = b
                closed = False
                while i < n:
                    c = buf[i]
                    if c == quote:
                        if i + 1 < n and buf[i + 1] == quote:
                            twice = 1
                            i += 2
                            continue
                        closed = True
                        break
                    if c == newline:
                        lines += 1
                        if first_break < 0:
                            first_break = i
                    elif c == 0:
                        trouble = _NUL
                    i += 1
                if not closed or (i + 1 == n and not last):
                    if last or n - begin > longest:
                        trouble = _UNCLOSED
                    break
                e = i
                i += 1
                if i < n and buf[i] == 13 and newline == 10:
                    if i + 1 < n and buf[i + 1] == 10:
                        i += 1
                    elif i + 1 == n:
                        if not last:
                            break
                        i += 1
                if i < n and buf[i] != newline and buf[i] != sep and not (squeeze == 1 and buf[i] == 9):
                    trouble = _UNCLOSED if i - begin > longest else _QUOTING
                    break
            else:
                while i < n:
                    c = buf[i]
                    if c == sep or c == newline or (squeeze == 1 and c == 9):
                        break
                    if c == 0:
                        trouble = _NUL
                    elif c == 13 and newline == 10 and (i + 1 < n and buf[i + 1] != 10) and trouble == 0:
                        trouble = _CR
                    i += 1
                e = i
                if newline == 10 and e > b and buf[e - 1] == 13 and (i < n or last):
                    e -= 1
            begins[nf] = b
            ends[nf] = e
            doubled[nf] = twice
            nf += 1
            if i == n:
                done = last
                break
            if buf[i] == newline:
                done = True
            else:
                i += 1
        broken = trouble == _QUOTING or trouble == _UNCLOSED
        if not done and not broken:
            if n - begin <= longest:
                return nrec, begin, line, first_field, False
            trouble = _UNCLOSED
            broken = True
        if done and i - begin > longest:
            trouble = _UNCLOSED
            broken = True
        if broken:
            nf = first_field
            lines = 0
            i = first_break if first_break >= 0 else _line_end(buf, i, newline)
            if i - begin > longest or (i == n and not last):
                if i == n and not last:
                    return nrec, begin, line, nf, n - begin > longest
                trouble = _LONG
        records[nrec, 0] = begin
        records[nrec, 1] = i
        records[nrec, 2] = line
        records[nrec, 3] = first_field
        records[nrec, 4] = trouble
        nrec += 1
        line += lines + 1
        i += 1
    return nrec, min(i, n), line, nf, False


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def measure(begins: Any, ends: Any, doubled: Any, fields: Ints, quote: int, buf: Bytes, trim: bool) -> Any:
    """The begin of each field and the offsets that its text will have; trimmed of blanks where asked."""
    offsets = np.zeros(fields.size + 1, np.int32)
    starts = np.empty(fields.size, np.int32)
    for k in range(fields.size):
        f = fields[k]
        b, e = begins[f], ends[f]
        if trim:
            while b < e and buf[b] <= 32:
                b += 1
            while e > b and buf[e - 1] <= 32:
                e -= 1
        starts[k] = b
        length = e - b
        if doubled[f]:
            i = b
            while i < e:
                if buf[i] == quote:
                    length -= 1
                    i += 1
                i += 1
        offsets[k + 1] = offsets[k] + length
    return starts, offsets


@njit(cache=True)  # type: ignore[untyped-decorator, unused-ignore]
def copy(starts: Any, offsets: Any, doubled: Any, fields: Ints, quote: int, buf: Bytes) -> Any:
    """The texts of the fields, one behind the other."""
    out = np.empty(offsets[-1], np.uint8)
    for k in range(fields.size):
        at, i = offsets[k], starts[k]
        if doubled[fields[k]]:
            while at < offsets[k + 1]:
                out[at] = buf[i]
                i += 2 if buf[i] == quote else 1
                at += 1
        else:
            for j in range(offsets[k + 1] - at):
                out[at + j] = buf[i + j]
    return out
