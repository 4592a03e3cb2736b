"""Taste makers: who uses early what many use later, and who keeps coming back to a product."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
from scipy.stats import binom

from graphkit.audience.fit.lexicon import Lexicon
from graphkit.audience.fit.topics import posts_on
from graphkit.audience.lift import written_words
from graphkit.graphs.graph import InfluenceGraph

_POPULAR: Final = 20  # accounts that use a tag in the end
_EARLY: Final = 0.1  # the first tenth of them


def early_adopters(graph: InfluenceGraph) -> pa.Table:
    """Accounts that used tags which many used later: how many, how many early, how many due, and p; smallest p first.

    Whoever uses popular tags is early in a tenth of them by chance; p is that of as many or more (binomial).
    """
    actor, tag, at = written_words(graph, "tags")
    order = np.lexsort((actor, at, tag))
    actor, tag = actor[order], tag[order]
    _, first = np.unique(tag * np.int64(graph.n) + actor, return_index=True)
    kept = np.sort(first)
    actor, tag = actor[kept], tag[kept]
    _, start, users = np.unique(tag, return_index=True, return_counts=True)
    place = np.arange(len(tag)) - np.repeat(start, users)
    users = np.repeat(users, users)
    popular = users >= _POPULAR
    early = popular & (place < _EARLY * users)
    used = np.bincount(actor[popular], minlength=graph.n)
    first_ones = np.bincount(actor[early], minlength=graph.n)
    rows = np.flatnonzero(used)
    p = binom.sf(first_ones[rows] - 1, used[rows], _EARLY)
    rows, p = rows[np.lexsort((rows, p))], np.sort(p, kind="stable")
    return pa.table(
        {
            "id": graph.accounts["id"].take(pa.array(rows)),
            "popular_tags": used[rows],
            "early": first_ones[rows],
            "due": _EARLY * used[rows],
            "p": p,
        }
    )


def power_users(graph: InfluenceGraph, product: Lexicon) -> pa.Table:
    """Who writes about a product, on how many days and in how many posts; most days first, ties by id."""
    rows = np.flatnonzero(posts_on(graph, product) & (graph.post_author >= 0))
    author, day = graph.post_author[rows].astype(np.int64), graph.post_at[rows] // 86_400_000
    posts = np.bincount(author, minlength=graph.n)
    pair = np.unique(np.stack([author, day]), axis=1)
    days = np.bincount(pair[0], minlength=graph.n)
    nodes = np.flatnonzero(posts)
    nodes = nodes[np.lexsort((nodes, -days[nodes]))]
    return pa.table({"id": graph.accounts["id"].take(pa.array(nodes)), "days": days[nodes], "posts": posts[nodes]})
