"""Hollow ties: accounts that follow each other and never look, although both were there and had the occasion.

For a follow i -> j the acts due are i's acts, spread over those it follows in proportion to how much they post. How often
a follow with that many acts due stays silent is read from the one-way follows of the same data: friends turn to each other
more than that, so the reference errs on the innocent side. Where nothing was due, silence says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.kernels_links import returned
from graphkit.measures import nulls
from graphkit.measures.life import Life, life_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BINS = 24  # of acts due, on a log scale
CAP = 2.5  # nats a direction: no single silent tie says more than a factor of twelve
WARM = -2.0  # nats: a tie with acts in it speaks against trading


@dataclass(frozen=True)
class HollowTies:
    """The mutual follows, one row a pair, with how far their silence speaks for ties kept only for the number."""

    accounts: int  # of the graph
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    warm: NDArray[np.bool_]  # at least one acted on the other
    weight: Floats  # nats: log of how much likelier this silence is in a traded tie than in an ordinary one
    due: Floats  # acts due in both directions together
    quiet: Floats  # chance that an ordinary follow both ways, with these acts due, stays silent
    gap: Floats  # milliseconds between the follow and the follow back; NaN: unknown

    @cached_property
    def rank(self) -> Floats:
        """Rank in 0..1 of each time until a follow was returned, equal ones in the middle; 1 where it is not known."""
        known = ~np.isnan(self.gap)
        rank = np.ones(len(self.gap))
        rank[known] = nulls.middle_rank(self.gap[known])
        return rank

    @cached_property
    def gaps(self) -> Floats:
        """The times until a follow was returned that are known, the shortest first."""
        return np.sort(self.gap[~np.isnan(self.gap)])

    @cached_property
    def by_quiet(self) -> Ints:
        """The numbers of the ties in order of `quiet`, equal ones as chance has it."""
        place = np.random.default_rng(0).permutation(len(self.quiet))
        return place[np.argsort(self.quiet[place], kind="stable")]

    @cached_property
    def held(self) -> csr_array:
        """[i, j] = number of the tie of i and j, plus one."""
        number = np.arange(1, len(self.first) + 1, dtype=np.int64)
        ends = (np.r_[self.first, self.second], np.r_[self.second, self.first])
        return csr_array((np.r_[number, number], ends), shape=(self.accounts, self.accounts))

    def exchanged(self, drawn: Ints) -> HollowTies:
        """The same ties, where each has the silence and the time until a return of the tie that was drawn for it."""
        copy = replace(self, warm=self.warm[drawn], gap=self.gap[drawn])
        copy.__dict__["rank"] = self.rank[drawn]  # the same times have the same ranks, and to sort them anew costs most
        return copy

    def usual_gap(self, own: Ints) -> float:
        """The median time until a follow was returned, of all ties but these; NaN where there is none."""
        gone = np.sort(self.gap[own][~np.isnan(self.gap[own])])
        place = np.searchsorted(self.gaps, gone, "left")
        again = np.arange(len(gone)) - np.searchsorted(gone, gone, "left")  # equal ones stand side by side
        before = place + again - np.arange(len(gone))  # how many of the others stand before each
        left = len(self.gaps) - len(gone)
        middle = np.array([(left - 1) // 2, left // 2])
        return float(self.gaps[middle + np.searchsorted(before, middle, "right")].mean()) if left else float("nan")

    def inside(self, members: Ints) -> Ints:
        """The ties of which both ends are among the members, in their order."""
        numbers = self.held[members]
        kept = np.isin(numbers.indices, members)
        return np.unique(numbers.data[kept]) - 1


def acts_due(graph: InfluenceGraph, life: Life) -> Floats:
    """For each follow, in the order of `graph.follows.data`: the acts due from follower to followed."""
    offered = offers(graph, life)
    source = np.repeat(np.arange(graph.n), np.diff(graph.follows.indptr))
    target = graph.follows.indices
    stock = np.bincount(source, weights=offered[target], minlength=graph.n)
    return np.asarray(life.acts[source] * offered[target] / np.maximum(stock[source], 1e-9))


def offers(graph: InfluenceGraph, life: Life) -> Floats:
    """What an account gives others to react to: its posts, or the acts it received where posts are not known."""
    if (graph.post_author >= 0).any():
        return life.own_posts.astype(float)
    return np.asarray(life.turned.sum(axis=1), float).ravel()


def _acted(graph: InfluenceGraph, life: Life) -> NDArray[np.bool_]:
    """For each follow: whether the follower ever acted on the followed."""
    links = life.contacts
    links.sort_indices()
    width = np.int64(graph.n)
    keys = np.repeat(np.arange(graph.n), np.diff(links.indptr)) * width + links.indices
    ties = np.repeat(np.arange(graph.n), np.diff(graph.follows.indptr)) * width + graph.follows.indices
    place = np.minimum(np.searchsorted(keys, ties), max(len(keys) - 1, 0))
    return keys[place] == ties if len(keys) else np.zeros(len(ties), bool)


def silence(due: Floats, acted: NDArray[np.bool_], reference: NDArray[np.bool_]) -> Floats:
    """Chance that a follow with this many acts due stays silent, read from the reference follows; falling in `due`."""
    some = due[reference & (due > 0)]
    edges = np.quantile(some, np.linspace(0, 1, BINS + 1)[1:-1]) if len(some) else np.empty(0)
    place = np.searchsorted(np.unique(edges), due, "right")
    count = np.bincount(place[reference], minlength=BINS + 1) + 1.0
    quiet = np.bincount(place[reference & ~acted], minlength=BINS + 1) + 1.0
    share = np.minimum.accumulate(quiet / count)
    return np.where(due > 0, share[place], 1.0)


@lru_cache(maxsize=2)
def hollow_ties_of(graph: InfluenceGraph) -> HollowTies:
    """The mutual follows of a graph and what their silence says; computed once for all who read them."""
    return hollow_ties(graph, life_of(graph))


def hollow_ties(graph: InfluenceGraph, life: Life) -> HollowTies:
    """Every mutual follow with its weight of evidence for being traded."""
    due, acted = acts_due(graph, life), _acted(graph, life)
    source = np.repeat(np.arange(graph.n), np.diff(graph.follows.indptr))
    target = graph.follows.indices.astype(np.int64)
    turned = returned(graph.follows)
    quiet = silence(due, acted, turned < 0)
    nats = np.minimum(-np.log(np.maximum(quiet, 1e-9)), CAP)
    forth = np.flatnonzero((turned >= 0) & (source < target))
    back = turned[forth]
    warm = acted[forth] | acted[back]
    weight = np.where(warm, WARM, nats[forth] + nats[back])
    gap = np.abs(graph.follow_at[forth] - graph.follow_at[back]).astype(float)
    gap[(graph.follow_at[forth] == NO_TIME) | (graph.follow_at[back] == NO_TIME)] = np.nan
    return HollowTies(
        graph.n, source[forth], target[forth], warm, weight, due[forth] + due[back], quiet[forth] * quiet[back], gap
    )
