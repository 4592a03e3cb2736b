"""Which dense places among silent ties are rings: far fewer answered ties than due, no common cause, no friends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.sparse import csr_array

from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.kernels_links import columns_of
from graphkit.measures import nulls
from graphkit.measures.hollow import HollowTies, silence
from graphkit.measures.life import life_of
from graphkit.measures.regard import regard_of
from graphkit.measures.trading.apart import DEVOTED

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
SHAPES = (8.0, 25.0)  # gamma shape of how talkative groups are, at least and at most: they vary by a third to a fifth
CIRCLES = 400  # accounts whose circles are looked at for it
# standard error of a width read from such quantiles, as a part of it, times the root of their number
QUANTILE_ERROR = 1.3
FOCUS = 1e-3  # chance that so many of the members turn to one account, beside those around them
CARED_FOR = 0.25  # mean rank of regard; ordinary accounts have 0.5
MACHINES = 0.75  # of a group held in no regard outside of it
DUE_LEAST = 3.0  # answered ties due by chance: with fewer, silence is no evidence


@dataclass(frozen=True, slots=True)
class Bounds:
    """From where a group is called a ring."""

    hollow_share: float
    spoken: float
    p: float
    quick: float
    quiet_p: float


@dataclass(frozen=True, slots=True)
class Tests:
    """The groups of one way of looking, one value a group."""

    label: Ints  # of each account
    p: Floats  # of so few answered ties
    answered: Ints
    due: Floats
    pairs: Ints
    haste: Floats  # mean rank of the time until a follow was returned; 1: not known
    haste_p: Floats

    @property
    def quiet(self) -> Floats:
        """How much of what was due is missing, 0 to 1; 0 where nothing was due."""
        return np.clip(1.0 - self.answered / np.maximum(self.due, 1.0), 0.0, 1.0) * (self.due >= 1.0)

    @property
    def both(self) -> Floats:
        """The chance of silence and haste together."""
        return np.array([_combined(one, two) for one, two in zip(self.p, self.haste_p, strict=True)])

    @property
    def least(self) -> Floats:
        """The chance of the silence, or of silence and haste together where that is less."""
        return np.maximum(np.minimum(self.p, self.both), nulls.SMALLEST)

    def accepted(self, bounds: Bounds) -> tuple[NDArray[np.bool_], Floats]:
        """Which groups are rings, and the q of each."""
        alone, q = nulls.benjamini_hochberg(self.p), nulls.benjamini_hochberg(self.both)
        hollow = self.answered <= (1 - bounds.hollow_share) * self.pairs
        hollow &= (self.due >= DUE_LEAST) & (self.answered <= bounds.spoken * self.due)
        hasty = (self.haste <= bounds.quick) & (self.p < bounds.quiet_p) & (q < bounds.p)
        return hollow & ((alone < bounds.p) | hasty), np.minimum(q, alone)


@dataclass(frozen=True, slots=True)
class Usual:
    """What is ordinary in this data."""

    quiet: Floats  # of each mutual tie: chance that an ordinary one with as many acts due stays silent
    shape: float  # gamma shape of how much more or less than due is said in circles


def usual_of(ties: HollowTies, labels: tuple[Ints, ...], accounts: int) -> Usual:
    """What is ordinary, read from the ties outside all candidates."""
    quiet = _usual_silence(ties, labels)
    return Usual(quiet, _talkativeness(ties, quiet, accounts))


def tests(ties: HollowTies, label: Ints, usual: Usual) -> Tests:
    """The groups of a labelling put to the test."""
    count = int(label.max(initial=-1)) + 1
    group = np.where(label[ties.first] == label[ties.second], label[ties.first], -1)
    held = group >= 0
    pairs = np.bincount(group[held], minlength=count)
    answered = np.bincount(group[held & ties.warm], minlength=count)
    due = np.bincount(group[held], weights=1 - usual.quiet[held], minlength=count).astype(float)
    # the lower tail of a negative binomial: chance of at most `answered` answered ties
    p = np.where(due > 0, 1.0 - nulls.overdispersed_tail(answered + 1, due, usual.shape), 1.0)
    haste, haste_p = _haste(ties, label, count)
    return Tests(label, np.maximum(p, 1e-12), answered, due, pairs, haste, haste_p)


def _usual_silence(ties: HollowTies, labels: tuple[Ints, ...]) -> Floats:
    """Chance that an ordinary mutual follow with as many acts due stays silent: read from ties outside all candidates."""
    outside = np.ones(len(ties.first), bool)
    for label in labels:
        outside &= (label[ties.first] < 0) | (label[ties.first] != label[ties.second])
    return np.asarray(silence(ties.due, ties.warm, outside) if outside.sum() >= 200 else ties.quiet)


def _talkativeness(ties: HollowTies, quiet: Floats, accounts: int) -> float:
    """Gamma shape of how much more or less than due is answered in circles: an account and its mutual ties.

    The most silent tenth is left out, since it may be rings. Chance accounts for a part of the spread.
    """
    held = np.bincount(ties.first, minlength=accounts) + np.bincount(ties.second, minlength=accounts)
    pool = np.flatnonzero((held >= 5) & (held <= 60))
    if len(pool) < 50:
        return SHAPES[0]
    chosen = np.random.default_rng(0).choice(pool, min(CIRCLES, len(pool)), replace=False)
    near = _among(ties, chosen, accounts)
    ends = (np.r_[ties.first[near], ties.second[near]], np.r_[ties.second[near], ties.first[near]])
    tied, answered, due = (
        csr_array((np.r_[part, part].astype(float), ends), shape=(accounts, accounts))
        for part in (np.ones(len(near)), ties.warm[near], (1 - quiet)[near])
    )
    one = csr_array((np.ones(len(chosen)), (np.arange(len(chosen)), chosen)), shape=(len(chosen), accounts))
    circle = one + tied[chosen]
    seen = np.stack([(circle @ part).multiply(circle).sum(axis=1) / 2 for part in (answered, due)], axis=1)
    seen = seen[seen[:, 1] >= 5]
    if len(seen) < 50:
        return SHAPES[0]
    low, middle, high = np.quantile(seen[:, 0] / seen[:, 1], [0.1, 0.5, 0.95]) / max(
        float(np.median(seen[:, 0] / seen[:, 1])), 1e-9
    )
    wide = max(
        (high - middle) / 1.645, (middle - low) / 1.282
    )  # as many standard deviations as these quantiles stand for
    # read from so many circles; far out a narrow one would say too much
    wide *= 1 + QUANTILE_ERROR / np.sqrt(len(seen))
    spread = wide**2 - (1 / seen[:, 1]).mean()
    return float(np.clip(1 / max(spread, 1e-9), *SHAPES))


def _among(ties: HollowTies, chosen: Ints, accounts: int) -> Ints:
    """The ties in the circles of these accounts, and between any members of them."""
    inside = np.zeros(accounts, bool)
    inside[chosen] = True
    own = inside[ties.first] | inside[ties.second]
    inside[ties.first[own]] = inside[ties.second[own]] = True
    return np.flatnonzero(inside[ties.first] & inside[ties.second])


def of_people(graph: InfluenceGraph, members: Ints) -> bool:
    """Whether others care for the members: machines that follow each other trade nothing, they are made to look alive."""
    held = regard_of(graph)
    return bool(held.hollow_outside(graph, members).mean() < MACHINES or held.rank[members].mean() >= CARED_FOR)


def has_open_focus(graph: InfluenceGraph, members: Ints) -> bool:
    """Whether most members turn to one account that few others turn to: an employer, a client, a star, a club.

    To turn to it is to follow it and act on it, or to act on it again and again. Few: few of everybody, and few of the
    members' other mutual follows, who live in the same community and love its stars as well. The account may be a member
    itself.
    """
    stars, own = np.unique(_turned_to(graph, members), return_counts=True)
    turned = life_of(graph).turned.indptr
    everywhere = (turned[stars + 1] - turned[stars]) / max(graph.n, 1)
    share = own / max(len(members), 1)
    kept = (share >= 0.5) & (share >= 5 * everywhere)
    if not kept.any():
        return False
    around = np.setdiff1d(columns_of(members, graph.mutual), members)
    met = _turned_to(graph, around)
    there = np.bincount(np.searchsorted(stars[kept], met[np.isin(met, stars[kept])]), minlength=kept.sum())
    usual = np.maximum(there / max(len(around), 1), everywhere[kept])
    return bool((nulls.binomial_tail(own[kept], len(members), np.minimum(usual, 1.0)) < FOCUS).any())


def _turned_to(graph: InfluenceGraph, accounts: Ints) -> Ints:
    """Whom each of the accounts follows and acted on, or acted on again and again, one account after the other."""
    life = life_of(graph)
    often = csr_array(life.contacts[accounts] >= DEVOTED, dtype=np.int8)
    return np.asarray((often + life.followed_and_acted[accounts]).indices, np.int64)


def _haste(ties: HollowTies, label: Ints, count: int) -> tuple[Floats, Floats]:
    """For each group the mean rank of its return times, and the chance of so low a mean in as many *members*.

    Members, not ties: one hasty member returns all its follows quickly.
    """
    rank, known = ties.rank, ~np.isnan(ties.gap)
    group = np.where((label[ties.first] == label[ties.second]) & known, label[ties.first], -1)
    held = np.bincount(group[group >= 0], minlength=count)
    mean = np.bincount(group[group >= 0], rank[group >= 0], count) / np.maximum(held, 1)
    mean = np.where(held >= 10, mean, 1.0)
    members = np.bincount(label[label >= 0], minlength=count)
    return mean, np.asarray(special.ndtr(-(0.5 - mean) * np.sqrt(12.0 * members)))


def _combined(silent: float, hasty: float) -> float:
    """One chance from two that do not depend on each other (Fisher); haste may not speak against a silence."""
    product = max(silent * min(max(hasty, nulls.SMALLEST), 1.0), nulls.SMALLEST)
    return float(product * (1.0 - np.log(product)))
