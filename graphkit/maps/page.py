"""The map as one page: script, style and data inside, opened from disk, with no request to anywhere.

The data stands in two blocks. The first holds what the overview needs, so that communities are drawn while the second,
with the accounts and their ties, is still packed.
"""

from __future__ import annotations

import base64
import dataclasses
import zlib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphkit import pages, words
from graphkit.language import spoken
from graphkit.maps.messages import said, table
from graphkit.maps.pictures.still import still
from graphkit.settings import defaults

if TYPE_CHECKING:
    from markupsafe import Markup

    from graphkit.maps.map import Map

PACKED_ABOVE: Final = 30_000  # characters of JSON; below, the data stands readable in the page
PACKING: Final = 6  # of zlib: 9 takes three times as long for 2 % less
TICKS: Final = 100_000  # times are whole ticks since the first; so many make up the whole time at most ...
SHORTEST: Final = 1_000  # ... but no tick is shorter than a second
EARLY: Final = 0.02  # share of ties so early that the slider does not stretch out to them
BARS: Final = 60  # of the picture above the time slider
NUMBERS: Final = ("followers", "seen", "real", "real_low", "real_high", "moved")
CHANCES: Final = ("p_bot", "p_ring", "p_pod", "p_compromised", "authentic")


def page(drawn: Map) -> str:
    """The page of a map; equal maps give equal bytes."""
    script, style = _asset("map.js"), _asset("map.css")
    context = {
        "title": drawn.title,
        "policy": pages.policy(script=script, style=style),
        "script": pages.trusted(script),
        "style": pages.trusted(style),
        "head": _packed(_head(drawn)),
        "accounts": _packed(_body(drawn)),
        "words": pages.inert(table()),
        "first_view": pages.inert(drawn.view),
        "poster": pages.trusted(still(drawn)),
        "legend": drawn.legend,
        "run": drawn.run,
        "when": words.minute(drawn.run.at),
        "accounts_shown": drawn.nodes.num_rows,
        "ties_shown": drawn.edges.num_rows,
        "too_large": drawn.legend.accounts > defaults().pages.map_most > 0,
        "language": spoken(),
        "said": said,
    }
    return pages.render("graphkit.maps", "map.html", context)


@dataclass(frozen=True, slots=True)
class _Block:
    """Data for an inert block of the page; packed: gzip, base64, as a JSON string."""

    text: Markup
    packed: bool


def _packed(data: dict[str, Any]) -> _Block:
    plain = orjson.dumps(data, option=orjson.OPT_SERIALIZE_NUMPY)
    if len(plain) <= PACKED_ABOVE:
        return _Block(pages.inert(orjson.loads(plain)), packed=False)
    packer = zlib.compressobj(PACKING, zlib.DEFLATED, 31)  # 31: gzip, with no time and no file name in its head
    return _Block(pages.inert(base64.b64encode(packer.compress(plain) + packer.flush()).decode()), packed=True)


def _head(drawn: Map) -> dict[str, Any]:
    """What is told and drawn before the accounts are read."""
    limits, legend = defaults().pages, drawn.legend
    run = drawn.run
    return {
        "title": drawn.title,
        "run": {"id": run.id, "version": run.version, "seed": run.seed, "when": words.minute(run.at)},
        "accounts": drawn.nodes.num_rows,
        "accountsInAll": legend.accounts,
        "ties": drawn.edges.num_rows,
        "tiesInAll": legend.ties,
        "coverage": legend.coverage,
        "overviewAbove": limits.map_overview_above,
        "tableRows": limits.map_table_rows,
        "legend": {
            "labels": [dataclasses.asdict(item) for item in legend.labels],
            "communities": [dataclasses.asdict(item) for item in legend.communities],
            "between": legend.between,
        },
        "kinds": _kinds(drawn.edges),
        "tiers": _values(drawn.nodes["tier"]),
        "langs": _values(drawn.nodes["lang"]),
        "time": _time(drawn.edges),
    }


