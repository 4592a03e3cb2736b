"""What a format cannot carry: said for each, and counted on the very map that was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.language import listed, say, told
from graphkit.maps.formats.spreadsheets import safe_cell
from graphkit.maps.formats.xml import UNWRITABLE

if TYPE_CHECKING:
    from graphkit.maps.map import Map

LISTS: Final = say("Lists are written as one text: the findings of an account are their ids, divided by blanks.")
_TEXTS: Final = ("id", "name", "full_name", "reason")


def losses(drawn: Map, suffix: str) -> tuple[str, ...]:
    """What a file of this suffix does not say of the map, each in a sentence; empty where it says everything."""
    found = [_not_drawn(drawn), *_OF.get(suffix, lambda _: [])(drawn)]
    return tuple(told(loss) for loss in found if loss)


def _not_drawn(drawn: Map) -> str:
    accounts, ties = drawn.legend.accounts - drawn.nodes.num_rows, drawn.legend.ties - drawn.edges.num_rows
    if accounts + ties == 0:
        return ""
    return say("Accounts of the network not on this map: {accounts}; ties: {ties}.", accounts=accounts, ties=ties)


def _of_gexf(drawn: Map) -> Iterator[str]:
    yield from _of_xml(drawn)
    hollow = pc.sum(pc.equal(drawn.nodes["label"], "unknown")).as_py() or 0
    yield say("Hollow circles that became discs, for the format has no hollow shape: {count}.", count=hollow)
    yield LISTS
    yield say(
        "A tie has its first time as its start and its last as the attribute last_at, not every act between them."
    )


def _of_graphml(drawn: Map) -> Iterator[str]:
    yield from _of_xml(drawn)
    yield LISTS
    yield say("Times are text in UTC: the format has no type for them. Colours and shapes are not written.")
    odd = sum("&" in name for name in drawn.nodes["id"].to_pylist())
    if odd:
        yield say("Ids that hold &, which igraph reads as &#38;: {count}.", count=odd)


def _of_xml(drawn: Map) -> Iterator[str]:
    odd = sum(1 for name in _TEXTS for text in drawn.nodes[name].drop_null().to_pylist() if UNWRITABLE.search(text))
    if odd:
        yield say("Texts with signs that XML cannot hold; each became U+FFFD: {count}.", count=odd)


def _of_csv(drawn: Map) -> Iterator[str]:
    texts = (text for name in _TEXTS for text in drawn.nodes[name].drop_null().to_pylist())
    marked = sum(1 for text in texts if safe_cell(text) != text)
    if marked:
        yield say("Cells that would start a formula and got a leading apostrophe: {count}.", count=marked)
    yield say(
        "Nothing says which cells are text: a spreadsheet may cut long ids, so import the columns of ids as text."
    )
    yield say("Null and empty look alike; colours and shapes are not written.")
    yield LISTS


def _of_json(drawn: Map) -> Iterator[str]:
    beyond = [name for name, column in zip(drawn.nodes.column_names, drawn.nodes.columns, strict=True) if _wide(column)]
    if beyond:
        yield say("Columns with numbers above 2^53, which lose digits in JavaScript: {names}.", names=listed(beyond))
    yield say("Times are text in UTC.")


def _wide(column: pa.ChunkedArray) -> bool:
    return pa.types.is_integer(column.type) and (pc.max(pc.abs(column)).as_py() or 0) > 2**53


def _of_picture(drawn: Map) -> Iterator[str]:
    yield say("A picture holds the widest accounts and their strongest ties, and no ids.")


_OF: Final[dict[str, Callable[[Map], Iterator[str]]]] = {
    ".gexf": _of_gexf,
    ".graphml": _of_graphml,
    ".csv": _of_csv,
    ".json": _of_json,
    ".cyjs": _of_json,
    **dict.fromkeys((".png", ".svg", ".pdf"), _of_picture),
}
