"""Tables that people open in a spreadsheet: no cell starts a formula, whatever a stranger wrote into a name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "\ufeff")
_ANY: Final = f"^[{''.join(STARTS).replace('-', '')}-]"
_NUMBER: Final = "^[+-]?[0-9.]+$"  # an id such as -17 is a number, and is kept as it is


def safe_cell(value: object) -> object:
    """The value for a spreadsheet: text that would start a formula is marked as text by an apostrophe.

    >>> safe_cell("=1+1"), safe_cell(-1), safe_cell("fine")
    ("'=1+1", -1, 'fine')
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(STARTS) else value


def safe(table: pa.Table) -> pa.Table:
    """The table with an apostrophe before every text that would start a formula; the rest as it was.

    Texts that are numbers stay, so that ids with a sign do.

    >>> safe(pa.table({"id": ["-17", "=1+1", None], "real": [1, 2, 3]}))["id"].to_pylist()
    ['-17', "'=1+1", None]
    """
    for place, (name, column) in enumerate(zip(table.column_names, table.columns, strict=True)):
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            continue
        texts = column.cast(kind)
        starts = pc.match_substring_regex(texts, _ANY)
        if pc.any(starts).as_py():
            marked = pc.and_(starts, pc.invert(pc.match_substring_regex(texts, _NUMBER)))
            quoted = pc.binary_join_element_wise(pa.scalar("'", kind), texts, pa.scalar("", kind))
            table = table.set_column(place, name, pc.if_else(marked, quoted, texts))
    return table


def write_csv(table: pa.Table, path: Path) -> None:
    """Writes the rows as CSV with every text in quotes, so that ids stay text, and none of them a formula."""
    pyarrow.csv.write_csv(safe(table), path)
