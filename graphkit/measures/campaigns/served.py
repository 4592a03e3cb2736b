"""Whom a hand serves besides: authors on whose posts the accounts under it meet again.

What nominates an author is read from the author alone; a famous one, or one with few orders, does not stand out so. The
accounts that the first authors gave away do: they meet on the others' posts as well.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures.campaigns.apart import apart
from graphkit.measures.campaigns.moments import Strays, chance_to_meet, rarely_met
from graphkit.measures.campaigns.nominated import Campaign, acquainted
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def widened(graph: InfluenceGraph, found: Strays, parts: list[tuple[Campaign, Ints]]) -> list[Campaign]:
    """The campaigns with the authors that the accounts under them serve besides; `parts` are campaigns with these accounts.

    A campaign most of whose authors another one's accounts serve is a part of that one; one that two hands serve is two.
    """
    triple = chance_to_meet(found)
    claims = [_claims(found, part, graph.n, triple=triple, tests=len(parts)) for part in parts]
    into = np.arange(len(parts))
    for first, p in enumerate(claims):
        for second, (other, _) in enumerate(parts):
            if first != second and 2 * int((p[other.authors] < 1.0).sum()) > len(other.authors):
                into[into == into[second]] = into[first]
    taken = np.zeros(graph.n, bool)
    for campaign, _ in parts:
        taken[campaign.authors] = True
    out = []
    for one in np.unique(into):
        rows = np.flatnonzero(into == one)
        p = np.min([claims[row] for row in rows], axis=0)
        new = np.flatnonzero((p < 1.0) & ~taken)
        taken[new] = True
        whole = _joined(graph, [parts[row] for row in rows], new, p[new])
        out += _hands_of(graph, found, whole, np.concatenate([parts[row][1] for row in rows]))
    return out


def _hands_of(graph: InfluenceGraph, found: Strays, whole: Campaign, accounts: Ints) -> list[Campaign]:
    """The campaign, or the campaigns of the hands that it is made of."""
    served, under = np.zeros(graph.n, bool), np.zeros(graph.n, bool)
    served[whole.authors] = True
    under[accounts] = True
    here = found.only(served[found.author] & under[found.actor])
    hands = apart(here.author, here.actor)
    if len(hands) < 2:
        return [whole]
    hands[0] = np.union1d(hands[0], np.setdiff1d(whole.authors, np.concatenate(hands)))
    parts = []
    for authors in hands:
        place = np.searchsorted(whole.authors, authors)
        visitors = np.unique(here.actor[np.isin(here.author, authors)])
        known = acquainted(graph, visitors)
        parts.append(replace(whole, authors=authors, visitors=visitors, p=whole.p[place], acquainted=known))
    return parts


def _claims(found: Strays, part: tuple[Campaign, Ints], n: int, *, triple: float, tests: int) -> Floats:
    """Of each author the corrected chance of so many meetings of these accounts on its posts; 1 where it says too little."""
    members, own = np.zeros(n, bool), np.zeros(n, bool)
    own[part[0].authors] = True
    members[part[1]] = True
    outside = found.only(~own[found.author])
    times, p = rarely_met(outside, members, triple)
    tested = max(int((np.bincount(outside.author[members[outside.actor]], minlength=n) > 0).sum()), 1)
    p = np.minimum(1.0, p * tested * tests)
    return np.where((times >= 2) & (p < current().streams.author_p), p, 1.0)


def _joined(graph: InfluenceGraph, parts: list[tuple[Campaign, Ints]], new: Ints, p: Floats) -> Campaign:
    if len(parts) == 1 and not len(new):
        return parts[0][0]
    authors = np.concatenate([*(campaign.authors for campaign, _ in parts), new])
    chances = np.concatenate([*(campaign.p for campaign, _ in parts), p])
    order = np.argsort(authors)
    visitors = np.unique(np.concatenate([np.r_[campaign.visitors, accounts] for campaign, accounts in parts]))
    return replace(
        parts[0][0],
        authors=authors[order],
        visitors=visitors,
        p=chances[order],
        timed=any(campaign.timed for campaign, _ in parts),
        acquainted=acquainted(graph, visitors),
    )
