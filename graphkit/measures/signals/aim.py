"""Whom an account turns to, and who turns back."""

from __future__ import annotations

import numpy as np

from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import say
from graphkit.measures.life import life_of
from graphkit.measures.signals.signal import Measured, Signal, share


def favourite(graph: InfluenceGraph) -> Measured:
    """Share of the acts that go to one account, the one it acts on most."""
    contacts = life_of(graph).contacts
    total = np.asarray(contacts.sum(axis=1)).ravel()
    most = np.zeros(graph.n, np.int64)
    owner = np.repeat(np.arange(graph.n), np.diff(contacts.indptr))
    np.maximum.at(most, owner, contacts.data)
    return share(most, total, least=5)


def strangers(graph: InfluenceGraph) -> Measured:
    """Share of the acts on accounts that it does not follow; unknown where it follows nobody in the data."""
    contacts = life_of(graph).contacts
    known = np.diff(graph.follows.indptr) > 0
    total = np.asarray(contacts.sum(axis=1)).ravel()
    openly = np.asarray(contacts.multiply(graph.follows.astype(bool)).sum(axis=1)).ravel()
    found = share(total - openly, total, least=5)
    return Measured(np.where(known, found.value, np.nan), found.seen)


def answered(graph: InfluenceGraph) -> Measured:
    """Share of those it acted on who ever acted on it."""
    life = life_of(graph)
    return share(life.friends, life.breadth, least=3)


def own_posts(graph: InfluenceGraph) -> Measured:
    """Own posts as a share of own posts and acts."""
    life = life_of(graph)
    if not life.own_posts.any():
        return Measured(np.full(graph.n, np.nan), np.zeros(graph.n, np.int64))
    return share(life.own_posts, life.own_posts + life.acts, least=5)


SIGNALS = (
    Signal("favourite_share", say("share of its acts that go to one account"), "high", "aim", say("acts"), favourite),
    Signal("acts_on_strangers", say("share of its acts on accounts that it does not follow"), "high", "aim", say("acts"), strangers),
    Signal("answered", say("share of those it acted on who ever acted on it"), "low", "aim", say("accounts acted on"), answered),
    Signal("own_posts", say("own posts as a share of its posts and acts"), "low", "aim", say("posts and acts"), own_posts),
)  # fmt: skip
