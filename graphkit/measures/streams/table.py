"""The split accounts as a table: who is who in one account, since when, and by which channels that is told."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.measures.streams.contrast import CHANNELS
from graphkit.measures.streams.kinds import Streams

STREAMS: Final = pa.schema(
    [
        ("id", pa.string()),
        ("kind", pa.string()),  # see graphkit.measures.streams.kinds.KINDS
        ("p_compromised", pa.float64()),
        ("onset", pa.int64()),  # UTC milliseconds of the first likely order
        ("changed_at", pa.int64()),  # when a habit changed for good, by itself no sign of a second hand
        ("orders", pa.int64()),
        ("own_days_before", pa.int64()),
        ("own_days_after", pa.int64()),
        ("p_group", pa.float64()),
        ("p_owner", pa.float64()),
        ("p_two_streams", pa.float64()),
        *((f"p_{name}", pa.float64()) for name in CHANNELS),
        ("missing", pa.string()),  # channels that the data do not hold, with commas
    ]
)


def streams_table(graph: InfluenceGraph, split: Streams, score: NDArray[np.float64]) -> pa.Table:
    """One row an account that was split, by id."""
    rows = len(split.accounts)
    columns = {
        "id": graph.accounts["id"].take(pa.array(split.accounts)),
        "kind": pa.array(split.kind, pa.string()),
        "p_compromised": _known(score[split.accounts]),
        "onset": _times(split.onset),
        "changed_at": _times(split.changed_at),
        "orders": split.orders,
        "own_days_before": split.own_before,
        "own_days_after": split.own_after,
        "p_group": _known(split.p_group),
        "p_owner": _known(split.p_owner),
        "p_two_streams": _known(split.contrast.together),
        **{f"p_{name}": _known(split.contrast.p[name]) for name in CHANNELS},
        "missing": pa.array([",".join(split.missing)] * rows, pa.string()),
    }
    return pa.table([columns[column.name] for column in STREAMS], schema=STREAMS)


def _known(values: NDArray[np.float64]) -> pa.Array:
    return pa.array(values, pa.float64(), mask=np.isnan(values))


def _times(values: NDArray[np.int64]) -> pa.Array:
    return pa.array(values, pa.int64(), mask=values == NO_TIME)