def _body(drawn: Map) -> dict[str, Any]:
    """Columns rather than rows: they compress to a third."""
    nodes, legend = drawn.nodes, drawn.legend
    reasons, reason_of = _pool(nodes["reason"])
    same = pc.or_kleene(pc.equal(nodes["full_name"], nodes["name"]), pc.equal(nodes["full_name"], ""))
    labels = pa.array([item.label for item in legend.labels])
    return {
        "findings": [dataclasses.asdict(finding) for finding in legend.findings],
        "reasons": reasons,
        "nodes": {
            "id": nodes["id"].to_pylist(),
            "name": nodes["name"].to_pylist(),
            "full": pc.if_else(pc.fill_null(same, True), None, nodes["full_name"]).to_pylist(),
            "label": _places(nodes["label"], labels, absent=len(labels) - 1),
            "reason": reason_of,
            "community": nodes["community"].to_numpy(),
            "findings": nodes["findings"].to_pylist(),
            "role": nodes["role"].to_pylist(),
            "tier": _places(nodes["tier"], pa.array(_values(nodes["tier"]), pa.string())),
            "lang": _places(nodes["lang"], pa.array(_values(nodes["lang"]), pa.string())),
            **{axis: np.rint(10 * nodes[axis].to_numpy()).astype(np.int32) for axis in ("x", "y")},
            "size": np.rint(100 * nodes["size"].to_numpy()).astype(np.int32),
            **{name: nodes[name].to_pylist() for name in NUMBERS},
            **{name: pc.round(nodes[name].cast(pa.float64()), 3).to_pylist() for name in CHANCES},
        },
        "ties": _ties(drawn.edges),
    }


def _ties(edges: pa.Table) -> dict[str, Any]:
    """Ends, kind, number and ticks of the ties; sources as steps, for they are sorted."""
    origin, tick = _ticks(edges)
    first = pc.divide(pc.subtract(edges["first_at"], origin), tick)
    last = pc.divide(pc.subtract(edges["last_at"], origin), tick)
    source = edges["source_row"].to_numpy()
    return {
        "s": np.diff(source, prepend=np.int32(0)),
        "t": edges["target_row"].to_numpy(),
        "k": edges["kind"].combine_chunks().indices.to_numpy(),
        "n": edges["count"].to_numpy(),
        "a": first.to_pylist(),
        "b": pc.subtract(last, first).to_pylist(),
    }


def _kinds(edges: pa.Table) -> list[dict[str, object]]:
    kind = edges["kind"].combine_chunks()
    counts = np.bincount(kind.indices.to_numpy(), minlength=len(kind.dictionary))
    return [
        {"kind": name, "shown": int(count)} for name, count in zip(kind.dictionary.to_pylist(), counts, strict=True)
    ]


def _time(edges: pa.Table) -> dict[str, Any]:
    """When the first tie began, from which tick to which the slider goes, and how many ties began in each part."""
    began = edges["first_at"].drop_null().to_numpy()
    without = edges.num_rows - len(began)
    if not len(began):
        return {"origin": 0, "tick": 1, "start": 0, "end": 0, "bars": [], "without": without}
    origin, tick = _ticks(edges)
    start = (int(np.quantile(began, EARLY, method="lower")) - origin) // tick
    end = (pc.max(edges["last_at"]).as_py() - origin) // tick
    within = np.maximum((began - origin) // tick, start)
    bars = np.histogram(within, bins=BARS, range=(start, max(end, start + 1)))[0]
    return {"origin": origin, "tick": tick, "start": start, "end": end, "bars": bars, "without": without}


def _ticks(edges: pa.Table) -> tuple[int, int]:
    """The first time of all ties, and how many milliseconds a tick has."""
    origin, end = pc.min(edges["first_at"]).as_py(), pc.max(edges["last_at"]).as_py()
    if origin is None:
        return 0, SHORTEST
    return origin, max(SHORTEST, -(-(end - origin) // TICKS))


def _values(column: pa.ChunkedArray) -> list[str]:
    """The distinct values, sorted."""
    return sorted(pc.unique(column).drop_null().to_pylist())


def _places(column: pa.ChunkedArray, values: pa.Array, *, absent: int = -1) -> NDArray[np.int32]:
    """For each row the place of its value; `absent` where it is null or none of them."""
    return np.asarray(pc.fill_null(pc.index_in(column, value_set=values), absent), dtype=np.int32)


def _pool(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.int32]]:
    """The distinct texts, and for each row the number of its text."""
    coded = column.combine_chunks().dictionary_encode()
    return coded.dictionary.to_pylist(), coded.indices.to_numpy()


def _asset(name: str) -> str:
    return resources.files("graphkit.maps").joinpath("assets", name).read_text(encoding="utf-8").strip()
