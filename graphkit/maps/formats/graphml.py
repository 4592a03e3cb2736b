"""GraphML for igraph, networkx and Gephi: typed attributes, ids as strings, times as UTC text; null is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.maps.formats.columns import EDGE_COLUMNS, NODE_COLUMNS, PLACED, edge_columns, node_columns
from graphkit.maps.formats.xml import as_text, attributes, joined, optional, texts

if TYPE_CHECKING:
    from graphkit.maps.map import Map

_NODES: Final = ("label", *NODE_COLUMNS, *PLACED)
_EDGES: Final = ("weight", *EDGE_COLUMNS)
_TYPES: Final = {pa.types.is_floating: "double", pa.types.is_integer: "long", pa.types.is_boolean: "boolean"}


def graphml(drawn: Map) -> str:
    """The map as GraphML."""
    nodes, edges = node_columns(drawn), edge_columns(drawn)
    number = pa.array(np.arange(edges.num_rows)).cast(pa.string())
    ends = [attributes(edges[name]) for name in ("source", "target")]
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        *_keys("node", nodes, _NODES),
        *_keys("edge", edges, _EDGES),
        '<graph id="map" edgedefault="directed">',
        *joined("<node id=", attributes(nodes["id"]), ">", _data(nodes, _NODES), "</node>").to_pylist(),
        *joined(
            joined('<edge id="e', number, '" source=', ends[0], " target=", ends[1], ">"),
            _data(edges, _EDGES),
            "</edge>",
        ).to_pylist(),
        "</graph>",
        "</graphml>",
    ]
    return "\n".join(parts) + "\n"


def _keys(kind: str, table: pa.Table, names: tuple[str, ...]) -> list[str]:
    fields = [(name, table.schema.field(name).type) for name in names]
    types = [next((said for fits, said in _TYPES.items() if fits(arrow)), "string") for _, arrow in fields]
    return [
        f'<key id="{kind[0]}_{name}" for="{kind}" attr.name="{name}" attr.type="{said}"/>'
        for name, said in zip(names, types, strict=True)
    ]


def _data(table: pa.Table, names: tuple[str, ...]) -> pa.Array:
    prefix = "n" if "id" in table.column_names else "e"
    written = []
    for name in names:
        text = as_text(table[name])
        text = pc.if_else(pc.equal(text, ""), None, text)
        written.append(optional(f'<data key="{prefix}_{name}">', texts(text), "</data>"))
    return joined(*written)
