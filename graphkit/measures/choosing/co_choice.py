"""Who chooses the same rare posts: accounts that next to nobody cares for, and that choose alike beyond taste.

Friends, fans and colleagues choose alike as well, so choice only nominates. Three things keep them out: only accounts that
next to nobody cares for are looked at; a choice counts only where the account does not follow the author, since who follows
meets the posts anyway; and chance is asked among those who read the same authors in the same weeks. What is left needs no
times: a group that acts on the same posts within hours, days, or at times that nobody wrote down. Tags and links in an account's own
posts are asked about in the same way.

One thing is asked of a group as a whole, since no chance knows what was shown to people in one place: who else chose its
posts? A post that goes viral among thirty thousand people is chosen alike by hundreds of lonely ones, and
thousands of others with them. Where the members are a small part of those who chose, nobody is named.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.order import distinct_pairs
from graphkit.measures import groups, made_once, nulls
from graphkit.measures.choosing.board import Board, Uses, alike, board_of, due, shuffled
from graphkit.measures.choosing.corners import REST, reading_corners
from graphkit.measures.choosing.tokens import COLUMNS, token_uses
from graphkit.measures.co_timing import authors
from graphkit.measures.regard import regard_of
from graphkit.measures.sales.lists import lists_of
from graphkit.measures.strangers.exposure import follows
from graphkit.settings import ChoiceSettings, current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

POSTS = "posts"
LAYERS = (POSTS, *COLUMNS)  # what is chosen
EXAMPLES = 5
JOIN = 0.4  # of the density inside: a group of even ties is not cut in pieces


@dataclass(frozen=True, slots=True)
class Alike:
    """A group that chooses the same posts, tags or links."""

    members: Ints
    strength: float  # tens of p per member
    q: float
    shared: int  # posts, tags or links that two members and more chose
    pairs: int  # pairs of members with evidence
    close: float  # of them a pair of members shares, on average
    due: float  # and would by chance
    targets: Ints  # authors of the shared posts, the most chosen first; nobody of tags and links
    shares: Floats
    names: tuple[str, ...] = ()  # of the tags or links that most members used


@dataclass(frozen=True)
class Choices:
    """The groups of a graph on one layer, and for each account its group and how firmly it belongs."""

    layer: str  # what is chosen, one of LAYERS
    found: tuple[Alike, ...]
    of: NDArray[np.int32]
    hold: Floats  # evidence of its ties into the group, beside what is typical there
    exposed: bool  # follows were known, so that a choice could be told from a reader's habit
    skipped: int  # posts, tags or links too crowded to compare all who chose them
    crowds: tuple[int, ...] = ()  # sizes of groups that make up little of those who chose the same: nobody is named


def choices(graph: InfluenceGraph, seed: int, layer: str = POSTS) -> Choices:
    """The groups that choose the same posts of others, or use the same tags or links in their own.

    Cost: bounded by `most_pairs` meetings of accounts on posts, tags or links.
    """
    bounds = current().choice
    board, skipped = board_on(graph, layer, seed)
    exposed = graph.follows.nnz > 0
    nothing = Choices(layer, (), np.full(graph.n, -1, np.int32), np.zeros(graph.n), exposed, skipped)
    if not board.chose.nnz:
        return nothing
    evident = _evident(board, graph.n, bounds)
    parts = groups.partition(evident, smallest=bounds.smallest, seed=seed, join=JOIN)
    if not len(parts):
        return nothing
    copies = nulls.side_by_side(
        lambda draw: _evident(shuffled(board, draw), graph.n, bounds), range(seed + 1, seed + 1 + bounds.copies)
    )
    decoys = [groups.partition(copy, smallest=bounds.smallest, seed=seed).strength for copy in copies]
    q = nulls.decoy_q(parts.strength, np.concatenate(decoys), bounds.copies)
    told = [group for group in range(len(parts)) if q[group] <= bounds.q and parts.strength[group] >= bounds.strength]
    kept = [group for group in told if _own_part(board, parts.members(group)) >= bounds.own]
    crowds = tuple(int((parts.of == group).sum()) for group in told if group not in kept)
    found = tuple(_alike(board, parts, evident, group, float(q[group])) for group in kept)
    of = np.full(graph.n, -1, np.int32)
    for number, one in enumerate(found):
        of[one.members] = number
    return Choices(layer, found, of, _hold(graph.n, evident, of), exposed, skipped, crowds)


def every_choice(graph: InfluenceGraph, seed: int) -> tuple[Choices, ...]:
    """The groups that choose alike on each layer, in the order of LAYERS."""
    return tuple(choices(graph, seed, layer) for layer in LAYERS)


def looked_at(graph: InfluenceGraph) -> Flags:
    """The accounts whose choices are compared: next to nobody cares for them, and they are no newcomers."""
    return np.asarray(regard_of(graph).hollow() & ~lists_of(graph).newcomer)


def board_on(graph: InfluenceGraph, layer: str, seed: int) -> tuple[Board, int]:
    """Who chose what on one layer, and how many posts, tags or links were too crowded."""
    looked, corner = looked_at(graph), corners(graph, seed)
    uses = _post_uses(graph, corner) if layer == POSTS else token_uses(graph, layer, looked, corner=corner)
    return board_of(uses, looked, current().choice)


@made_once
def corners(graph: InfluenceGraph, seed: int) -> Ints:
    """The corner of every account by whose posts the people of this data act on, or whom they follow where no acts are known."""
    events, author, looked = graph.events, authors(graph), looked_at(graph)
    actor, post = (ends[events.post >= 0] for ends in (events.actor, events.post))
    other = author[post]
    if not len(actor):
        actor = np.repeat(np.arange(graph.n, dtype=np.int32), np.diff(graph.follows.indptr))
        other = graph.follows.indices
    read = (other >= 0) & (other != actor) & ~looked[actor]
    return reading_corners(actor[read], other[read], accounts=graph.n, seed=seed)


def _post_uses(graph: InfluenceGraph, corner: Ints) -> Uses:
    """Who acted on which post of others; who follows an author meets his posts anyway."""
    events, author = graph.events, authors(graph)
    actor, post = distinct_pairs(*(ends[events.post >= 0] for ends in (events.actor, events.post)))
    stray = (author[post] != actor) & ~follows(graph, actor, author[post])
    return Uses(actor, post, stray, author, np.where(author >= 0, corner[author], REST), graph.post_at)


def _evident(board: Board, accounts: int, bounds: ChoiceSettings) -> groups.Evident:
    pairs = alike(board, bounds, most=bounds.pair_p)
    tens = np.minimum(nulls.surprise(np.maximum(pairs.p, nulls.SMALLEST)), bounds.most)
    weight = tens + np.log10(bounds.pair_p) + 0.1
    first, second = (board.node[end].astype(np.int32) for end in (pairs.first, pairs.second))
    return groups.Evident(first, second, weight, accounts)


def _own_part(board: Board, members: Ints) -> float:
    """How much of those who chose a group's posts the group itself is; a post counts by its pairs of members."""
    times = np.asarray(board.chose[np.searchsorted(board.node, members)].sum(axis=0)).ravel()
    pairs = times * (times - 1)
    return float((pairs * times / np.maximum(board.chosen, 1)).sum() / max(pairs.sum(), 1e-9))


