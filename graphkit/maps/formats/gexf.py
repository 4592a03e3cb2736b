"""GEXF 1.3 for Gephi: attributes with types, ids as strings, places, looks, and each tie for itself with its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graphkit.maps.formats.columns import EDGE_COLUMNS, NODE_COLUMNS, edge_columns, moments, node_columns
from graphkit.maps.formats.xml import as_text, attributes, joined, optional, xml_text
from graphkit.maps.look import LOOKS
from graphkit.maps.messages import said

if TYPE_CHECKING:
    from graphkit.maps.map import Map

STATIC: Final = tuple(name for name in EDGE_COLUMNS if name != "first_at")  # that one is the start of a tie
_TYPES: Final = {pa.types.is_floating: "double", pa.types.is_integer: "long", pa.types.is_boolean: "boolean"}


def gexf(drawn: Map) -> str:
    """The map as a GEXF 1.3 document; the date in it is that of the run."""
    nodes, edges = node_columns(drawn), edge_columns(drawn)
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">',
        *_meta(drawn),
        _graph_tag(edges),
        *_declared("node", nodes, NODE_COLUMNS),
        *_declared("edge", edges, STATIC),
        f'<nodes count="{nodes.num_rows}">',
        *_nodes(nodes).to_pylist(),
        "</nodes>",
        f'<edges count="{edges.num_rows}">',
        *_edges(edges).to_pylist(),
        "</edges>",
        "</graph>",
        "</gexf>",
    ]
    return "\n".join(parts) + "\n"


def _meta(drawn: Map) -> list[str]:
    day = (moments(pa.chunked_array([[drawn.run.at]])).to_pylist()[0] or "1970-01-01")[:10]
    legend = drawn.legend
    amounts = {"shown": drawn.nodes.num_rows, "all": legend.accounts, "ties": drawn.edges.num_rows}
    counts = said("caption", **amounts, ties_all=legend.ties, coverage=legend.coverage)
    run = said("run", id=drawn.run.id, seed=str(drawn.run.seed))
    told = f"{drawn.title}. {counts} {legend.tie_rule} {run}"
    return [
        f'<meta lastmodifieddate="{day}">',
        f"<creator>graphkit {xml_text(drawn.run.version)}</creator>",
        f"<description>{xml_text(told)}</description>",
        "</meta>",
    ]


def _graph_tag(edges: pa.Table) -> str:
    timed = edges["first_at"].null_count < edges.num_rows
    # "date" and not "dateTime": networkx knows no other word for it, and Gephi reads both alike.
    mode = 'mode="dynamic" timeformat="date" timerepresentation="interval"' if timed else 'mode="static"'
    return f'<graph defaultedgetype="directed" idtype="string" {mode}>'


def _declared(kind: str, table: pa.Table, names: tuple[str, ...]) -> list[str]:
    lines = [f'<attribute id="{name}" title="{name}" type="{_type(table.schema.field(name).type)}"/>' for name in names]
    return [f'<attributes class="{kind}" mode="static">', *lines, "</attributes>"]


def _type(arrow: pa.DataType) -> str:
    return next((name for fits, name in _TYPES.items() if fits(arrow)), "string")


def _nodes(nodes: pa.Table) -> pa.Array:
    colours = {each.colour: [int(each.colour[place : place + 2], 16) for place in (1, 3, 5)] for each in LOOKS.values()}
    tints = [f'<viz:color r="{red}" g="{green}" b="{blue}"/>' for red, green, blue in colours.values()]
    tint = pa.array(tints).take(pc.index_in(nodes["color"], value_set=pa.array(list(colours))).combine_chunks())
    elsewhere = pa.array([each.elsewhere for each in LOOKS.values()])
    shapes = pa.array([each.shape for each in LOOKS.values()])
    shape = elsewhere.take(pc.index_in(nodes["shape"], value_set=shapes).combine_chunks())
    placed = [as_text(nodes[name]) for name in ("x", "y", "size")]
    return joined(
        joined("<node id=", attributes(nodes["id"]), " label=", attributes(nodes["label"]), ">"),
        _values(nodes, NODE_COLUMNS),
        tint,
        joined('<viz:position x="', placed[0], '" y="', placed[1], '"/><viz:size value="', placed[2], '"/>'),
        joined('<viz:shape value="', shape, '"/></node>'),
    )


def _edges(edges: pa.Table) -> pa.Array:
    number = pa.array(np.arange(edges.num_rows)).cast(pa.string())
    ends = [attributes(edges[name]) for name in ("source", "target", "kind")]
    return joined(
        joined('<edge id="', number, '" source=', ends[0], " target=", ends[1], " kind=", ends[2]),
        joined(' weight="', as_text(edges["weight"]), '"'),
        optional(' start="', edges["first_at"].combine_chunks(), '"'),
        ">",
        _values(edges, STATIC),
        "</edge>",
    )


def _values(table: pa.Table, names: tuple[str, ...]) -> pa.Array:
    """The attributes of each row; what is null or empty is left out."""
    written = []
    for name in names:
        text = as_text(table[name])
        text = pc.if_else(pc.equal(text, ""), None, text)
        written.append(optional(f'<attvalue for="{name}" value=', attributes(text), "/>"))
    return joined("<attvalues>", *written, "</attvalues>")
