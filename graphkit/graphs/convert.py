"""The network in the forms of other tools: Arrow tables, pandas, networkx, igraph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit.dataset import conform
from graphkit.graphs.numbering import NO_TIME

if TYPE_CHECKING:
    import igraph
    import networkx
    import pandas

    from graphkit.graphs.events import Events
    from graphkit.graphs.graph import InfluenceGraph


def tables(graph: InfluenceGraph) -> dict[str, pa.Table]:
    """The five tables of the contract, with what a graph keeps of them."""
    return {
        "accounts": graph.accounts,
        "follows": _follows(graph),
        "interactions": interactions(graph, graph.events),
        "posts": graph.posts,
        "coverage": graph.coverage,
    }


def interactions(graph: InfluenceGraph, events: Events) -> pa.Table:
    """The interactions table of some events of a graph."""
    columns = {
        "actor": _named(graph.accounts["id"], events.actor),
        "target": _named(graph.accounts["id"], events.target),
        "kind": _named(pa.chunked_array([pa.array(events.kinds, pa.string())]), events.kind),
        "post": _named(graph.posts["id"], events.post),
        "at": _known(events.at, NO_TIME),
        "client": _named(pa.chunked_array([pa.array(events.clients, pa.string())]), events.client),
        "deleted_at": _known(events.deleted_at, NO_TIME),
        "count": pa.array(events.count.astype(np.int64)),
    }
    return conform("interactions", pa.table(columns))


def frames(graph: InfluenceGraph) -> dict[str, pandas.DataFrame]:
    """The five tables as pandas frames, times as UTC datetimes."""
    result = {}
    for name, table in tables(graph).items():
        for place, column in enumerate(table.column_names):
            if column in ("at", "created_at", "observed_at", "ended_at", "deleted_at", "fetched_at"):
                table = table.set_column(place, column, table[column].cast(pa.timestamp("ms", "UTC")))
        result[name] = table.to_pandas()
    return result


def to_networkx(graph: InfluenceGraph, *kinds: str) -> networkx.DiGraph:
    """A DiGraph of account ids: the follows, or the acts of some kinds."""
    import networkx

    result: networkx.DiGraph = networkx.DiGraph()
    ids = graph.account_ids
    for identity, row in zip(ids, _rows(graph.accounts.drop_columns(["id"])), strict=True):
        result.add_node(identity, **row)
    source, target, name, values = _edges(graph, kinds)
    for i, j, value in zip(source.tolist(), target.tolist(), values.tolist(), strict=True):
        if value == NO_TIME:
            result.add_edge(ids[i], ids[j])
        else:
            result.add_edge(ids[i], ids[j], **{name: value})
    return result


def to_igraph(graph: InfluenceGraph, *kinds: str) -> igraph.Graph:
    """A directed igraph Graph: the follows, or the acts of some kinds."""
    import igraph

    source, target, name, values = _edges(graph, kinds)
    result = igraph.Graph(n=graph.n, edges=np.column_stack([source, target]), directed=True)
    result.vs["name"] = list(graph.account_ids)
    for column in graph.accounts.column_names:
        if column != "id" and graph.accounts[column].null_count < graph.n:
            result.vs[column] = graph.accounts[column].to_pylist()
    result.es[name] = [None if value == NO_TIME else value for value in values.tolist()]
    return result


def _edges(
    graph: InfluenceGraph, kinds: tuple[str, ...]
) -> tuple[NDArray[np.integer[Any]], NDArray[np.integer[Any]], str, NDArray[np.int64]]:
    if kinds:
        links = graph.layer(*kinds).tocoo()
        return links.row, links.col, "weight", links.data
    links = graph.follows.tocoo()
    return links.row, links.col, "at", graph.follow_at


def _rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    """What is known of each account: its columns without the nulls."""
    for batch in table.to_batches(max_chunksize=65_536):
        for row in batch.to_pylist():
            yield {column: value for column, value in row.items() if value is not None}


def _follows(graph: InfluenceGraph) -> pa.Table:
    links = graph.follows.tocoo()
    ids = graph.accounts["id"]
    now = {
        "follower": _named(ids, links.row),
        "followed": _named(ids, links.col),
        "at": _known(graph.follow_at, NO_TIME),
        "position": _known(graph.follow_position, -1),
    }
    over = {
        "follower": ids.take(graph.ended["follower"]),
        "followed": ids.take(graph.ended["followed"]),
        "at": graph.ended["at"],
        "ended_at": graph.ended["ended_at"],
    }
    return pa.concat_tables([conform("follows", pa.table(now)), conform("follows", pa.table(over))])


def _named(words: pa.ChunkedArray, places: NDArray[np.integer[Any]]) -> pa.ChunkedArray:
    return words.take(pa.array(places, mask=places < 0))


def _known(values: NDArray[np.int64], absent: int) -> pa.Array:
    return pa.array(values, mask=values == absent)
