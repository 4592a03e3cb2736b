"""How a delimited text is written down: separator, quotes, comments and header, found by trying."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np

from graphkit.errors import DataError
from graphkit.language import say
from graphkit.settings import defaults
from graphkit.sources.records import TROUBLE, Block, Cutter, Dialect
from graphkit.sources.streams import Stream

_SEPARATORS: Final = ("\t", ",", ";", "|", " ")
_BARE: Final = ("\t", "|")  # tables with these are often written without any quoting
_LOOKED_AT: Final = 2_000
_NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")
_DATE: Final = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})\b.*")


@dataclass(frozen=True, slots=True)
class Sniffed:
    """The dialect of a text with its column names and first rows."""

    dialect: Dialect
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    share: float  # of records that have as many fields as there are columns
    remark: str = ""  # the comment lines at the head, in lower case

    def column(self, name: str) -> list[str]:
        place = self.names.index(name)
        return [row[place] for row in self.rows]


@lru_cache(maxsize=4)  # every loader looks at the same sample
def sniff(text: bytes, known: frozenset[str] = frozenset()) -> Sniffed | None:
    """The dialect under which most rows have the same number of fields; `known` words make a first row a header."""
    newline = "\n" if b"\n" in text or b"\r" not in text else "\r"
    first = text.lstrip()[:1]
    comment = first.decode() if first in (b"#", b"%") and _is_remark(text, newline, known) else ""
    best: tuple[float, int, Dialect, list[tuple[str, ...]]] | None = None
    for separator in _SEPARATORS:
        for quote in ('"', "") if separator in _BARE else ('"',):
            dialect = Dialect(separator, quote, newline, comment, header=False, squeeze=separator == " ")
            rows, broken = _rows(text, dialect)
            if not rows or (separator in _BARE and quote and broken > 0.01 * len(rows) and len(rows) > 20):
                continue
            width, agree = Counter(map(len, rows)).most_common(1)[0]
            score = agree / (len(rows) + (broken if quote else 0)) if width > 1 else 0.0
            if separator == " " and score < 0.95:
                score = 0.0
            if best is None or round(score, 2) > best[0]:
                best = round(score, 2), width, dialect, rows
            break
    if best is None:
        return None
    share, width, dialect, rows = best
    most = defaults().sources.most_columns
    if max(width, len(rows[0])) > most:
        raise DataError(
            say(
                "a row has {width} columns; at most {most} are read. Check the separator.",
                width=max(width, len(rows[0])),
                most=most,
            )
        )
    if share < 0.5:
        dialect = replace(dialect, separator=",", squeeze=False)
        rows = _rows(text, dialect)[0]
    remark = _remark(text, dialect) if comment else ""
    return replace(_with_header(dialect, rows, share, known), remark=remark)


def _remark(text: bytes, dialect: Dialect) -> str:
    lines = text[:8_192].decode("utf-8", "replace").lower().split(dialect.newline)
    return "\n".join(line for line in lines if line.startswith(dialect.comment))


def _is_remark(text: bytes, newline: str, known: Collection[str]) -> bool:
    """Whether a first line that begins with a mark is a comment, and not a header such as "#posts,#followers"."""
    lines = text.lstrip().split(newline.encode(), 1)
    cells = re.split(r"[,\t;|]", lines[0].decode("utf-8", "replace").strip())
    return len(lines) > 1 and not any(
        normal(cell) in known for cell in (*cells, cells[0].lstrip("#% ")) if len(cells) > 1
    )


def _rows(text: bytes, dialect: Dialect) -> tuple[list[tuple[str, ...]], int]:
    block = next(Cutter(Stream(iter([text])), dialect, size=max(len(text) + 1, 2)).blocks())
    fine = np.flatnonzero(block.records[:, TROUBLE] == 0)[:_LOOKED_AT]
    widths = block.widths()
    rows = [cells(block, int(row), int(widths[row]), quote=dialect.quote) for row in fine]
    return rows, int((block.records[:, TROUBLE] != 0).sum())


def cells(block: Block, record: int, width: int, *, quote: str) -> tuple[str, ...]:
    """The fields of one record as text."""
    begin = int(block.records[record, 3])
    texts = (
        block.text[b:e]
        for b, e in zip(block.begins[begin : begin + width], block.ends[begin : begin + width], strict=True)
    )
    plain = (text.decode("utf-8", "replace").strip() for text in texts)
    return tuple(text.replace(quote * 2, quote) if quote else text for text in plain)


def _with_header(dialect: Dialect, rows: list[tuple[str, ...]], share: float, known: Collection[str]) -> Sniffed:
    first, rest = rows[0], rows[1:]
    width = Counter(map(len, rest or rows)).most_common(1)[0][0]
    has = len(first) in (width, width - 1) and _is_header(first, rest, known)
    names = unique(("", *first) if has and len(first) == width - 1 and rest else first) if has else numbered(width)
    even = tuple(row for row in (rest if has else rows) if len(row) == len(names))
    return Sniffed(replace(dialect, header=has), names, even, share)


def _is_header(first: tuple[str, ...], rest: list[tuple[str, ...]], known: Collection[str]) -> bool:
    if any(_NUMBER.fullmatch(cell) or _DATE.fullmatch(cell) for cell in first if cell) or not any(first):
        return False
    if any(normal(cell) in known or normal(cell.lstrip("#% ")) in known for cell in first):
        return True
    looked = rest[:200]
    for place in range(len(first)):
        below = [row[place] for row in looked if len(row) > place and row[place]]
        if below and any(all(form.fullmatch(other) for other in below) for form in (_NUMBER, _DATE)):
            return True
    return False


def normal(name: str) -> str:
    """A column name without case, accents, blanks and punctuation: "Takipçi Sayısı" and "takipciSayisi" are one."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip()).replace("ı", "i")
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", split) if not unicodedata.combining(letter))
    return re.sub(r"[^\w#@]+", "_", plain).strip("_").lower()


def numbered(width: int) -> tuple[str, ...]:
    """Names for the columns of a file without a header."""
    return tuple(f"column_{place + 1}" for place in range(width))


def unique(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names with a number behind every repetition, so that each column can be said."""
    seen: Counter[str] = Counter()
    out = []
    for place, name in enumerate(names):
        said = name.strip() or f"column_{place + 1}"
        seen[said] += 1
        out.append(said if seen[said] == 1 else f"{said}_{seen[said]}")
    return tuple(out)
