"""Who chooses the same rare posts: accounts that next to nobody cares for, and that choose alike beyond taste.

Friends, fans and colleagues choose alike as well, so choice only nominates. Three things keep them out: only accounts that
next to nobody cares for are looked at; a choice counts only where the account does not follow the author, since who follows
meets the posts anyway; and accounts of one community may meet ten times as often as chance. What is left needs no times:
a group that acts on the same posts within hours, days, or at times that nobody wrote down.

One thing is asked of a group as a whole, since chance over everybody knows nothing of what went round in one corner: who
else chose its posts? A post that goes viral among thirty thousand people is chosen alike by hundreds of lonely ones, and
thousands of others with them. Where the members are a small part of those who chose, nobody is named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.sparse import csr_array

from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.order import distinct_pairs
from graphkit.measures import groups, made_once, nulls
from graphkit.measures.co_timing import authors
from graphkit.measures.pairs import sharing_pairs
from graphkit.measures.regard import regard_of
from graphkit.measures.sales.lists import lists_of
from graphkit.measures.strangers.exposure import follows
from graphkit.settings import ChoiceSettings, current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

JOIN = 0.4  # of the density inside: a group of even ties is not cut in pieces


@dataclass(frozen=True, slots=True)
class Alike:
    """A group that chooses the same posts."""

    members: Ints
    strength: float  # tens of p per member
    q: float
    shared: int  # posts that two members and more chose
    pairs: int  # pairs of members with evidence
    close: float  # posts a pair of members shares, on average
    due: float  # and would by chance
    targets: Ints  # authors of the shared posts, the most chosen first
    shares: Floats


@dataclass(frozen=True)
class Choices:
    """The groups of a graph, and for each account its group and how firmly it belongs."""

    found: tuple[Alike, ...]
    of: NDArray[np.int32]
    hold: Floats  # evidence of its ties into the group, beside what is typical there
    exposed: bool  # follows were known, so that a choice could be told from a reader's habit
    skipped: int  # posts too crowded to compare all who chose them
    crowds: tuple[int, ...] = ()  # sizes of groups that make up little of those who chose their posts: nobody is named


@dataclass(frozen=True, slots=True)
class _Board:
    """Who chose what: rows are the accounts looked at, columns the posts two of them chose."""

    chose: csr_array
    rank: Floats  # log odds of a chance meeting on each post, the rarest 1
    first: float  # sum of rank * chance of a meeting, over all posts: S1 of methods A1
    second: float  # the same with rank squared: S2
    node: Ints  # account of each row
    author: Ints  # of each column, -1 unknown
    chosen: Floats  # of each column: all accounts that chose it and do not follow its author, looked at or not


def choices(graph: InfluenceGraph, seed: int) -> Choices:
    """The groups that choose alike; computed once. Cost: bounded by `most_pairs` meetings of accounts on posts."""
    return _choices(graph, seed, current().choice)


@made_once
def _choices(graph: InfluenceGraph, seed: int, bounds: ChoiceSettings) -> Choices:
    board, skipped = _board(graph, bounds)
    exposed = graph.follows.nnz > 0
    nothing = Choices((), np.full(graph.n, -1, np.int32), np.zeros(graph.n), exposed, skipped)
    if not board.chose.nnz:
        return nothing
    evident = _evident(board, graph.n, bounds)
    parts = groups.partition(evident, smallest=bounds.smallest, seed=seed, join=JOIN)
    if not len(parts):
        return nothing
    copies = nulls.side_by_side(
        lambda draw: _evident(_shuffled(board, draw), graph.n, bounds), range(seed + 1, seed + 1 + bounds.copies)
    )
    decoys = [groups.partition(copy, smallest=bounds.smallest, seed=seed).strength for copy in copies]
    q = nulls.decoy_q(parts.strength, np.concatenate(decoys), bounds.copies)
    told = [group for group in range(len(parts)) if q[group] <= bounds.q and parts.strength[group] >= bounds.strength]
    kept = [group for group in told if _own_part(board, parts.members(group)) >= bounds.own]
    crowds = tuple(int((parts.of == group).sum()) for group in told if group not in kept)
    found = tuple(_alike(board, parts, evident, group, float(q[group])) for group in kept)
    of = np.full(graph.n, -1, np.int32)
    for number, alike in enumerate(found):
        of[alike.members] = number
    return Choices(found, of, _hold(graph.n, evident, of), exposed, skipped, crowds)


def _board(graph: InfluenceGraph, bounds: ChoiceSettings) -> tuple[_Board, int]:
    events, author = graph.events, authors(graph)
    rows = np.flatnonzero(events.post >= 0)
    actor, post = distinct_pairs(events.actor[rows], events.post[rows])
    popular = np.bincount(post, minlength=len(author)).astype(float)
    total = max(float(popular.sum()), 1.0)
    looked = regard_of(graph).hollow() & ~lists_of(graph).newcomer
    stray = (author[post] != actor) & ~follows(graph, actor, author[post])
    chosen = np.bincount(post[stray], minlength=len(author)).astype(float)
    own = stray & looked[actor]
    actor, post = actor[own], post[own]
    met = np.bincount(post, minlength=len(author))
    cap = _cap(met, bounds.most_pairs)
    kept = (met[post] >= 2) & (met[post] <= cap)
    node, row = np.unique(actor[kept], return_inverse=True)
    column, place = np.unique(post[kept], return_inverse=True)
    chose = csr_array((np.ones(int(kept.sum())), (row, place)), shape=(len(node), len(column)))
    chance = popular * np.maximum(popular - 1, 0) / total**2
    width = float(max(len(np.unique(events.actor)), 2))
    rank = np.where(popular >= 2, np.log(width * (width - 1)) - np.log(np.maximum(popular * (popular - 1), 1)), 0.0)
    rank = np.maximum(rank, 0.0) / max(float(rank.max(initial=0.0)), 1e-9)
    sums = float((rank * chance).sum()), float((rank**2 * chance).sum())
    board = _Board(chose, rank[column], *sums, node.astype(np.int64), author[column].astype(np.int64), chosen[column])
    return board, int((met > cap).sum())


def _cap(met: Ints, most: int) -> int:
    """The largest number of choosers a post may have, so that all pairs on all posts stay within `most`."""
    sizes = np.sort(met[met >= 2]).astype(np.float64)
    if not len(sizes):
        return 2
    inside = int(np.searchsorted(np.cumsum(sizes**2), most, "right"))
    return int(sizes[max(inside - 1, 0)])


def _evident(board: _Board, accounts: int, bounds: ChoiceSettings) -> groups.Evident:
    """Pairs that share more, and rarer, posts than their activity and ten times chance would give (methods A1)."""
    u, v, _, amount = sharing_pairs(board.chose, board.rank, least=bounds.shared)
    each = np.diff(board.chose.indptr).astype(float)
    scale = board.second / max(board.first, 1e-300)
    due = bounds.taste * each[u] * each[v] * board.first
    p = special.gammainc(np.maximum(amount / scale, 1e-12), due / scale)
    kept = p < bounds.pair_p
    weight = (
        np.minimum(nulls.surprise(np.maximum(p[kept], nulls.SMALLEST)), bounds.most) + np.log10(bounds.pair_p) + 0.1
    )
    return groups.Evident(board.node[u[kept]].astype(np.int32), board.node[v[kept]].astype(np.int32), weight, accounts)


def _shuffled(board: _Board, seed: int) -> _Board:
    """A copy in which everybody chooses as much, and every post is chosen as often, by others."""
    drawn = np.random.default_rng(seed).permutation(board.chose.indices)
    chose = csr_array((board.chose.data.copy(), drawn, board.chose.indptr.copy()), shape=board.chose.shape)
    chose.sum_duplicates()
    chose.data[:] = 1.0
    return replace(board, chose=chose)


def _own_part(board: _Board, members: Ints) -> float:
    """How much of those who chose a group's posts the group itself is; a post counts by its pairs of members."""
    times = np.asarray(board.chose[np.searchsorted(board.node, members)].sum(axis=0)).ravel()
    pairs = times * (times - 1)
    return float((pairs * times / np.maximum(board.chosen, 1)).sum() / max(pairs.sum(), 1e-9))


