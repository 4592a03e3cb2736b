"""Engagement that is exchanged: accounts that turn to each other's posts day after day though neither follows the other.

Friends come back to each other too, but they follow each other, so they meet each other's posts by themselves. Who does not
follow meets a post by accident, and accidents are not returned. A group in which most pairs that do not follow each
other still serve each other, on many days, has another way to learn of the posts: that is a pod, fast or slow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, triu

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.order import differs_from_previous, in_groups, order_by
from graphkit.language import percent, say
from graphkit.measures import groups, made_once, nulls
from graphkit.measures.co_timing import authors
from graphkit.measures.rhythm.occasions import occasions_of
from graphkit.settings import ExchangeSettings, current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Circle:
    """A group that exchanges engagement beyond what follows explain."""

    members: Ints
    strangers: int  # pairs of members of which neither follows the other
    exchanging: int  # of them, those that turn to each other on several occasions, both ways
    due: float  # of them, those that would by chance, given how much each gives and gets
    p: float
    q: float
    strength: float  # tens of p per member
    targets_share: float  # share of the members' acts that go to members


@dataclass(frozen=True)
class Exchange:
    """The circles of a graph, and for each account its circle and how much of it exchanges with the account."""

    circles: tuple[Circle, ...]
    nearest: NDArray[np.int32]  # the circle each account exchanges most with, -1 none
    share: Floats  # share of that circle's (other) members with whom it exchanges
    explained: float  # share of exchanging pairs outside circles that a follow explains; low: follows are incomplete
    note: str  # why there is no answer, where there is none
    pull: Floats  # tens of p of all exchanges of each account, those with accounts it is tied to as well


def occasions(graph: InfluenceGraph) -> csr_array:
    """[i, j] = distinct days on which i acted on j or j's posts; distinct posts where the acts have no times."""
    events, to = graph.events, _whom(graph)
    rows = np.flatnonzero((to >= 0) & (to != events.actor))
    timed = (events.at[rows] != NO_TIME).mean() > 0.5 if len(rows) else False
    slot = events.at[rows] // DAY if timed else events.post[rows].astype(np.int64)
    rows, slot = (
        (rows[slot >= 0], slot[slot >= 0])
        if not timed
        else (rows[events.at[rows] != NO_TIME], slot[events.at[rows] != NO_TIME])
    )
    order = order_by(events.actor[rows].astype(np.int64), to[rows], slot)
    actor, whom, slot = events.actor[rows][order].astype(np.int64), to[rows][order], slot[order]
    fresh = differs_from_previous(actor, whom, slot)
    ones = np.ones(int(fresh.sum()), np.int32)
    links = csr_array((ones, (actor[fresh], whom[fresh])), shape=(graph.n, graph.n))
    links.sum_duplicates()
    return links


def _whom(graph: InfluenceGraph) -> Ints:
    """The account that each act turns to: the author of its post, else its target; -1 unknown."""
    events, author = graph.events, authors(graph)
    to = np.where(events.post >= 0, author[np.maximum(events.post, 0)], -1) if len(author) else events.target
    return np.where(to >= 0, to, events.target).astype(np.int64)


