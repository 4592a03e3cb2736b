"""The map for other tools: GraphML, CSV as Gephi and spreadsheets read it, JSON as graphology reads it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from graphkit.maps.gexf import moment, rows_of, xml_attribute, xml_text
from graphkit.maps.look import look

if TYPE_CHECKING:
    from graphkit.maps.map import Map

NODE_TYPES: Final = {
    "label": "string",
    "full_name": "string",
    "measured": "string",
    "reason": "string",
    "community": "int",
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
    "x": "double",
    "y": "double",
    "size": "double",
}
EDGE_TYPES: Final = {
    "weight": "double",
    "follows": "boolean",
    "acts": "long",
    "first_at": "string",
    "last_at": "string",
}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "\ufeff")


def graphml(drawn: Map) -> str:
    """The map as GraphML: typed attributes, ids as strings, times as UTC text; null is left out."""
    return "\n".join(_graphml(drawn)) + "\n"


def graph_json(drawn: Map) -> str:
    """The map as graphology's serialisation: `attributes`, `nodes` and `edges` with keys."""
    nodes = [{"key": row["id"], "attributes": _kept(row, NODE_TYPES) | _seen(row)} for row in rows_of(drawn)]
    edges = [
        {"key": str(number), "source": row["source"], "target": row["target"], "attributes": _kept(row, EDGE_TYPES)}
        for number, row in enumerate(_timed(drawn))
    ]
    about = {"title": drawn.title, "run": drawn.run.id, "seed": drawn.run.seed, "accounts": drawn.legend.accounts}
    options = {"type": "directed", "multi": False, "allowSelfLoops": False}
    whole = {"options": options, "attributes": about, "nodes": nodes, "edges": edges}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2).decode() + "\n"


def save_csv(drawn: Map, path: Path) -> None:
    """Nodes at `path`, ties in NAME.edges.csv beside it, with the column names that Gephi expects.

    Cells that a spreadsheet would take for a formula get a leading apostrophe; .json and .graphml hold the exact text.
    """
    names = {"id": "Id", "label": "Label", **{column: column for column in NODE_TYPES if column != "label"}}
    path.write_text(_csv(rows_of(drawn), names), encoding="utf-8", newline="")
    ends = {"source": "Source", "target": "Target", "weight": "Weight", "first_at": "Timestamp"}
    kept = {column: column for column in EDGE_TYPES if column not in ends}
    rows = [{"Type": "Directed"} | row for row in _timed(drawn)]
    path.with_suffix(".edges.csv").write_text(_csv(rows, ends | {"Type": "Type"} | kept), encoding="utf-8", newline="")


def safe_cell(value: object) -> object:
    """The value for a spreadsheet: text that would start a formula is marked as text.

    >>> safe_cell("=1+1"), safe_cell(-1), safe_cell("fine")
    ("'=1+1", -1, 'fine')
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _csv(rows: list[dict[str, Any]], columns: Mapping[str, str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns.values())
    writer.writerows([safe_cell(row[column]) for column in columns] for row in rows)
    return out.getvalue()


def _graphml(drawn: Map) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    for kind, types in (("node", NODE_TYPES), ("edge", EDGE_TYPES)):
        for name, type_name in types.items():
            yield f'<key id="{kind[0]}_{name}" for="{kind}" attr.name="{name}" attr.type="{type_name}"/>'
    yield '<graph id="map" edgedefault="directed">'
    for row in rows_of(drawn):
        yield f"<node id={xml_attribute(row['id'])}>"
        yield from _data("n", _kept(row, NODE_TYPES))
        yield "</node>"
    for number, row in enumerate(_timed(drawn)):
        ends = f"source={xml_attribute(row['source'])} target={xml_attribute(row['target'])}"
        yield f'<edge id="e{number}" {ends}>'
        yield from _data("e", _kept(row, EDGE_TYPES))
        yield "</edge>"
    yield "</graph>"
    yield "</graphml>"


def _data(prefix: str, values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        text = str(value).lower() if isinstance(value, bool) else str(value)
        yield f'<data key="{prefix}_{name}">{xml_text(text)}</data>'


def _timed(drawn: Map) -> list[dict[str, Any]]:
    """The ties as rows, times as text."""
    rows = drawn.edges.to_pylist()
    for row in rows:
        for column in ("first_at", "last_at"):
            row[column] = moment(row[column]) if row[column] is not None else None
    return rows


def _kept(row: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    return {name: row[name] for name in columns if not _absent(row[name])}


def _absent(value: object) -> bool:
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def _seen(row: Mapping[str, Any]) -> dict[str, str]:
    drawn_as = look(row["measured"])
    return {"color": drawn_as.colour, "shape": drawn_as.shape}
