"""GEXF 1.3 for Gephi: attributes with types, ids as strings, places, looks, and ties with their time."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa

from graphkit.maps.look import look

if TYPE_CHECKING:
    from graphkit.maps.map import Map

NODE_COLUMNS: Final = {
    "full_name": "string",
    "measured": "string",
    "reason": "string",
    "community": "integer",
    "role": "string",
    "tier": "string",
    "findings": "string",
    "p_bot": "double",
    "p_ring": "double",
    "p_pod": "double",
    "p_compromised": "double",
    "authentic": "double",
    "followers": "long",
    "seen": "long",
    "real": "long",
    "real_low": "long",
    "real_high": "long",
    "moved": "double",
}
EDGE_COLUMNS: Final = {"follows": "boolean", "acts": "long", "last_at": "string"}

_PLAIN: Final = re.compile(r"[\w .:@/,+-]*", re.ASCII)  # nothing in it needs care: nearly every value
# XML 1.0 has no way to write these at all.
_UNWRITABLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def gexf(drawn: Map) -> str:
    """The map as a GEXF 1.3 document; the date in it is that of the run."""
    return "\n".join(_document(drawn)) + "\n"


def xml_text(value: str) -> str:
    """Text as XML may carry it: markup escaped, what XML cannot hold replaced by U+FFFD."""
    if _PLAIN.fullmatch(value):
        return value
    return escape(_UNWRITABLE.sub("\ufffd", value))


def xml_attribute(value: str) -> str:
    """A quoted attribute value; line ends and tabs survive as references."""
    if _PLAIN.fullmatch(value):
        return f'"{value}"'
    return quoteattr(_UNWRITABLE.sub("\ufffd", value), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def moment(milliseconds: int) -> str | None:
    """A time as xs:dateTime in UTC; None outside the calendar."""
    if not -62_135_596_800_000 <= milliseconds < 253_402_300_800_000:
        return None
    whole, rest = divmod(milliseconds, 1000)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z".replace(".000Z", "Z")


def rows_of(drawn: Map) -> list[dict[str, Any]]:
    """The nodes as rows for other tools, which call a name `label`: what was measured is `measured` there."""
    ids = [finding.id for finding in drawn.legend.findings]
    rows = drawn.nodes.to_pylist()
    for row in rows:
        row["measured"], row["label"] = row["label"], row.pop("name")
        row["findings"] = " ".join(ids[number] for number in row["findings"] if number < len(ids))
    return rows


def _document(drawn: Map) -> Iterator[str]:
    day = (moment(drawn.run.at) or "1970-01-01")[:10]
    legend = drawn.legend
    told = (
        f"{drawn.title}. {drawn.nodes.num_rows:,} of {legend.accounts:,} accounts, {drawn.edges.num_rows:,} of "
        f"{legend.ties:,} ties; {legend.coverage}. {legend.tie_rule} Run {drawn.run.id}, seed {drawn.run.seed}."
    )
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">'
    yield f'<meta lastmodifieddate="{day}">'
    yield f"<creator>graphkit {xml_text(drawn.run.version)}</creator>"
    yield f"<description>{xml_text(told)}</description>"
    yield "</meta>"
    yield _graph_tag(drawn.edges)
    yield from _declared("node", NODE_COLUMNS)
    yield from _declared("edge", EDGE_COLUMNS)
    yield f'<nodes count="{drawn.nodes.num_rows}">'
    for row in rows_of(drawn):
        yield from _node(row)
    yield "</nodes>"
    yield f'<edges count="{drawn.edges.num_rows}">'
    for number, row in enumerate(drawn.edges.to_pylist()):
        yield from _edge(number, row)
    yield "</edges>"
    yield "</graph>"
    yield "</gexf>"


def _graph_tag(edges: pa.Table) -> str:
    timed = edges["first_at"].null_count < edges.num_rows
    # "date" and not "dateTime": networkx knows no other word for it, and Gephi reads both alike.
    mode = 'mode="dynamic" timeformat="date" timerepresentation="interval"' if timed else 'mode="static"'
    return f'<graph defaultedgetype="directed" idtype="string" {mode}>'


def _declared(kind: str, columns: dict[str, str]) -> Iterator[str]:
    yield f'<attributes class="{kind}" mode="static">'
    for name, type_name in columns.items():
        yield f'<attribute id="{name}" title="{name}" type="{type_name}"/>'
    yield "</attributes>"


def _node(row: dict[str, Any]) -> Iterator[str]:
    drawn_as = look(row["measured"])
    red, green, blue = (int(drawn_as.colour[place : place + 2], 16) for place in (1, 3, 5))
    yield f"<node id={xml_attribute(row['id'])} label={xml_attribute(row['label'])}>"
    yield from _values(row, NODE_COLUMNS)
    yield f'<viz:color r="{red}" g="{green}" b="{blue}"/>'
    yield f'<viz:position x="{row["x"]}" y="{row["y"]}"/>'
    yield f'<viz:size value="{row["size"]}"/>'
    yield f'<viz:shape value="{drawn_as.elsewhere}"/>'
    yield "</node>"


def _edge(number: int, row: dict[str, Any]) -> Iterator[str]:
    began = moment(row["first_at"]) if row["first_at"] is not None else None
    start = f' start="{began}"' if began else ""
    ends = f"source={xml_attribute(row['source'])} target={xml_attribute(row['target'])}"
    yield f'<edge id="{number}" {ends} weight="{row["weight"]}"{start}>'
    last = moment(row["last_at"]) if row["last_at"] is not None else None
    yield from _values(row | {"last_at": last}, EDGE_COLUMNS)
    yield "</edge>"


def _values(row: dict[str, Any], columns: dict[str, str]) -> Iterator[str]:
    yield "<attvalues>"
    for name in columns:
        value = row[name]
        if value is None or value == "" or (isinstance(value, float) and not math.isfinite(value)):
            continue
        text = str(value).lower() if isinstance(value, bool) else str(value)
        yield f'<attvalue for="{name}" value={xml_attribute(text)}/>'
    yield "</attvalues>"
