"""The map's tables as other tools want them: plain columns, times as text, the findings of an account as their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.maps.look import LOOKS, look

if TYPE_CHECKING:
    from graphkit.maps.map import Map

NODE_COLUMNS: Final = (
    "full_name",
    "measured",
    "reason",
    "community",
    "role",
    "tier",
    "lang",
    "findings",
    "p_bot",
    "p_ring",
    "p_pod",
    "p_compromised",
    "authentic",
    "followers",
    "seen",
    "real",
    "real_low",
    "real_high",
    "moved",
)
EDGE_COLUMNS: Final = ("kind", "count", "first_at", "last_at")
PLACED: Final = ("x", "y", "size")
_EARLIEST, _LATEST = -62_135_596_800_000, 253_402_300_799_999  # the calendar, in UTC milliseconds


def node_columns(drawn: Map) -> pa.Table:
    """One row an account: `id`, `label` (its name), NODE_COLUMNS, PLACED, and how it is drawn.

    Other tools call a name `label`; what was measured is `measured` there.
    """
    nodes = drawn.nodes
    ids = [finding.id for finding in drawn.legend.findings]
    findings = [" ".join(ids[number] for number in row if number < len(ids)) for row in nodes["findings"].to_pylist()]
    looks = pa.array([look(name).colour for name in LOOKS]), pa.array([look(name).shape for name in LOOKS])
    drawn_as = pc.fill_null(pc.index_in(nodes["label"], value_set=pa.array(list(LOOKS))), len(LOOKS) - 1)
    told = {
        "id": nodes["id"],
        "label": nodes["name"],
        "measured": nodes["label"],
        "findings": pa.array(findings, pa.string()),
        "color": looks[0].take(drawn_as.combine_chunks()),
        "shape": looks[1].take(drawn_as.combine_chunks()),
    }
    names = ("id", "label", *NODE_COLUMNS, *PLACED, "color", "shape")
    return pa.table({name: told[name] if name in told else nodes[name] for name in names})


def edge_columns(drawn: Map) -> pa.Table:
    """One row a tie: `source`, `target`, `weight` and EDGE_COLUMNS."""
    edges = drawn.edges
    told = {
        "kind": edges["kind"].cast(pa.string()),
        "first_at": moments(edges["first_at"]),
        "last_at": moments(edges["last_at"]),
    }
    names = ("source", "target", "weight", *EDGE_COLUMNS)
    return pa.table({name: told[name] if name in told else edges[name] for name in names})


def moments(times: pa.ChunkedArray) -> pa.ChunkedArray:
    """UTC milliseconds as xs:dateTime; null outside the calendar.

    >>> moments(pa.chunked_array([[0, 1_500, None]])).to_pylist()
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:01.500Z', None]
    """
    known = pc.and_(pc.greater_equal(times, _EARLIEST), pc.less_equal(times, _LATEST))
    calendar = pc.if_else(known, times, None).cast(pa.timestamp("ms"))
    text = pc.strftime(calendar, format="%Y-%m-%dT%H:%M:%SZ")
    return pc.replace_substring(text, ".000Z", "Z")


def rows(table: pa.Table) -> list[dict[str, Any]]:
    """The rows of a table without what is null, and without numbers that are none."""
    return [
        {name: value for name, value in row.items() if value is not None and value == value}
        for row in table.to_pylist()
    ]
