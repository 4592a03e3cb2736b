"""Corners of a network: who reads the same authors, and what goes round in each corner among people.

Accounts of one corner meet on posts far more often than accounts drawn from all. So chance is asked corner by corner: given
how often each account chose something there. What is popular is read from people alone, the accounts that somebody cares
for: a group of machines cannot pass its own posts off as popular, however much of a corner it is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.graphs.graph import NO_TIME
from graphkit.graphs.order import Whole, differs_from_previous, order_by
from graphkit.graphs.partitions import leiden
from graphkit.measures.sales.lists import DAY

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST = 1_000_000  # acts: corners are coarse, so that many tell them
NOBODYS = -1  # the corner of what no people use: only chance among all can be asked
ROUNDS = 4  # of Leiden, as in [communities]
COARSE = 0.4  # resolution: among readers without any taste the usual 1 sees sixty corners, 0.4 a dozen; both see forty where there are forty
AGAIN = 8  # rounds: one choice in two hundred is left twice then
REST = 0  # the corner of what belongs to none, or to one in which people choose too little to know what is popular


def reading_corners(actor: Whole, author: Whole, *, accounts: int, seed: int) -> Ints:
    """The corner of every account by who acts on whom (`actor[k]` on `author[k]`); `REST` for accounts without such acts.

    Cost: Leiden on at most `MOST` of the acts, half a second.
    """
    few = slice(None, None, max(1, -(-len(actor) // MOST)))
    actor, author = actor[few], author[few]
    links = csr_array((np.ones(len(actor)), (actor, author)), shape=(accounts, accounts))
    links = (links + links.T).tocsr()
    links.setdiag(0.0)
    links.eliminate_zeros()
    links.sort_indices()
    if not links.nnz:
        return np.full(accounts, REST, np.int64)
    return np.where(np.diff(links.indptr) > 0, leiden(links, seed=seed, rounds=ROUNDS, resolution=COARSE) + 1, REST)


def seasons(at: Ints, *, days: float) -> Ints:
    """The stretch of so many days in which each thing came up, from 0; what has no known time shares one more."""
    known = at != NO_TIME
    first = int(at[known].min(initial=0)) if known.any() else 0
    return np.where(known, (at - first) // round(days * DAY) + 1, 0)


def strata(corner: Ints, season: Ints, chosen: Floats, *, least: float) -> Ints:
    """Each thing by its corner and season, numbered from 0; `chosen` is how often people chose each.

    A season of a corner with fewer than `least` choices goes to what is left of the corner, and a corner with so few in
    all to the rest.
    """
    held = np.bincount(corner + 1, chosen)[corner + 1]  # NOBODYS comes first
    corner = np.where((held >= least) | (corner == NOBODYS), corner, REST) + 1
    width = int(season.max(initial=0)) + 2
    both = corner * width + season + 1
    both = np.where(np.bincount(both, chosen)[both] >= least, both, corner * width)
    return np.asarray(np.unique(both, return_inverse=True)[1], np.int64)


def exchanged(owner: Ints, thing: NDArray[np.int32], corner: Ints, *, seed: int) -> NDArray[np.int32]:
    """The things, each exchanged with another of the same corner; `owner[k]` chose `thing[k]` of `corner[k]`, each once.

    What comes twice to one owner is exchanged again, a few times over; a few may be left that do.
    """
    draw, order = np.random.default_rng(seed), np.argsort(corner, kind="stable")
    mixed, drawn = np.empty_like(thing), draw.permutation(len(thing))
    mixed[order] = thing[drawn[np.argsort(corner[drawn], kind="stable")]]
    size = np.bincount(corner, minlength=1)
    begin = np.cumsum(size) - size
    for _ in range(AGAIN):
        twice = _twice(owner, mixed)
        other = order[begin[corner[twice]] + draw.integers(0, np.maximum(size[corner[twice]], 1))]
        other, kept = np.unique(other, return_index=True)
        apart = ~np.isin(other, twice)
        one, other = twice[kept[apart]], other[apart]
        mixed[one], mixed[other] = mixed[other], mixed[one]
    return mixed


def _twice(owner: Ints, thing: NDArray[np.int32]) -> Ints:
    """Rows that repeat the owner and thing of another."""
    order = order_by(owner, thing)
    return order[~differs_from_previous(owner[order], thing[order])]
