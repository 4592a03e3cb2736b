"""The map as two tables: CSV as Gephi and spreadsheets read it, and Parquet, which keeps every type."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from graphkit.maps.formats.columns import NODE_COLUMNS, PLACED, edge_columns, node_columns
from graphkit.maps.formats.spreadsheets import safe_cell

if TYPE_CHECKING:
    from graphkit.maps.map import Map

_NODES: Final = {"id": "Id", "label": "Label", **{name: name for name in (*NODE_COLUMNS, *PLACED)}}
_EDGES: Final = {
    "source": "Source",
    "target": "Target",
    "weight": "Weight",
    "first_at": "Timestamp",
    "type": "Type",
    "kind": "Kind",
    "count": "count",
    "last_at": "last_at",
}


def save_csv(drawn: Map, path: Path) -> None:
    """Nodes at `path`, ties in NAME.edges.csv beside it, with the column names that Gephi expects.

    Cells that a spreadsheet would take for a formula get a leading apostrophe; the other formats hold the exact text.
    """
    edges = edge_columns(drawn)
    edges = edges.append_column("type", pa.repeat("Directed", edges.num_rows))
    path.write_text(_csv(node_columns(drawn), _NODES), encoding="utf-8", newline="")
    path.with_suffix(".edges.csv").write_text(_csv(edges, _EDGES), encoding="utf-8", newline="")


def save_parquet(drawn: Map, path: Path) -> None:
    """Nodes at `path`, ties in NAME.edges.parquet beside it, with times as UTC timestamps and findings as lists."""
    edges = drawn.edges.drop_columns(["source_row", "target_row"])
    for name in ("first_at", "last_at"):
        moment = edges[name].cast(pa.timestamp("ms", tz="UTC"))
        edges = edges.set_column(edges.column_names.index(name), name, moment)
    ids = [finding.id for finding in drawn.legend.findings]
    found = [[ids[number] for number in row if number < len(ids)] for row in drawn.nodes["findings"].to_pylist()]
    place = drawn.nodes.column_names.index("findings")
    nodes = drawn.nodes.set_column(place, "findings", pa.array(found, pa.list_(pa.string())))
    about = {"title": drawn.title, "run": drawn.run.id, "seed": str(drawn.run.seed), "coverage": drawn.legend.coverage}
    pq.write_table(nodes.replace_schema_metadata(about), path)
    pq.write_table(edges.replace_schema_metadata(about), path.with_suffix(".edges.parquet"))


def _csv(table: pa.Table, columns: Mapping[str, str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns.values())
    cells = [[safe_cell(value) for value in table[name].to_pylist()] for name in columns]
    writer.writerows(zip(*cells, strict=True))
    return out.getvalue()
