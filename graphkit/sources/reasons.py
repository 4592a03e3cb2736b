"""Why a row is refused: a code for programs and a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from graphkit.language import say

REASONS: Final[Mapping[str, str]] = {
    "nul": say("the row holds a NUL byte"),
    "lone_cr": say("the row holds a carriage return that ends no line"),
    "quoting": say("text stands between a closing quote and the next separator"),
    "unclosed_quote": say("a quote is opened and never closed"),
    "line_too_long": say("the row is longer than the settings allow"),
    "encoding": say("the row is not valid UTF-8; where the whole file is in another encoding, name it with --encoding"),
    "columns": say("the row has more or fewer fields than the header"),
    "missing_key": say("a column that must be filled is empty"),
    "rounded_id": say("the id went through a spreadsheet or a float and lost its last digits"),
    "bad_id": say("the id is no text and no whole number"),
    "bad_time": say("the time is in no known form"),
    "bad_number": say("the count is no whole number"),
    "bad_boolean": say("the value is neither true nor false"),
    "bad_list": say("the value is no list of texts"),
    "self_follow": say("the account follows itself"),
    "unknown_kind": say("the row says a relation that the column map does not name"),
    "json": say("the line is no JSON"),
    "json_shape": say("the JSON value is not of the expected shape"),
    "json_duplicate": say("the JSON object names a key twice"),
    "truncated": say("the file ends inside this row or inside its compressed stream"),
    "trailing": say("bytes that stand behind the end of the compressed stream were not read"),
    "corrupt": say("the compressed stream is damaged from here on"),
}

# Rows that are refused although the file is read the right way: they say nothing about a wrong separator or map.
INNOCENT: Final = frozenset({"self_follow"})


def sentence(code: str) -> str:
    """The reason in words, in English: the quarantine is a file that programs read."""
    return str(REASONS[code])
