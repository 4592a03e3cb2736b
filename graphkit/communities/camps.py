"""Camps: accounts that the same people endorse, beyond chance, with those people; or the answer that there are none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, triu

from graphkit.communities.belonging import ALONE, by_size
from graphkit.communities.endorsements import Endorsements
from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.partitions import leiden, modularity
from graphkit.language import amount, say
from graphkit.measures.nulls import benjamini_hochberg, binomial_tail, poisson_tail
from graphkit.settings import Camps as Rules
from graphkit.settings import Settings, defaults
from graphkit.verdicts import Verdicts

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Camps:
    """The camp of every account by node (-1: none is told), and how sure the division as a whole is."""

    camp: NDArray[np.int64]
    share: Floats  # of what an account endorses, or of its endorsers, in its camp; NaN without a camp
    surplus: (
        float | None
    )  # modularity over that of shuffled copies, in their standard deviations; None: too little data

    @property
    def names(self) -> list[str | None]:
        """k1 is the largest; None where no camp is told."""
        return [None if number < 0 else f"k{number + 1}" for number in self.camp.tolist()]

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        if self.surplus is None:
            return say("Camps cannot be told: too few accounts are endorsed by the same people.")
        count = int(self.camp.max()) + 1
        if count < 2:
            return say("No camps found: who endorses whom divides no more than chance does.")
        return say(
            "{count} camps; the division is {surplus} standard deviations beyond that of shuffled copies.",
            count=count,
            surplus=amount(self.surplus, 1),
        )


def camps(graph: InfluenceGraph, verdicts: Verdicts, *, seed: int = 0, settings: Settings | None = None) -> Camps:
    """The camps of a network.

    Accounts are tied where more people endorse both than their numbers suggest (Poisson, false discovery rate), and
    divided by Leiden. The division counts only where its modularity exceeds that of copies in which endorsements are
    drawn anew. A person belongs to a camp where most of what it endorses does, more than chance puts there; an account
    where its endorsers do. Everybody else has none: not to take sides is usual.
    """
    rules = (settings or defaults()).camps
    given = Endorsements.of(graph, verdicts, rules)
    nobody = np.full(graph.n, ALONE), np.full(graph.n, np.nan)
    if len(given.accounts) < 2 * rules.smallest or not len(given.person):
        return Camps(*nobody, None)
    ties = _ties(given.matrix, rules)
    found = by_size(leiden(ties, seed=seed, rounds=rules.rounds), smallest=rules.smallest)
    surplus = _surplus(given, ties, rules, seed=seed)
    if surplus < rules.surplus or found.max() < 1:
        return Camps(*nobody, surplus)
    return Camps(*_members(given, found, rules), surplus)


def _ties(matrix: csr_array, rules: Rules) -> csr_array:
    """Accounts by accounts: root of the shared endorsers beyond those due, where they are more than chance."""
    both = triu(csr_array(matrix.T @ matrix), k=1).tocoo()
    often, total = np.asarray(matrix.sum(axis=1)).ravel(), matrix.sum()
    size = np.asarray(matrix.sum(axis=0)).ravel()
    due = size[both.row] * size[both.col] * ((often * (often - 1.0)).sum() / total**2)
    p = poisson_tail(both.data, due)
    tests = len(size) * (len(size) - 1) // 2
    kept = benjamini_hochberg(p, tests) <= rules.q
    weight = np.sqrt(np.maximum(both.data[kept] - due[kept], 1e-9))
    half = csr_array((weight, (both.row[kept], both.col[kept])), shape=(len(size), len(size)))
    return csr_array(half + half.T)


def _surplus(given: Endorsements, ties: csr_array, rules: Rules, *, seed: int) -> float:
    """The modularity of the division over that of shuffled copies, whose surplus ties are chance's own."""
    rng = np.random.default_rng(seed)
    copies = np.array([_division(_ties(given.shuffled(rng), rules), rules, seed) for _ in range(rules.copies)])
    spread = max(float(copies.std(ddof=1)), rules.least_spread)
    return float((_division(ties, rules, seed) - copies.mean()) / spread)


def _division(ties: csr_array, rules: Rules, seed: int) -> float:
    """Share of all accounts with a tie times modularity: a division of a few accounts divides little."""
    tied = np.diff(ties.indptr) > 0
    if not tied.any():
        return 0.0
    return float(tied.mean() * modularity(ties, leiden(ties, seed=seed, rounds=rules.rounds)))


def _members(given: Endorsements, found: NDArray[np.int64], rules: Rules) -> tuple[NDArray[np.int64], Floats]:
    """Camp and share by node: of people by what they endorse, of endorsed accounts by who endorses them."""
    sides = int(found.max()) + 1
    placed = found[given.place] >= 0
    person, side = given.person[placed], found[given.place[placed]]
    base = np.bincount(side, minlength=sides) / max(len(side), 1)
    votes = csr_array((np.ones(len(side)), (person, side)), shape=(given.people, sides)).toarray()
    camp, share = _majority(votes, base, rules)
    of_person = camp[given.person]
    told = of_person >= 0
    heard = np.zeros((len(given.accounts), sides))
    np.add.at(heard, (given.place[told], of_person[told]), 1.0)
    own, part = _majority(heard, np.bincount(of_person[told], minlength=sides) / max(told.sum(), 1), rules)
    camp[given.accounts], share[given.accounts] = own, part
    return camp, share


def _majority(votes: Floats, base: Floats, rules: Rules) -> tuple[NDArray[np.int64], Floats]:
    """The side with most of the votes of a row where it holds enough of them and more than chance gives it; else -1."""
    total, best = votes.sum(axis=1), votes.argmax(axis=1)
    top = votes[np.arange(len(votes)), best]
    share = np.divide(top, total, out=np.full(len(total), np.nan), where=total > 0)
    told = (total >= rules.endorsements) & (np.nan_to_num(share) >= rules.share)
    rows = np.flatnonzero(told)
    told[rows] = binomial_tail(top[rows], total[rows], base[best[rows]]) <= rules.member_p
    return np.where(told, best, ALONE), np.where(told, share, np.nan)
