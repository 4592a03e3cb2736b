"""The tables of a map: one row an account with its words and place, one row a tie."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME
from graphkit.maps.choice import Nodes
from graphkit.maps.layout import Layout
from graphkit.maps.ties import Ties
from graphkit.results import Names, Results

CHANCES: Final = ("p_bot", "p_ring", "p_pod", "p_compromised", "authentic")
REACH: Final = ("followers", "seen", "real", "real_low", "real_high")
SMALLEST, LARGEST = 3.0, 15.0  # radius of an account on the page, in pixels


def nodes_table(
    results: Results, nodes: Nodes, *, names: Names, places: Layout, community: Nodes, ties: Ties
) -> pa.Table:
    """One row an account shown: public id, name, what was measured, reach, findings, and its place on the map."""
    ids = list(results.graph.ids(nodes))
    rows = pa.array(nodes)
    said = results.accounts.take(rows)
    reach = _reach(results, ids)
    hidden = np.array([names.is_hidden(account) for account in ids], dtype=bool)
    full = results.graph.accounts["name"].take(rows)
    columns: dict[str, object] = {
        "id": [names.public_id(account) for account in ids],
        "name": [names(account) for account in ids],
        "full_name": pc.if_else(pa.array(hidden), pa.scalar(None, pa.string()), full.combine_chunks()),
        "label": pc.fill_null(said["label"], "unknown"),
        "reason": _cleaned(said["reason"].combine_chunks(), names),
        "community": pa.array(community),
        "role": said["role"],
        "tier": said["tier"],
        "lang": results.graph.accounts["lang"].take(rows),
        "findings": _findings(results, ids),
        **{name: said[name] for name in CHANCES},
        **{name: reach[name] for name in REACH},
        "moved": reach["moved"],
        "ties": pa.array(_degree(ties, len(ids))),
        "hidden": pa.array(hidden),
        "x": pa.array(places.at[:, 0]),
        "y": pa.array(places.at[:, 1]),
    }
    table = pa.table(columns)
    return table.append_column("size", pa.array(_sizes(table)))


def _cleaned(texts: pa.StringArray, names: Names) -> pa.Array:
    """The texts without hidden names; each distinct one is looked through once."""
    coded = pc.fill_null(texts, "").dictionary_encode()
    return pa.array([names.clean(text) for text in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)


def edges_table(ties: Ties, ids: pa.ChunkedArray) -> pa.Table:
    """One row for source, target and kind of tie; `weight` is the number of acts, times are UTC milliseconds or null."""
    names = ids.combine_chunks()
    return pa.table(
        {
            "source": names.take(pa.array(ties.source)),
            "target": names.take(pa.array(ties.target)),
            "kind": pa.DictionaryArray.from_arrays(pa.array(ties.kind), pa.array(ties.kinds)),
            "count": pa.array(ties.count),
            "weight": pa.array(ties.count.astype(np.float64)),
            "first_at": _times(ties.first),
            "last_at": _times(ties.last),
            "source_row": pa.array(ties.source.astype(np.int32)),
            "target_row": pa.array(ties.target.astype(np.int32)),
        }
    )


def _times(values: NDArray[np.int64]) -> pa.Array:
    return pa.array(values, pa.int64(), mask=values == NO_TIME)


def _reach(results: Results, ids: list[str]) -> pa.Table:
    """The reach rows of these accounts; null where none was estimated, followers as the profile states them."""
    rows = pc.index_in(pa.array(ids, pa.string()), value_set=results.reach["id"].combine_chunks())
    reach = results.reach.select([*REACH, "moved"]).take(rows)
    profile = results.graph.accounts
    own = pc.index_in(pa.array(ids, pa.string()), value_set=profile["id"].combine_chunks())
    stated = pc.coalesce(reach["followers"], profile["followers"].take(own).cast(pa.int64()))
    return reach.set_column(0, "followers", stated)


def _findings(results: Results, ids: list[str]) -> pa.Array:
    """For each account the numbers of its findings, as members only: gaining from a group is no part in it."""
    found: dict[str, list[int]] = {}
    for number, finding in enumerate(results.findings):
        for account in finding.accounts:
            found.setdefault(account, []).append(number)
    return pa.array([found.get(account, []) for account in ids], pa.list_(pa.int64()))


def _degree(ties: Ties, count: int) -> NDArray[np.int64]:
    return np.bincount(ties.source, minlength=count) + np.bincount(ties.target, minlength=count)


def _sizes(table: pa.Table) -> NDArray[np.float64]:
    """Radius by real people reached, else by ties: areas on a scale of powers of ten."""
    real = table["real"].cast(pa.float64()).to_numpy(zero_copy_only=False)
    amount = np.where(np.isnan(real), table["ties"].to_numpy() / 4, real)
    grown = np.log1p(np.maximum(amount, 0))
    share = grown / max(float(grown.max(initial=0)), 1.0)
    return np.round(SMALLEST + (LARGEST - SMALLEST) * share**1.5, 2)
