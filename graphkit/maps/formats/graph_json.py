"""The map as JSON: graphology's serialisation, which sigma reads, and that of Cytoscape. Both hold the exact text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from graphkit.maps.formats.columns import edge_columns, node_columns, rows

if TYPE_CHECKING:
    from graphkit.maps.map import Map

_ENDS: Final = ("id", "source", "target")


def graphology(drawn: Map) -> str:
    """`attributes`, `nodes` and `edges` with keys, as `graph.import` of graphology takes them."""
    nodes = [{"key": row["id"], "attributes": _without(row)} for row in rows(node_columns(drawn))]
    edges = [
        {"key": str(number), "source": row["source"], "target": row["target"], "attributes": _without(row)}
        for number, row in enumerate(rows(edge_columns(drawn)))
    ]
    options = {"type": "directed", "multi": True, "allowSelfLoops": False}
    return _written({"options": options, "attributes": _about(drawn), "nodes": nodes, "edges": edges})


def cytoscape(drawn: Map) -> str:
    """`data` and `elements`, as Cytoscape (.cyjs) and cytoscape.js take them; there y grows downwards."""
    nodes = [
        {"data": row | {"name": row["label"]}, "position": {"x": row["x"], "y": -row["y"]}}
        for row in rows(node_columns(drawn))
    ]
    edges = [
        {"data": row | {"id": f"e{number}", "interaction": row["kind"]}}
        for number, row in enumerate(rows(edge_columns(drawn)))
    ]
    return _written({"data": _about(drawn), "elements": {"nodes": nodes, "edges": edges}})


def _about(drawn: Map) -> dict[str, Any]:
    run = drawn.run
    return {"name": drawn.title, "run": run.id, "seed": run.seed, "accounts": drawn.legend.accounts}


def _without(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _ENDS}


def _written(whole: dict[str, Any]) -> str:
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2).decode() + "\n"
