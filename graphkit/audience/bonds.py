"""How deep the bond between an account and its people goes: do they come back, and are they answered."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.audience.commands import with_all_commands
from graphkit.audience.people import People
from graphkit.graphs.graph import InfluenceGraph
from graphkit.settings import Settings, defaults
from graphkit.verdicts import Verdicts

SCHEMA: Final = pa.schema(
    [
        ("id", pa.string()),
        ("engaged", pa.float64()),  # distinct people who acted towards the account or its posts, at any time
        ("repeat_share", pa.float64()),  # of them came back
        ("answered_share", pa.float64()),  # of them were turned to by the account
    ]
)


def bonds(graph: InfluenceGraph, verdicts: Verdicts, *, settings: Settings | None = None) -> pa.Table:
    """Repeat and reply-back shares of every account that people act towards; machines and commanded acts left out."""
    verdicts = with_all_commands(graph, verdicts)
    people = People.of(graph, verdicts, findings=(), settings=(settings or defaults()).reach)
    events = graph.events
    own = np.flatnonzero((events.target >= 0) & (np.nan_to_num(verdicts.commanded) < 0.5))
    ends = (events.target[own], events.actor[own])
    acts = csr_array((events.count[own].astype(np.float64), ends), shape=(graph.n, graph.n))
    acts.sum_duplicates()
    present = csr_array((people.chance[acts.indices], acts.indices, acts.indptr), shape=acts.shape)
    repeated = csr_array((present.data * (acts.data >= 2), acts.indices, acts.indptr), shape=acts.shape)
    turned_to = graph.layer("reply", "comment", "quote", "mention")
    answered = present.multiply(turned_to > 0)
    engaged, again, answers = (np.asarray(part.sum(axis=1)).ravel() for part in (present, repeated, answered))
    rows = np.flatnonzero(engaged > 0)
    return pa.table(
        [
            graph.accounts["id"].take(pa.array(rows)),
            pa.array(engaged[rows]),
            pa.array(again[rows] / engaged[rows]),
            pa.array(answers[rows] / engaged[rows]),
        ],
        schema=SCHEMA,
    )


def by_tier(table: pa.Table, tiers: NDArray[np.object_]) -> dict[str, tuple[int, float, float]]:
    """Accounts, median repeat share and median answered share of every tier; `tiers` by the rows of `bonds`."""
    found = {}
    for tier in sorted({tier for tier in tiers if tier is not None}):
        rows = tiers == tier
        again, answers = (np.median(table[name].to_numpy()[rows]) for name in ("repeat_share", "answered_share"))
        found[str(tier)] = (int(rows.sum()), float(again), float(answers))
    return found