def _alike(board: _Board, parts: groups.Groups, evident: groups.Evident, group: int, q: float) -> Alike:
    members = parts.members(group)
    rows = np.searchsorted(board.node, members)
    mine = board.chose[rows]
    times = np.asarray(mine.sum(axis=0)).ravel()
    inside = (parts.of[evident.first] == group) & (parts.of[evident.second] == group)
    pairs = max(len(members) * (len(members) - 1) / 2, 1)
    shared = float((times * (times - 1) / 2).sum() / pairs)
    each = np.diff(mine.indptr).astype(float)
    due = float(current().choice.taste * each.mean() ** 2 * board.first)
    return Alike(
        members,
        float(parts.strength[group]),
        q,
        int((times >= 2).sum()),
        int(inside.sum()),
        shared,
        due,
        *_authors(board, times),
    )


def _authors(board: _Board, times: Floats) -> tuple[Ints, Floats]:
    """Whose posts the group chose together, the most chosen first, and their shares."""
    told = (times >= 2) & (board.author >= 0)
    authors_of, place = np.unique(board.author[told], return_inverse=True)
    count = np.bincount(place, times[told], minlength=len(authors_of))
    order = np.argsort(-count, kind="stable")
    return authors_of[order], count[order] / max(float(count.sum()), 1.0)


def _hold(n: int, evident: groups.Evident, of: NDArray[np.int32]) -> Floats:
    """The evidence that ties each account to its group, as a part of what is typical of the group."""
    inside = (of[evident.first] == of[evident.second]) & (of[evident.first] >= 0)
    held = np.bincount(evident.first[inside], evident.weight[inside], n) + np.bincount(
        evident.second[inside], evident.weight[inside], n
    )
    member = of >= 0
    count = int(of.max(initial=-1)) + 1
    typical = np.bincount(of[member], held[member], count) / np.maximum(np.bincount(of[member], minlength=count), 1)
    return np.where(member, held / np.maximum(typical[np.maximum(of, 0)] if count else 1.0, 1e-9), 0.0)
