"""Small networks written by hand, for the tests of the audience."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array

from graphkit.dataset import SCHEMAS, Dataset
from graphkit.graphs.graph import InfluenceGraph
from graphkit.verdicts import Verdicts

DAY = 86_400_000
START = 1_700_000_000_000

Row = Mapping[str, Any]


def network(
    follows: Iterable[tuple[str, str]] = (),
    interactions: Sequence[Row] = (),
    posts: Sequence[Row] = (),
    accounts: Sequence[Row] = (),
    coverage: Sequence[Row] = (),
) -> InfluenceGraph:
    """The network of rows of the contract's tables."""
    pairs = list(follows)
    given = {"interactions": interactions, "posts": posts, "accounts": accounts, "coverage": coverage}
    tables = {name: pa.Table.from_pylist(list(rows), SCHEMAS[name]) for name, rows in given.items() if rows}
    tables["follows"] = pa.table({"follower": [a for a, _ in pairs], "followed": [b for _, b in pairs]})
    return InfluenceGraph.build(Dataset.of(tables))


def judged(
    graph: InfluenceGraph,
    *,
    bots: Mapping[str, float] | None = None,
    bought: Mapping[tuple[str, str], float] | None = None,
    traded: Mapping[tuple[str, str], float] | None = None,
) -> Verdicts:
    """Verdicts in which every account was judged: fine, unless named here with its chance."""
    p_bot = np.zeros(graph.n)
    for account, chance in (bots or {}).items():
        p_bot[graph.node(account)] = chance
    return replace(
        Verdicts.unknown(graph),
        p_bot=p_bot,
        authentic=1.0 - p_bot,
        bought=_ties(graph, bought or {}),
        traded=_ties(graph, traded or {}),
    )


def _ties(graph: InfluenceGraph, chances: Mapping[tuple[str, str], float]) -> csr_array:
    rows = [graph.node(follower) for follower, _ in chances]
    columns = [graph.node(followed) for _, followed in chances]
    return csr_array((np.array(list(chances.values()), dtype=np.float32), (rows, columns)), shape=graph.follows.shape)


def names(letter: str, count: int) -> list[str]:
    """a00, a01, a02, ..."""
    return [f"{letter}{number:04}" for number in range(count)]


def like(actor: str, post: str, at: int, **more: Any) -> Row:
    return {"actor": actor, "post": post, "kind": "like", "at": at, **more}
