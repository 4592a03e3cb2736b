"""How an account writes: the same text again, the texts of others, lists of handles to follow."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.order import differs_from_previous, order_by
from graphkit.language import say
from graphkit.measures.signals.signal import Measured, Signal, share
from graphkit.measures.wording import wordings

HANDLES = 8  # named in one post ...
OTHER_WORDS = 3  # ... beside at most so many words: a follow train


def repeated(graph: InfluenceGraph) -> Measured:
    """Share of the own posts whose wording it had used before."""
    found = wordings(graph)
    rows = np.flatnonzero((found.of >= 0) & (graph.post_author >= 0))
    order = order_by(graph.post_author[rows].astype(np.int64), found.of[rows])
    author, said = graph.post_author[rows][order], found.of[rows][order]
    again = ~differs_from_previous(author, said)
    return share(np.bincount(author[again], minlength=graph.n), np.bincount(author, minlength=graph.n), least=5)


def shared(graph: InfluenceGraph) -> Measured:
    """Share of the own posts worded like posts of others, everyday phrases left out."""
    found = wordings(graph)
    rows = np.flatnonzero((found.of >= 0) & (graph.post_author >= 0))
    users = found.users[found.of[rows]]
    author = graph.post_author[rows]
    like = author[(users >= 2) & ~found.common[found.of[rows]]]
    return share(np.bincount(like, minlength=graph.n), np.bincount(author, minlength=graph.n), least=5)


def trains(graph: InfluenceGraph) -> Measured:
    """Share of the own posts that list many handles and say next to nothing else."""
    text = graph.posts["text"]
    handles = pc.fill_null(pc.count_substring_regex(text, r"@\w+"), 0).to_numpy()
    words = pc.fill_null(pc.count_substring_regex(text, r"\S+"), 0).to_numpy()
    wrote = (graph.post_author >= 0) & np.asarray(pc.is_valid(text).to_numpy(), bool)
    train = wrote & (handles >= HANDLES) & (words - handles <= OTHER_WORDS)
    author = graph.post_author
    return share(np.bincount(author[train], minlength=graph.n), np.bincount(author[wrote], minlength=graph.n), least=5)


SIGNALS = (
    Signal("repeated_text", say("share of its posts in a wording it had used before"), "high", "writing", say("posts with text"), repeated),
    Signal("shared_text", say("share of its posts worded like posts of others"), "high", "writing", say("posts with text"), shared),
    Signal("follow_trains", say("share of its posts that list handles and say next to nothing else"), "high", "writing",
           say("posts with text"), trains),
)  # fmt: skip
