"""Regard: how much others care for an account, against accounts that turn to as many others.

An account is held in regard by those who follow it and by those who answer it. Both count only as far as they are held in
regard themselves, so that machines that follow each other do not lift each other. Its peers are the accounts that follow
and act on as many others as it does; the rank among them is a fair chance: a tenth of all ordinary accounts stand below 0.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.graphs.compiled import compiled
from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.kernels import Rows, rows_of
from graphkit.measures import made_once, nulls
from graphkit.measures.life import life_of
from graphkit.settings import current

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDS = 4  # of weighing followers by their own regard: the ranks move by less than 0.01 after that
LEAST_PEERS = 200  # accounts of like activity: a rank of 0.05 then rests on ten accounts
MOST_BINS = 40
STATED = 50  # followers stated and not in the data count up to so many ...
STATED_WEIGHT = 0.1  # ... and a tenth each: nobody knows who they are


@dataclass(frozen=True, slots=True)
class Regard:
    """For each account the regard it is held in, its rank among its peers, and what is usual among them."""

    amount: Floats  # followers and answerers, each weighed by its own rank
    rank: Floats  # 0..1 among accounts of like activity, ties in the middle; 1 for accounts that do nothing
    usual: Floats  # median amount among the peers
    peers: Ints  # which accounts are of like activity; -1 for accounts that do nothing

    def hollow(self) -> NDArray[np.bool_]:
        """Accounts that next to nobody cares for: the lower end of their peers, and a small part of what is usual there.

        The second bound keeps the lower end of a well-regarded crowd out: in it nobody is without regard.
        """
        bounds = current().regard
        return np.asarray((self.rank <= bounds.rank) & (self.amount <= self._little()))

    def hollow_outside(self, graph: InfluenceGraph, members: Ints) -> NDArray[np.bool_]:
        """For each member of a group (rising numbers): whether next to nobody outside the group cares for it."""
        inside = np.zeros(len(members))
        for ptr, to in _rows(graph):
            inside += _from_inside(ptr, to, members.astype(np.int64), self.rank)
        return np.asarray(self.amount[members] - inside <= self._little(members))

    def usual_bare(self) -> Floats:
        """For each account the share of its peers that next to nobody cares for, as far as these data know.

        Near 1 the data know too little of who follows and answers whom: to have nobody then says nothing of an account.
        """
        bare = self.amount <= self._little()
        place = self.peers + 1
        return (np.bincount(place, weights=bare) / np.maximum(np.bincount(place), 1))[place]

    def _little(self, nodes: Ints | slice = slice(None)) -> Floats:
        bounds = current().regard
        return np.maximum(bounds.least, bounds.part * self.usual[nodes])


@compiled
def _from_inside(ptr: Ints, to: NDArray[np.int32], members: Ints, rank: Floats) -> Floats:
    """For each member (rising numbers) the ranks of the members in its row, summed; the shorter list is gone through."""
    held = np.zeros(len(members))
    for k in range(len(members)):
        row = to[ptr[members[k]] : ptr[members[k] + 1]]
        if len(row) > len(members):
            for other in members:
                at = np.searchsorted(row, other)
                if at < len(row) and row[at] == other:
                    held[k] += rank[other]
        else:
            for other in row:
                at = np.searchsorted(members, other)
                if at < len(members) and members[at] == other:
                    held[k] += rank[other]
    return held


@lru_cache(maxsize=2)
def regard_of(graph: InfluenceGraph) -> Regard:
    """The regard of every account; computed once for all detectors. Cost: a few passes over ties and acts."""
    reached_out = np.diff(graph.follows.indptr).astype(np.int64) + life_of(graph).breadth
    peers = _peers(reached_out)
    held = _held(graph)
    extra = STATED_WEIGHT * _unseen(graph)
    amount, rank, usual = extra, np.ones(graph.n), np.zeros(graph.n)
    for _ in range(ROUNDS):
        amount = extra + sum((links @ rank for links in held), np.zeros(graph.n))
        rank, usual = _ranked(amount, peers)
    return Regard(amount, rank, usual, peers)


def _held(graph: InfluenceGraph) -> list[csr_array]:
    """Who follows, and who answers: [i, j] = 1 where j does so to i."""
    return [_pattern(links) for links in _ties(graph)]


def _ties(graph: InfluenceGraph) -> list[csr_array]:
    return [links for links in (graph.followers, life_of(graph).turned) if links.nnz]


@made_once
def _rows(graph: InfluenceGraph) -> list[Rows]:
    """The ties as loops want them, made once: asked of every group, to make them would cost all accounts each time."""
    return [rows_of(links) for links in _ties(graph)]


def _pattern(links: csr_array) -> csr_array:
    return csr_array((np.ones(links.nnz, np.float64), links.indices, links.indptr), shape=links.shape)


def _unseen(graph: InfluenceGraph) -> Floats:
    """Followers stated on the page and not among those in the data, up to a bound."""
    stated = np.nan_to_num(graph.accounts["followers"].to_numpy(zero_copy_only=False).astype(float), nan=0.0)
    return np.clip(stated - np.diff(graph.followers.indptr), 0, STATED)


def _peers(activity: Ints) -> Ints:
    """Groups of like activity with `LEAST_PEERS` accounts or more; -1 for accounts that do nothing."""
    group = np.full(len(activity), -1, np.int64)
    doing = np.flatnonzero(activity > 0)
    bins = int(np.clip(len(doing) // LEAST_PEERS, 1, MOST_BINS))
    if len(doing):
        edges = np.unique(np.quantile(activity[doing], np.linspace(0, 1, bins + 1)[1:-1]))
        group[doing] = np.searchsorted(edges, activity[doing], "left")
    return group


def _ranked(amount: Floats, peers: Ints) -> tuple[Floats, Floats]:
    """Rank of each account among its peers (ties in the middle), and their median."""
    rank, usual = np.ones(len(amount)), np.zeros(len(amount))
    order = np.argsort(peers, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(peers[order])) + 1):
        if not len(rows) or peers[rows[0]] < 0:
            continue
        rank[rows] = nulls.middle_rank(amount[rows])
        usual[rows] = np.median(amount[rows])
    return rank, usual
