"""A first look at the columns of a sample, the same for every loader of flat tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from graphkit.loaders._guess import known_names

from graphkit.sources import documents
from graphkit.sources.dialects import Sniffed, sniff
from graphkit.sources.files import Sample
from graphkit.sources.records import Dialect
from graphkit.sources.streams import Stream

_PLAIN = Dialect()


def objects(seen: Sample) -> list[dict[str, Any]]:
    """The JSON objects of the sample; none where it is no JSON."""
    how = documents.shape(seen.text)
    if not how:
        return []
    text = seen.text
    return next(documents.pieces(Stream(iter([text])), how)).objects


def names_of(seen: Sample) -> tuple[str, ...]:
    """The names of the columns, or of all keys of the objects."""
    if seen.schema is not None:
        return tuple(seen.schema.names)
    found = sniffed(seen)
    return found.names if found else ()


def sniffed(seen: Sample) -> Sniffed | None:
    """The sample as a table of texts, whatever it was written down in."""
    if seen.schema is not None:
        return _as_table(seen.rows, tuple(seen.schema.names))
    if documents.shape(seen.text):
        rows = objects(seen)
        return _as_table(rows, tuple(sorted({name for row in rows for name in row})))
    return sniff(seen.text, known_names())


def _as_table(rows: tuple[Mapping[str, Any], ...] | list[dict[str, Any]], names: tuple[str, ...]) -> Sniffed:
    cells = tuple(tuple(_cell(row.get(name)) for name in names) for row in rows[:2000])
    return Sniffed(_PLAIN, names, cells, 1.0)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return orjson.dumps(value, default=str).decode()
    return str(value).lower() if isinstance(value, bool) else str(value)
