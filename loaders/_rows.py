"""Rows gathered object by object, handed over as tables of the contract with times and ids read as everywhere else."""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyarrow as pa

from graphkit.dataset import SCHEMAS, Batch, Refused, conform
from graphkit.sources import documents, values
from graphkit.sources.assemble import IDS, TIMES
from graphkit.sources.files import SourceFile, sample

_ANCHOR = re.compile(r"<a [^>]*>([^<]*)</a>", re.IGNORECASE)


class ShapeError(Exception):
    """An object that is not of the shape its source promises; the message says what is missing."""


@dataclass
class Rows:
    """Rows of all tables, and one place for what must be said about them."""

    tables: defaultdict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    aside: Counter[str] = field(default_factory=Counter)

    def add(self, table: str, **cells: Any) -> None:
        self.tables[table].append({name: cell for name, cell in cells.items() if cell not in (None, "")})

    def mark(self) -> dict[str, int]:
        return {name: len(rows) for name, rows in self.tables.items()}

    def back_to(self, mark: dict[str, int]) -> None:
        """Forget what was added since the mark: a refused object leaves nothing behind."""
        for name, rows in self.tables.items():
            del rows[mark.get(name, 0) :]

    def finished(self) -> tuple[dict[str, pa.Table], Counter[str]]:
        """The tables of the contract; cells that cannot be read are left out and counted."""
        aside = Counter(self.aside)
        done = {name: self._table(name, rows, aside) for name, rows in sorted(self.tables.items()) if rows}
        return done, aside

    def _table(self, name: str, rows: list[dict[str, Any]], aside: Counter[str]) -> pa.Table:
        arrays: dict[str, pa.Array] = {}
        for wanted in SCHEMAS[name]:
            cells = [row.get(wanted.name) for row in rows]
            if wanted.name in TIMES:
                said = values.times(_texts(cells), f"{name}.{wanted.name}")
            elif pa.types.is_integer(wanted.type):
                said = values.counts(_texts(cells))
            elif pa.types.is_list(wanted.type) or pa.types.is_boolean(wanted.type):
                said = values.Converted(pa.array(cells, wanted.type))
            else:
                said = values.convert(wanted.type, _texts(cells), name=wanted.name, is_id=wanted.name in IDS)
            if said.bad is not None:
                aside[f"{name}.{wanted.name} ({said.reason})"] += int(said.bad.sum())
            aside.update(said.aside)
            arrays[wanted.name] = said.values
        return conform(name, pa.table(arrays))


def _texts(cells: Sequence[Any]) -> pa.Array:
    return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())


class Take(Protocol):
    """What a loader does with one object: rows in, or a ShapeError."""

    def __call__(self, said: dict[str, Any], rows: Rows, /, *, line: int) -> None: ...


def batches(file: SourceFile, take: Take, first: int = 0) -> Iterator[Batch]:
    """The objects of a file as batches; an object that is not of the expected shape is refused whole."""
    how = documents.shape(sample(file).text)
    with file.stream() as stream:
        for piece in documents.pieces(stream, how, first):
            yield _batch(piece, take)


def _batch(piece: documents.Piece, take: Take) -> Batch:
    rows, refused = Rows(), list(piece.refused)
    for place, said in enumerate(piece.objects):
        mark = rows.mark()
        try:
            take(said, rows, line=int(piece.lines[place]))
        except (ShapeError, TypeError, AttributeError, KeyError, ValueError) as error:
            rows.back_to(mark)
            detail = (
                str(error) if isinstance(error, ShapeError) else "a part of the object is not of the expected shape"
            )
            refused.append(piece.refuse(place, "json_shape", detail))
    tables, aside = rows.finished()
    everything: tuple[Refused, ...] = tuple(sorted(refused, key=lambda row: (row.line, row.offset)))
    taken = len(piece.objects) + len(piece.refused) - len(everything)
    return Batch(piece.number, taken + len(everything), tables, everything, taken, dict(sorted(aside.items())))


def identifier(said: dict[str, Any], name: str = "id") -> str:
    """The id as text: the `_str` twin first, never a number that went through a float."""
    twin = said.get(f"{name}_str")
    value = twin if twin not in (None, "") else said.get(name)
    if isinstance(value, float):
        raise ShapeError(f"{name} is written as a fraction, so its last digits are lost")
    return "" if value is None or isinstance(value, bool | dict | list) else str(value)


def needed(said: dict[str, Any], name: str = "id") -> str:
    """The id as text; an object without it is refused."""
    value = identifier(said, name)
    if not value:
        raise ShapeError(f"{name} is missing")
    return value


def inner_text(anchor: Any) -> str:
    """The words of an HTML link, or the text as it is."""
    text = str(anchor or "")
    found = _ANCHOR.search(text)
    return html.unescape(found.group(1) if found else text)
