"""Who says the same rare things in nearly the same words: groups of accounts, against chance and against what people copy.

People copy too: greetings, songs, headlines, the petition of a friend. So a wording counts only while few use it; wordings
that carry a link are headlines and are left out; two accounts of which one follows the other may read each other and are
left out; and two accounts must share several wordings, beyond what their number of posts and ten times chance would give.
The groups only nominate: who nobody follows or answers, and says what others say, is a machine; fans are not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.sparse import csr_array, triu

from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures import groups, made_once, nulls
from graphkit.measures.exchange import tied
from graphkit.measures.regard import regard_of
from graphkit.measures.wording.wordings import Wordings, wordings
from graphkit.settings import WordingSettings, current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Copied:
    """A group that says the same things."""

    members: Ints
    strength: float  # tens of p per member
    q: float
    wordings: int  # that two members and more used
    shared: float  # wordings that two members share, on average
    due: float  # and would by ten times chance
    lifeless: (
        float  # share of members that nobody outside follows or answers; NaN where that says nothing in these data
    )
    quotes: tuple[str, ...]  # the wordings most members used, as first written


@dataclass(frozen=True)
class Copying:
    """The groups of a graph, and for each account its group (-1 none) and the wordings it shares with others of it."""

    found: tuple[Copied, ...]
    of: NDArray[np.int32]
    hits: Ints


def copying(graph: InfluenceGraph, seed: int) -> Copying:
    """The groups that say the same; none where posts have no text. Cost: bounded by `most_users` a wording."""
    return _copying(graph, seed, current().wording)


@made_once
def _copying(graph: InfluenceGraph, seed: int, bounds: WordingSettings) -> Copying:
    nothing = Copying((), np.full(graph.n, -1, np.int32), np.zeros(graph.n, np.int64))
    said = wordings(graph)
    used, node = _used(graph, said, bounds)
    if not used.nnz:
        return nothing
    parts = groups.partition(_evident(graph, used, node, bounds), smallest=bounds.smallest, seed=seed)
    if not len(parts):
        return nothing
    decoys = [
        groups.partition(
            _evident(graph, _shuffled(used, seed + 1 + copy), node, bounds), smallest=bounds.smallest, seed=seed
        ).strength
        for copy in range(bounds.copies)
    ]
    q = nulls.decoy_q(parts.strength, np.concatenate(decoys), bounds.copies)
    kept = [g for g in range(len(parts)) if q[g] <= bounds.q and parts.strength[g] >= bounds.strength]
    of, hits = np.full(graph.n, -1, np.int32), np.zeros(graph.n, np.int64)
    found, bare = [], regard_of(graph).usual_bare()
    for number, group in enumerate(kept):
        members = _joined(graph, used, node, parts.members(group))
        rows = np.searchsorted(node, members)
        times = np.asarray(used[rows].sum(axis=0)).ravel()
        of[members], hits[members] = number, used[rows][:, times >= 2].sum(axis=1)
        found.append(
            _copied(graph, said, used, rows, (members, float(parts.strength[group]), float(q[group])), bare=bare)
        )
    return Copying(tuple(found), of, hits)


def _used(graph: InfluenceGraph, said: Wordings, bounds: WordingSettings) -> tuple[csr_array, Ints]:
    """[account, wording] = 1 for wordings that are neither everybody's nor headlines; and the account of each row."""
    rows = np.flatnonzero((said.of >= 0) & (graph.post_author >= 0))
    few = (said.users <= bounds.most_users) & ~said.common & ~said.linked
    rows = rows[few[said.of[rows]]] if len(rows) else rows
    node, row = np.unique(graph.post_author[rows], return_inverse=True)
    used = csr_array((np.ones(len(rows)), (row, said.of[rows])), shape=(max(len(node), 1), max(len(said.users), 1)))
    used.sum_duplicates()
    used.data[:] = 1.0
    return used, node.astype(np.int64)


