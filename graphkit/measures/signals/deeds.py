"""What an account does: kinds of acts, clients, deletions, links."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.order import differs_from_previous, distinct_pairs
from graphkit.language import say
from graphkit.measures.signals.signal import Measured, Signal, share
from graphkit.measures.streams.deeds import taken_back

SOON = 600_000  # ten minutes: 84 % of the deletions of paid trend posts came within it
RARE = 0.01  # of the accounts use a rare client


def one_kind(graph: InfluenceGraph) -> Measured:
    """Share of the acts that are of its commonest kind."""
    events, kinds = graph.events, max(len(graph.events.kinds), 1)
    rows = np.flatnonzero(events.kind >= 0)
    cell = events.actor[rows].astype(np.int64) * kinds + events.kind[rows]
    counts = np.bincount(cell, minlength=graph.n * kinds).reshape(graph.n, kinds)
    if kinds < 2:  # where there is one kind of act, all do the same
        return Measured(np.full(graph.n, np.nan), counts.sum(axis=1))
    return share(counts.max(axis=1), counts.sum(axis=1), least=10)


def rare_client(graph: InfluenceGraph) -> Measured:
    """Share of the acts through clients that less than one account in a hundred uses."""
    events = graph.events
    rows = np.flatnonzero(events.client >= 0)
    if not len(rows):
        return Measured(np.full(graph.n, np.nan), np.zeros(graph.n, np.int64))
    actor, client = distinct_pairs(events.actor[rows], events.client[rows])
    users = np.bincount(client, minlength=len(events.clients))
    rare = users < RARE * np.count_nonzero(differs_from_previous(actor))
    part = np.bincount(events.actor[rows][rare[events.client[rows]]], minlength=graph.n)
    return share(part, np.bincount(events.actor[rows], minlength=graph.n), least=5)


def deleted(graph: InfluenceGraph) -> Measured:
    """Share of acts and posts deleted within ten minutes; unknown where the data knows no deletion."""
    events, back, gone = graph.events, taken_back(graph), _posts_deleted(graph)
    if not ((back != NO_TIME).any() or (gone != NO_TIME).any()):
        return Measured(np.full(graph.n, np.nan), np.zeros(graph.n, np.int64))
    wrote = graph.post_author >= 0
    who = np.r_[events.actor, graph.post_author[wrote]]
    at, until = np.r_[events.at, graph.post_at[wrote]], np.r_[back, gone[wrote]]
    known = (at != NO_TIME) & (until != NO_TIME)
    soon = known & (np.where(known, until, 0) - np.where(known, at, 0) <= SOON)
    return share(np.bincount(who[soon], minlength=graph.n), np.bincount(who, minlength=graph.n), least=5)


def _posts_deleted(graph: InfluenceGraph) -> np.ndarray:
    return np.asarray(pc.fill_null(graph.posts["deleted_at"], NO_TIME).to_numpy())


def links(graph: InfluenceGraph) -> Measured:
    """Share of the own posts that carry a link; unknown where no post of the data does."""
    many = pc.fill_null(pc.list_value_length(graph.posts["urls"]), 0).to_numpy()
    wrote = graph.post_author >= 0
    if not many.any():
        return Measured(np.full(graph.n, np.nan), np.zeros(graph.n, np.int64))
    linked = np.bincount(graph.post_author[wrote & (many > 0)], minlength=graph.n)
    return share(linked, np.bincount(graph.post_author[wrote], minlength=graph.n), least=5)


SIGNALS = (
    Signal("one_kind", say("share of its acts that are of its commonest kind"), "high", "deeds", say("acts"), one_kind),
    Signal("rare_client", say("share of its acts through apps that less than one account in a hundred uses"), "high", "deeds",
           say("acts"), rare_client),
    Signal("deleted_soon", say("share of its acts and posts deleted within ten minutes"), "high", "deeds", say("acts and posts"), deleted),
    Signal("links", say("share of its posts with a link"), "high", "deeds", say("posts"), links),
)  # fmt: skip