def _beyond_one_hour(graph: InfluenceGraph, circles: list[Circle]) -> list[Circle]:
    """The circles whose members turn to each other for more than a lesson, a show or a common tag at its hour."""
    if not circles:
        return []
    of = np.full(graph.n, -1, np.int64)
    for number, circle in enumerate(circles):
        of[circle.members] = number
    events, to = graph.events, _whom(graph)
    whose = of[events.actor]
    inside = (whose >= 0) & (to >= 0) & (whose == of[to]) & (events.at != NO_TIME)
    acts = in_groups(np.where(inside, whose, -1), len(circles))
    return [
        circle
        for circle, rows in zip(circles, acts, strict=True)
        if not (len(rows) and occasions_of(events.at[rows]).explain)
    ]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs that turned to each other on several occasions both ways."""

    first: Ints
    second: Ints
    tied: NDArray[np.bool_]  # one of them follows the other
    weight: Floats  # tens of p of the less surprising direction


def exchange(graph: InfluenceGraph, seed: int) -> Exchange:
    """The circles of a graph; computed once for all who read it. Cost: one sort of the acts."""
    return _exchange(graph, seed, current().exchange)


@made_once
def _exchange(graph: InfluenceGraph, seed: int, bounds: ExchangeSettings) -> Exchange:
    nothing = Exchange((), np.full(graph.n, -1, np.int32), np.zeros(graph.n), 1.0, "", np.zeros(graph.n))
    if not graph.follows.nnz or not len(graph.events.actor):
        return nothing
    links = occasions(graph)
    pairs = _pairs(graph, links, bounds)
    pull = np.bincount(np.r_[pairs.first, pairs.second], np.r_[pairs.weight, pairs.weight], graph.n).astype(float)
    parts = _parts(graph.n, pairs, bounds, seed)
    usual = _usual(graph.n, pairs, parts)
    found = [_circle(graph, links, pairs, parts.members(group), usual) for group in range(len(parts))]
    explained = _explained(pairs, parts)
    if explained < bounds.explained:
        said = say(
            "only {share} of the pairs that turn to each other follow each other: the follows are incomplete",
            share=percent(explained),
        )
        return Exchange((), nothing.nearest, nothing.share, explained, said, pull)
    kept = _beyond_one_hour(graph, [circle for circle in found if circle is not None])
    if kept:
        kept = _with_q(graph, links, kept, usual, seed)
    kept = [circle for circle in kept if circle.q <= bounds.q]
    nearest, share = _near(graph.n, pairs, kept)
    return Exchange(tuple(kept), nearest, share, explained, "", pull)


def _pairs(graph: InfluenceGraph, links: csr_array, bounds: ExchangeSettings) -> _Pairs:
    both = triu(links.minimum(links.T.tocsr()), k=1).tocoo()
    often = both.data >= bounds.occasions
    first, second = both.row[often].astype(np.int64), both.col[often].astype(np.int64)
    there, back = chance_both_ways(links, first, second, taste=bounds.taste)
    weight = np.minimum(nulls.surprise(np.maximum(there, back)), bounds.most)
    return _Pairs(first, second, tied(graph, first, second), weight)


def chance_both_ways(links: csr_array, first: Ints, second: Ints, *, taste: float) -> tuple[Floats, Floats]:
    """For each pair, there and back: the chance of as many occasions between strangers of one taste.

    What an account gives and gets past its exchanges says how often it meets strangers; with them in the sum a busy pod
    would be its own baseline.
    """
    if not len(first):
        return np.zeros(0), np.zeros(0)  # a sparse matrix cannot be asked for nothing
    there, back = (np.asarray(links[a, b]).ravel().astype(float) for a, b in ((first, second), (second, first)))
    n = links.shape[0]
    given = np.asarray(links.sum(axis=1), float).ravel()
    got = np.asarray(links.sum(axis=0), float).ravel()
    given -= np.bincount(first, there, n) + np.bincount(second, back, n)
    got -= np.bincount(second, there, n) + np.bincount(first, back, n)
    scale = taste / max(float(given.sum()), 1.0)
    return (
        nulls.poisson_tail(there, scale * given[first] * got[second]),
        nulls.poisson_tail(back, scale * given[second] * got[first]),
    )


def tied(graph: InfluenceGraph, first: Ints, second: Ints) -> NDArray[np.bool_]:
    """For each pair whether one follows the other, or did."""
    width = np.int64(graph.n)
    source = np.repeat(np.arange(graph.n, dtype=np.int64), np.diff(graph.follows.indptr))
    keys = source * width + graph.follows.indices

    def holds(a: Ints, b: Ints) -> NDArray[np.bool_]:
        place = np.minimum(np.searchsorted(keys, a * width + b), max(len(keys) - 1, 0))
        return np.asarray(keys[place] == a * width + b) if len(keys) else np.zeros(len(a), bool)

    return holds(first, second) | holds(second, first)


def _parts(n: int, pairs: _Pairs, bounds: ExchangeSettings, seed: int) -> groups.Groups:
    """Communities of strangers who exchange; their exchanging friends hold them together a little."""
    strange = ~pairs.tied & (pairs.weight >= bounds.pair)
    known = np.zeros(n, bool)
    known[pairs.first[strange]] = known[pairs.second[strange]] = True
    near = strange | (pairs.tied & known[pairs.first] & known[pairs.second])
    weight = np.where(strange, pairs.weight, bounds.tied_weight * pairs.weight)[near]
    evident = groups.Evident(pairs.first[near].astype(np.int32), pairs.second[near].astype(np.int32), weight, n)
    return groups.partition(evident, smallest=bounds.smallest, seed=seed)


def _circle(graph: InfluenceGraph, links: csr_array, pairs: _Pairs, members: Ints, usual: float) -> Circle | None:
    bounds = current().exchange
    left, right = (side.ravel() for side in np.triu_indices(len(members), 1))
    left, right = members[left], members[right]
    apart = ~tied(graph, left, right)
    left, right = left[apart], right[apart]
    inside = np.isin(pairs.first, members) & np.isin(pairs.second, members) & ~pairs.tied
    exchanging = int((inside & (pairs.weight >= bounds.pair)).sum())
    if exchanging < bounds.least_pairs or exchanging < bounds.rate * len(left):
        return None
    p = float(nulls.binomial_tail(exchanging, len(left), usual))
    if p > bounds.group_p:
        return None
    own = links[members]
    aside = float(own[:, members].sum()) / max(float(own.sum()), 1.0)
    return Circle(
        members, len(left), exchanging, usual * len(left), p, 1.0, float(nulls.surprise(p)) / len(members), aside
    )


def _usual(n: int, pairs: _Pairs, parts: groups.Groups) -> float:
    """How often strangers with two and more exchanging friends in common exchange too, outside the groups looked at.

    Circles of friends whose follows were forgotten look like that; what a group does is measured against them.
    """
    outside = (parts.of[pairs.first] < 0) & (parts.of[pairs.second] < 0)
    friends = _links(n, pairs.first[outside & pairs.tied], pairs.second[outside & pairs.tied])
    strangers = _links(n, pairs.first[outside & ~pairs.tied], pairs.second[outside & ~pairs.tied])
    common = (friends @ friends).tocsr()
    common.data = (common.data >= 2).astype(np.int32)
    common.eliminate_zeros()
    apart = common.nnz - common.trace() - common.multiply(friends).nnz
    return float((common.multiply(strangers).nnz + 2.0) / (max(apart, 0) + 20.0))


def _links(n: int, first: Ints, second: Ints) -> csr_array:
    return csr_array((np.ones(2 * len(first), np.int32), (np.r_[first, second], np.r_[second, first])), shape=(n, n))


def _with_q(graph: InfluenceGraph, links: csr_array, found: list[Circle], usual: float, seed: int) -> list[Circle]:
    """The circles with q: how often copies give one as strong, in which each gives and gets as much, from others."""
    strengths: list[float] = []
    bounds = current().exchange
    for copy in range(bounds.copies):
        drawn = np.random.default_rng([seed, copy]).permutation(links.indices)
        shuffled = csr_array((links.data.copy(), drawn, links.indptr.copy()), shape=links.shape)
        shuffled.sum_duplicates()
        pairs = _pairs(graph, shuffled, bounds)
        parts = _parts(graph.n, pairs, bounds, seed)
        circles = [_circle(graph, shuffled, pairs, parts.members(group), usual) for group in range(len(parts))]
        strengths += [circle.strength for circle in circles if circle is not None]
    found = sorted(found, key=lambda circle: (-circle.strength, int(circle.members[0])))
    q = nulls.decoy_q(np.array([circle.strength for circle in found]), np.array(strengths), bounds.copies)
    return [
        Circle(c.members, c.strangers, c.exchanging, c.due, c.p, float(each), c.strength, c.targets_share)
        for c, each in zip(found, q, strict=True)
    ]


def _explained(pairs: _Pairs, parts: groups.Groups) -> float:
    outside = (parts.of[pairs.first] < 0) | (parts.of[pairs.first] != parts.of[pairs.second])
    return float((pairs.tied[outside].sum() + 3.0) / (outside.sum() + 3.0))


def _near(n: int, pairs: _Pairs, circles: list[Circle]) -> tuple[NDArray[np.int32], Floats]:
    """The circle with which each account exchanges most, and the share of its other members with whom it does."""
    nearest, share = np.full(n, -1, np.int32), np.zeros(n)
    for number, circle in enumerate(circles):
        member = np.zeros(n, bool)
        member[circle.members] = True
        met = np.bincount(pairs.first[member[pairs.second]], minlength=n)
        met = met + np.bincount(pairs.second[member[pairs.first]], minlength=n)
        part = met / np.maximum(len(circle.members) - member, 1)
        better = part > share
        nearest[better], share[better] = number, part[better]
    return nearest, share
