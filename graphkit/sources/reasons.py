"""Why a row is refused: a code for programs and a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

REASONS: Final[Mapping[str, str]] = {
    "nul": "the row holds a NUL byte",
    "lone_cr": "the row holds a carriage return that ends no line",
    "quoting": "text stands between a closing quote and the next separator",
    "unclosed_quote": "a quote is opened and never closed",
    "line_too_long": "the row is longer than the settings allow",
    "encoding": "the row is not valid UTF-8; where the whole file is in another encoding, name it with --encoding",
    "columns": "the row has more or fewer fields than the header",
    "missing_key": "a column that must be filled is empty",
    "rounded_id": "the id went through a spreadsheet or a float and lost its last digits",
    "bad_id": "the id is no text and no whole number",
    "bad_time": "the time is in no known form",
    "bad_number": "the count is no whole number",
    "bad_boolean": "the value is neither true nor false",
    "bad_list": "the value is no list of texts",
    "self_follow": "the account follows itself",
    "unknown_kind": "the row says a relation that the column map does not name",
    "json": "the line is no JSON",
    "json_shape": "the JSON value is not of the expected shape",
    "json_duplicate": "the JSON object names a key twice",
    "truncated": "the file ends inside this row or inside its compressed stream",
    "trailing": "bytes that stand behind the end of the compressed stream were not read",
    "corrupt": "the compressed stream is damaged from here on",
}

# Rows that are refused although the file is read the right way: they say nothing about a wrong separator or map.
INNOCENT: Final = frozenset({"self_follow"})


def sentence(code: str) -> str:
    """The reason in words."""
    return REASONS[code]
