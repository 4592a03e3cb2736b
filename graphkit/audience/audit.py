"""What is kept and what is taken off, tie by tie and reaction by reaction; both layers, whose sum is the whole."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.audience.commands import with_all_commands
from graphkit.audience.people import People
from graphkit.audience.reactions import reactions
from graphkit.audience.waterfall.trades import with_all_trades
from graphkit.graphs.graph import InfluenceGraph
from graphkit.settings import Settings, defaults
from graphkit.verdicts import Verdicts

REASONS = ("bought", "ring", "bot", "inactive")


def layers(graph: InfluenceGraph, verdicts: Verdicts, *, settings: Settings | None = None) -> pa.Table:
    """Every follow with the part that is kept and the part that is discounted, by follower and followed.

    `kept` + `discounted` = 1. `reason` is what discounts most, null where nothing does; the sums over an account's
    followers are those of the waterfall.
    """
    chosen = (settings or defaults()).reach
    verdicts = with_all_trades(graph, verdicts, chosen)
    people = People.of(graph, verdicts, findings=(), settings=chosen)
    follower = np.repeat(np.arange(graph.n), np.diff(graph.follows.indptr))
    followed = graph.follows.indices
    bought, traded = _on_follows(graph, verdicts.bought), _on_follows(graph, verdicts.traded)
    person = np.minimum(1.0 - bought, people.chance[follower])
    real, gone = (1.0 - traded) * person, people.gone[follower]
    parts = np.stack(
        [bought, (1.0 - bought) * traded, (1.0 - traded) * (1.0 - bought - person), np.where(gone, real, 0.0)]
    )
    kept = np.where(gone, 0.0, real)
    names = np.array(REASONS, dtype=object)[parts.argmax(axis=0)]
    ids = graph.accounts["id"].combine_chunks()
    return pa.table(
        {
            "follower": ids.take(pa.array(follower)),
            "followed": ids.take(pa.array(followed)),
            "kept": kept,
            "discounted": 1.0 - kept,
            "reason": pa.array(names, pa.string(), mask=kept >= 1.0 - 1e-12),
        }
    )


def authentic_engagement(graph: InfluenceGraph, verdicts: Verdicts, *, settings: Settings | None = None) -> pa.Table:
    """Reactions a post as counted and as people's own, of every account with posts, by id.

    `counted` holds whoever reacted; `own` leaves out automatic accounts and what pods and second hands commanded;
    `counted` = `own` + `pressed`.
    """
    chosen = (settings or defaults()).reach
    verdicts = with_all_commands(graph, verdicts)
    people = People.of(graph, verdicts, findings=(), settings=chosen)
    found = reactions(graph, people, verdicts=verdicts, settings=chosen)
    known = found.author >= 0
    posts = np.bincount(found.author[known], minlength=graph.n)
    rows = np.flatnonzero(posts)
    sums = [
        np.bincount(found.author[known], what[known], minlength=graph.n)[rows] for what in (found.actors, found.people)
    ]
    counted, own = (total / posts[rows] for total in sums)
    pressed = counted - own
    return pa.table(
        {
            "id": graph.accounts["id"].take(pa.array(rows)),
            "posts": posts[rows],
            "counted": counted,
            "own": own,
            "pressed": pressed,
            "pressed_share": pa.array(pressed / np.maximum(counted, 1e-12), mask=counted == 0),
        }
    )


def _on_follows(graph: InfluenceGraph, chances: csr_array) -> NDArray[np.float64]:
    """The chances on the pattern of the follows."""
    links, given = graph.follows, chances.tocoo()
    rows = np.repeat(np.arange(graph.n, dtype=np.int64), np.diff(links.indptr))
    key = rows * graph.n + links.indices
    wanted = given.row.astype(np.int64) * graph.n + given.col
    place = np.searchsorted(key, wanted)
    hit = (place < len(key)) & (key[np.minimum(place, max(len(key) - 1, 0))] == wanted) if len(key) else place < 0
    result = np.zeros(len(key))
    np.maximum.at(result, place[hit], np.clip(given.data[hit].astype(np.float64), 0.0, 1.0))
    return result
