"""The map as one page: script, style and data inside, opened from disk, with no request to anywhere."""

from __future__ import annotations

import base64
import dataclasses
import zlib
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np
import orjson
import pyarrow as pa

from graphkit import pages, words
from graphkit.maps.poster import poster
from graphkit.settings import defaults

if TYPE_CHECKING:
    from markupsafe import Markup

    from graphkit.maps.map import Map

PACKED_ABOVE: Final = 60_000  # characters of JSON; below, the data stands readable in the page
COLUMNS: Final = ("role", "followers", "seen", "real", "real_low", "real_high", "moved")
CHANCES: Final = ("p_bot", "p_ring", "p_pod", "p_compromised", "authentic")


def page(drawn: Map) -> str:
    """The page of a map; equal maps give equal bytes."""
    script, style = _asset("map.js"), _asset("map.css")
    data, packed = _packed(_data(drawn))
    context = {
        "title": drawn.title,
        "policy": pages.policy(script=script, style=style),
        "script": pages.trusted(script),
        "style": pages.trusted(style),
        "data": data,
        "packed": packed,
        "poster": pages.trusted(poster(drawn)),
        "legend": drawn.legend,
        "run": drawn.run,
        "when": words.minute(drawn.run.at),
        "accounts_shown": drawn.nodes.num_rows,
        "ties_shown": drawn.edges.num_rows,
    }
    return pages.render("graphkit.maps", "map.html", context)


def _data(drawn: Map) -> dict[str, object]:
    """Columns rather than rows: they compress to a third."""
    nodes, edges, limits = drawn.nodes, drawn.edges, defaults().pages
    reasons, reason_of = _pool(nodes["reason"])
    labels = [item.label for item in drawn.legend.labels]
    full_name = [
        full if full and full != name else None
        for full, name in zip(nodes["full_name"].to_pylist(), nodes["name"].to_pylist(), strict=True)
    ]
    return {
        "title": drawn.title,
        "run": drawn.run.id,
        "overviewAbove": limits.map_overview_above,
        "tableRows": limits.map_table_rows,
        "legend": dataclasses.asdict(drawn.legend),
        "reasons": reasons,
        "nodes": {
            "id": nodes["id"].to_pylist(),
            "name": nodes["name"].to_pylist(),
            "full": full_name,
            "label": [
                labels.index(label) if label in labels else len(labels) - 1 for label in nodes["label"].to_pylist()
            ],
            "reason": reason_of,
            "community": nodes["community"].to_pylist(),
            "findings": nodes["findings"].to_pylist(),
            "x": nodes["x"].to_pylist(),
            "y": nodes["y"].to_pylist(),
            "size": nodes["size"].to_pylist(),
            **{name: nodes[name].to_pylist() for name in COLUMNS},
            **{name: _short(nodes[name]) for name in CHANCES},
        },
        "edges": {
            "s": edges["source_row"].to_pylist(),
            "t": edges["target_row"].to_pylist(),
            "f": edges["follows"].cast(pa.int8()).to_pylist(),
            "a": edges["acts"].to_pylist(),
        },
    }


def _pool(column: pa.ChunkedArray) -> tuple[list[str], list[int]]:
    """The distinct texts, and for each row the number of its text."""
    coded = column.combine_chunks().dictionary_encode()
    return coded.dictionary.to_pylist(), coded.indices.to_pylist()


def _short(column: pa.ChunkedArray) -> list[float | None]:
    values = np.round(column.cast(pa.float64()).to_numpy(zero_copy_only=False), 3)
    return [None if np.isnan(value) else value for value in values.tolist()]


def _packed(data: dict[str, object]) -> tuple[Markup, bool]:
    """The data for an inert block, and whether it is packed (gzip, base64, as a JSON string)."""
    plain = orjson.dumps(data)
    if len(plain) <= PACKED_ABOVE:
        return pages.inert(data), False
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)  # 31: gzip, with no time and no file name in its head
    return pages.inert(base64.b64encode(packer.compress(plain) + packer.flush()).decode()), True


def _asset(name: str) -> str:
    return resources.files("graphkit.maps").joinpath("assets", name).read_text(encoding="utf-8").strip()
