"""Whom a second hand may serve: accounts to whose posts the same strangers come back, to the minute, with odd clients, or deleting.

Each is a test of one author against what is usual in this data; together they only nominate. Authors who share such
visitors are one campaign. Where the visitors are the authors themselves, they trade, and that is not a second hand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.order import differs_from_previous, order_by
from graphkit.measures import nulls
from graphkit.measures.campaigns.moments import Strays, met_again
from graphkit.measures.life import life_of
from graphkit.measures.lockstep import Lockstep, Troop
from graphkit.measures.streams.marks import Marks
from graphkit.measures.streams.owner import kept_by_people
from graphkit.measures.streams.ways import FOLLOWED, PASSED_ON
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DAY = 86_400_000


@dataclass(frozen=True)
class Campaign:
    """Authors that are served together, and the visitors that gave them away."""

    authors: Ints
    visitors: Ints
    p: Floats  # of each author: the best of its tests, corrected for their number
    timed: bool  # groups in lockstep were found to serve them, against copies with shuffled delays
    acquainted: float  # share of pairs of visitors that know each other: people who meet on purpose do, victims do not


@dataclass(frozen=True)
class _Visits:
    """One row an account and author: what was odd about its acts there."""

    account: Ints
    author: Ints
    days: Ints  # on which it came as a stranger, without anybody's having passed the post on
    back: Flags  # more often than its taste and the author's fame explain
    quick: Flags  # some of these acts were deleted within minutes
    odd: Flags  # some went through a client that is odd for the account


def campaigns(graph: InfluenceGraph, marks: Marks, steps: Lockstep, *, found: Strays) -> tuple[Campaign, ...]:
    """The campaigns of a graph, those with the surest authors first; groups in lockstep bring in their targets."""
    visits = _visits(graph, marks)
    who, whose, q = met_again(found, graph.n)
    p = _tests(graph.n, visits, marks)
    authors = np.flatnonzero((p < current().streams.author_p) | (q < current().streams.meeting_q))
    p = np.minimum(p, q)
    met = np.isin(visits.account << 32 | visits.author, who << 32 | whose)
    telling = visits.back | visits.quick | visits.odd | met
    kept = telling & np.isin(visits.author, authors)
    nominated = _joined(graph.n, authors, visits.account[kept], visits.author[kept])
    traders = [a[np.isin(a, v)] for a, v in nominated]  # members of a pod visit each other
    if traders and sum(map(len, traders)):
        authors = np.setdiff1d(authors, np.concatenate(traders))
        kept &= np.isin(visits.author, authors)
        nominated = _joined(graph.n, authors, visits.account[kept], visits.author[kept])
    least = current().streams.least_visitors
    named = [Campaign(a, v, p[a], False, acquainted(graph, v)) for a, v in nominated if len(v) >= least]
    for troop in steps.troops:
        if troop.nature == "second_hand":
            named = _with(graph, named, troop)
    return tuple(sorted(named, key=lambda one: (float(one.p.min()), int(one.authors[0]))))


def _with(graph: InfluenceGraph, named: list[Campaign], troop: Troop) -> list[Campaign]:
    """The campaigns after a group in lockstep: those that share its targets are timed; else its targets are one of its own."""
    targets = np.sort(troop.targets[troop.shares >= current().streams.target_share])
    known = np.concatenate([*(one.authors for one in named), np.empty(0, np.int64)])
    new = np.setdiff1d(targets, known)
    if len(new) > len(targets) / 2:
        return [
            *named,
            Campaign(new, np.sort(troop.members), np.full(len(new), troop.q), True, acquainted(graph, troop.members)),
        ]
    shared = [len(np.intersect1d(one.authors, targets)) for one in named]
    nearest = int(np.argmax(shared))  # what the group serves besides is served by the same hand
    return [
        _timed(one, new if number == nearest else new[:0], troop.q) if shared[number] else one
        for number, one in enumerate(named)
    ]


def _timed(one: Campaign, new: Ints, q: float) -> Campaign:
    """The campaign with more authors, known to be served in lockstep."""
    authors = np.r_[one.authors, new]
    order = np.argsort(authors)
    return replace(one, authors=authors[order], p=np.r_[one.p, np.full(len(new), q)][order], timed=True)


def acquainted(graph: InfluenceGraph, visitors: Ints) -> float:
    """The share of the pairs of visitors that follow each other, or, without follows, that acted on each other."""
    links = graph.mutual if graph.follows.nnz else life_of(graph).warm
    inside = links[visitors][:, visitors]
    return float(inside.nnz / max(len(visitors) * (len(visitors) - 1), 1))


def _visits(graph: InfluenceGraph, marks: Marks) -> _Visits:
    acts, n = marks.acts, graph.n
    author = acts.author[acts.object]
    fame = np.bincount(author[author >= 0], minlength=n)
    rows = np.flatnonzero(kept_by_people(graph)[acts.actor] & (author >= 0) & (acts.way != FOLLOWED))
    rows = rows[order_by(acts.actor[rows], author[rows], acts.at[rows])]
    actor, whose = acts.actor[rows], author[rows]
    begins = np.flatnonzero(differs_from_previous(actor, whose))
    alone = acts.way[rows] != PASSED_ON
    fresh = differs_from_previous(actor, whose, np.where(alone, acts.at[rows] // DAY, -1)) & alone
    if not len(begins):
        nothing, no = np.empty(0, np.int64), np.empty(0, bool)
        return _Visits(nothing, nothing, nothing, no, no, no)
    days = np.add.reduceat(fresh.astype(np.int64), begins)
    account, served = actor[begins].astype(np.int64), whose[begins].astype(np.int64)
    strange = np.bincount(account, weights=days, minlength=n)
    due = current().streams.taste * strange[account] * fame[served] / max(int(fame.sum()), 1)
    back = (days >= 2) & (nulls.poisson_tail(days, due) < current().streams.visit_p)
    quick = np.logical_or.reduceat(marks.quick[rows], begins)
    return _Visits(account, served, days, back, quick, np.logical_or.reduceat(marks.odd[rows], begins))


def _tests(n: int, visits: _Visits, marks: Marks) -> Floats:
    """For each account as an author the best p of three tests, corrected for three times the authors."""
    settings = current().streams
    came = np.bincount(visits.author, minlength=n)
    strangers = np.bincount(visits.author[visits.days > 0], minlength=n)
    again = np.bincount(visits.author[visits.back], minlength=n)
    # without follows everybody is a stranger, and fans come back
    best = nulls.poisson_tail(again, settings.visit_p * strangers) if marks.follows_known else np.ones(n)
    for flag in (visits.quick, visits.odd):
        count = np.bincount(visits.author[flag], minlength=n)
        usual = _usual(count, came)
        best = np.minimum(best, nulls.poisson_tail(count, settings.spread * usual * came))
    tested = max(int((came >= settings.least_visitors).sum()), 1)
    return np.where(came >= settings.least_visitors, np.minimum(1.0, best * 3 * tested), 1.0)


def _usual(count: Ints, came: Ints) -> float:
    """The share among visitors of most authors: the median of the well visited ones, and half of the mean at least."""
    many = came >= 20
    middle = float(np.median(count[many] / came[many])) if many.any() else 0.0
    return max(middle, 0.5 * float(count.sum()) / max(int(came.sum()), 1), 1e-6)


def _joined(n: int, authors: Ints, visitor: Ints, author: Ints) -> list[tuple[Ints, Ints]]:
    """Authors that share more visitors than chance, as components, each with its visitors."""
    if not len(authors):
        return []
    place = np.searchsorted(authors, author)
    table = csr_array((np.ones(len(place)), (place, visitor)), shape=(len(authors), n))
    table.data[:] = 1.0
    shared = (table @ table.T).toarray()
    sizes = np.diag(shared)
    everybody = max(len(np.unique(visitor)), 1)
    due = np.outer(sizes, sizes) / max(everybody, n // 10)
    tied = (shared >= 3) & (nulls.poisson_tail(shared, due) < current().streams.author_p)
    count, label = connected_components(csr_array(tied), directed=False)
    return [(authors[label == one], np.unique(visitor[label[place] == one])) for one in range(count)]
