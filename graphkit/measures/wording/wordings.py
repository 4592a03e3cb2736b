"""The wording of every post: posts that say the same in nearly the same words share one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.order import distinct_pairs
from graphkit.measures.wording.folding import folded
from graphkit.measures.wording.sketches import leaders
from graphkit.settings import WordingSettings, current

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Wordings:
    """Wordings by number; `of` says which one each post uses (-1: no text, or too short to tell)."""

    of: Ints  # of each post
    users: Ints  # of each wording: accounts that used it
    common: NDArray[np.bool_]  # of each wording: so many used it that it is an everyday phrase
    linked: NDArray[np.bool_]  # of each wording: most of its posts carry a link, as headlines from a share button do


def wordings(graph: InfluenceGraph) -> Wordings:
    """The wordings of a graph's posts; computed once for all who read them."""
    return _wordings(graph, current().wording)


@lru_cache(maxsize=2)
def _wordings(graph: InfluenceGraph, bounds: WordingSettings) -> Wordings:
    of = np.full(graph.posts.num_rows, -1, np.int64)
    if graph.posts["text"].null_count == graph.posts.num_rows:
        none = np.empty(0, np.int64)
        return Wordings(of, none, none.astype(bool), none.astype(bool))
    said = folded(graph.posts["text"])
    long = pc.and_(
        pc.greater_equal(pc.utf8_length(said), bounds.letters),
        pc.greater_equal(pc.count_substring(said, " "), bounds.words - 1),
    )
    rows = np.flatnonzero(pc.fill_null(long, False).to_numpy(zero_copy_only=False))
    coded = said.take(pa.array(rows)).dictionary_encode()
    lead = leaders(coded.dictionary) if len(rows) else np.empty(0, np.int64)
    _, number = np.unique(lead, return_inverse=True)
    of[rows] = number[coded.indices.to_numpy()]
    return _counted(graph, of, bounds)


def _counted(graph: InfluenceGraph, of: Ints, bounds: WordingSettings) -> Wordings:
    rows = np.flatnonzero((of >= 0) & (graph.post_author >= 0))
    many = int(of.max(initial=-1)) + 1
    used, _ = distinct_pairs(of[rows], graph.post_author[rows])
    users = np.bincount(used, minlength=many)
    writers = len(np.unique(graph.post_author[rows]))
    carries = pc.fill_null(pc.list_value_length(graph.posts["urls"]), 0).to_numpy() > 0
    posts = np.bincount(of[rows], minlength=many)
    linked = np.bincount(of[rows], carries[rows], many) >= 0.5 * np.maximum(posts, 1)
    return Wordings(of, users, users > max(bounds.everyday_least, bounds.everyday * writers), linked)