def _evident(graph: InfluenceGraph, used: csr_array, node: Ints, bounds: WordingSettings) -> groups.Evident:
    """Pairs of strangers that share more, and rarer, wordings than their posts and ten times chance give (methods A1)."""
    users = np.asarray(used.sum(axis=0)).ravel()
    width, total = float(max(used.shape[0], 2)), max(float(users.sum()), 1.0)
    rank = np.where(users >= 2, np.log(width * (width - 1)) - np.log(np.maximum(users * (users - 1), 1)), 0.0)
    rank = np.maximum(rank, 0.0) / max(float(rank.max(initial=0.0)), 1e-9)
    chance = users * np.maximum(users - 1, 0) / total**2
    first, second = float((rank * chance).sum()), float((rank**2 * chance).sum())
    shared = triu(used @ used.T, k=1).tocoo()
    often = shared.data >= bounds.shared
    u, v = shared.row[often], shared.col[often]
    apart = ~tied(graph, node[u], node[v]) if len(u) else np.zeros(0, bool)
    u, v = u[apart], v[apart]
    weighed = triu((used.multiply(rank[None, :]).tocsr()) @ used.T, k=1).tocsr()
    amount = np.asarray(weighed[u, v]).ravel() if len(u) else np.empty(0)
    each, scale = np.diff(used.indptr).astype(float), second / max(first, 1e-300)
    due = bounds.taste * each[u] * each[v] * first
    p = special.gammainc(np.maximum(amount / max(scale, 1e-12), 1e-12), due / max(scale, 1e-12))
    kept = p < bounds.pair_p
    weight = nulls.surprise(np.maximum(p[kept], nulls.SMALLEST)) + np.log10(bounds.pair_p) + 0.1
    return groups.Evident(node[u[kept]].astype(np.int32), node[v[kept]].astype(np.int32), weight, graph.n)


def _shuffled(used: csr_array, seed: int) -> csr_array:
    """A copy in which everybody says as much, and every wording is used as often, by others."""
    drawn = np.random.default_rng(seed).permutation(used.indices)
    copy = csr_array((used.data.copy(), drawn, used.indptr.copy()), shape=used.shape)
    copy.sum_duplicates()
    copy.data[:] = 1.0
    return copy


def _joined(graph: InfluenceGraph, used: csr_array, node: Ints, core: Ints) -> Ints:
    """The core, and who else that nobody cares for says so much of what a good part of the core says."""
    bounds = current().wording
    times = np.asarray(used[np.searchsorted(node, core)].sum(axis=0)).ravel()
    theirs = np.flatnonzero(times >= max(2.0, 0.2 * len(core)))
    users, each = np.asarray(used.sum(axis=0)).ravel(), np.diff(used.indptr)
    hits = np.asarray(used[:, theirs].sum(axis=1)).ravel()
    others = float((users - times)[theirs].sum()) + len(theirs)  # one more of each, for a rare thing seen by chance
    due = bounds.taste * each * others / max(float(users.sum()), 1.0)
    more = (hits >= bounds.shared) & (nulls.poisson_tail(hits, due) < bounds.join_p) & regard_of(graph).hollow()[node]
    return np.union1d(core, node[more])


def _copied(
    graph: InfluenceGraph,
    said: Wordings,
    used: csr_array,
    rows: Ints,
    group: tuple[Ints, float, float],
    *,
    bare: Floats,
) -> Copied:
    members, strength, q = group
    times = np.asarray(used[rows].sum(axis=0)).ravel()
    pairs = max(len(members) * (len(members) - 1) / 2, 1)
    users = np.asarray(used.sum(axis=0)).ravel()
    each, total = float(np.diff(used[rows].indptr).mean()), max(float(users.sum()), 1.0)
    due = current().wording.taste * each**2 * float((users * np.maximum(users - 1, 0)).sum()) / total**2
    known = bare[members].mean() <= current().lockstep.lifeless_usual
    lifeless = float(regard_of(graph).hollow_outside(graph, members).mean()) if known else np.nan
    quotes = _quotes(graph, said, np.argsort(-times, kind="stable")[:3])
    shared = float((times * (times - 1) / 2).sum() / pairs)
    return Copied(members, strength, q, int((times >= 2).sum()), shared, due, lifeless, quotes)


def _quotes(graph: InfluenceGraph, said: Wordings, chosen: Ints) -> tuple[str, ...]:
    first = [int(np.flatnonzero(said.of == one)[0]) for one in chosen]
    ids, texts = graph.posts["id"].take(first).to_pylist(), graph.posts["text"].take(first).to_pylist()
    return tuple(f"{name}: {text[:140]}" for name, text in zip(ids, texts, strict=True))