def _alike(board: Board, parts: groups.Groups, evident: groups.Evident, group: int, q: float) -> Alike:
    members = parts.members(group)
    rows = np.searchsorted(board.node, members)
    mine = board.chose[rows]
    times = np.asarray(mine.sum(axis=0)).ravel()
    inside = (parts.of[evident.first] == group) & (parts.of[evident.second] == group)
    pairs = max(len(members) * (len(members) - 1) / 2, 1)
    shared = float((times * (times - 1) / 2).sum() / pairs)
    return Alike(
        members,
        float(parts.strength[group]),
        q,
        int((times >= 2).sum()),
        int(inside.sum()),
        shared,
        _due(board, rows),
        *_authors(board, times),
        _names(board, times),
    )


def _due(board: Board, rows: Ints) -> float:
    """Things that two members share by chance, on average over their pairs, by the null that gives more."""
    one, other = np.triu_indices(len(rows), 1)
    most = np.maximum(*(due(board, rows[one], rows[other], near=near)[0] for near in (False, True)))
    return current().choice.taste * float(most.mean())


def _authors(board: Board, times: Floats) -> tuple[Ints, Floats]:
    """Whose posts the group chose together, the most chosen first, and their shares."""
    told = (times >= 2) & (board.author >= 0)
    authors_of, place = np.unique(board.author[told], return_inverse=True)
    count = np.bincount(place, times[told], minlength=len(authors_of))
    order = np.argsort(-count, kind="stable")
    return authors_of[order], count[order] / max(float(count.sum()), 1.0)


def _names(board: Board, times: Floats) -> tuple[str, ...]:
    if board.names is None:
        return ()
    return tuple(board.names.take(pa.array(board.thing[np.argsort(-times, kind="stable")[:EXAMPLES]])).to_pylist())


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
