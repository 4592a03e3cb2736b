"""What no roster can exceed under all rules: the cases of who its largest member is, each bounded by itself.

Reach is submodular: whatever set S is reached already, no roster T reaches more than S does and what each of T would add
to it. So for each case the best of several S counts, and of T the largest additions that size, budget, camps, and the
member that the case is about let in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit.audience.rosters.candidates import LEAST_PRICE, Candidates, Rules, apart_from, sums_over

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

_CASES: Final = 48  # largest members that get a case of their own; what is left is one more case
_PARTS: Final = (0, 1, 2, 4, 8, 16, 32)  # members of a good roster that S is made of


@dataclass(frozen=True)
class _Reached:
    """A set S, what it reaches, what each candidate would add to it, and the order of most for the money."""

    reach: float
    gains: Floats
    order: NDArray[np.int64]


def under_rules(candidates: Candidates, rules: Rules, chosen: Sequence[int], *, out: Marks) -> float:
    """No roster without the candidates in `out`, and under all rules, reaches more; `chosen` is a good one in its order.

    Cost: one pass over all audiences a part of `chosen`, then a sort of the candidates a part.
    """
    return _Cases(candidates, rules, chosen).most(out.copy())


class _Cases:
    def __init__(self, candidates: Candidates, rules: Rules, chosen: Sequence[int]) -> None:
        self._candidates, self._rules = candidates, rules
        n = len(candidates.accounts)
        self._cost = np.zeros(n) if rules.budget is None else np.nan_to_num(candidates.cost, nan=np.inf)
        self._budget = np.inf if rules.budget is None else rules.budget
        self._most = min(rules.most or n, n)
        self._reached = tuple(self._parts(chosen))

    def most(self, out: Marks) -> float:
        """The largest of all cases; ends where what is left cannot be the largest any more."""
        out |= self._cost > self._budget
        largest = 0.0
        for member in self._candidates.widest[:_CASES].tolist():
            if self._rest(~out) <= largest:
                return largest
            if not out[member]:
                largest = max(largest, self._with(member, ~out))
                out[member] = True
        return max(largest, self._rest(~out))

    def _parts(self, chosen: Sequence[int]) -> Iterator[_Reached]:
        audiences = self._candidates.audiences
        for size in sorted({min(size, len(chosen)) for size in (*_PARTS, len(chosen))}):
            left, reach = self._candidates.weight.copy(), 0.0
            for row in chosen[:size]:
                followers = audiences.indices[audiences.indptr[row] : audiences.indptr[row + 1]]
                reach += float(left[followers].sum())
                left[followers] = 0.0
            gains = np.empty(len(self._cost))
            sums_over((audiences.indptr, audiences.indices), left, gains)
            yield _Reached(reach, gains, np.argsort(-gains / np.maximum(self._cost, LEAST_PRICE), kind="stable"))

    def _with(self, member: int, among: Marks) -> float:
        """The case that this one is on the roster; 0 where no roster with it can keep the rules."""
        sizes, rules = self._candidates.sizes, self._rules
        open_ = among & ~apart_from(self._candidates, rules, member)
        open_[member] = False
        budget, most = self._budget - self._cost[member], self._most - 1
        if not self._can_be_filled(open_, member):
            return 0.0
        if rules.max_share is not None:
            beside = self._additions(sizes, self._reached[0].order, open_, budget=budget, most=most)
            if sizes[member] > rules.max_share * (sizes[member] + beside) + 1e-9:
                return 0.0
        return min(
            s.reach + float(s.gains[member]) + self._additions(s.gains, s.order, open_, budget=budget, most=most)
            for s in self._reached
        )

    def _rest(self, open_: Marks) -> float:
        return min(
            s.reach + self._additions(s.gains, s.order, open_, budget=self._budget, most=self._most)
            for s in self._reached
        )

    def _can_be_filled(self, open_: Marks, member: int) -> bool:
        """Whether enough are left for the least number of people and for each tier."""
        if open_.sum() + 1 < self._rules.least:
            return False
        names, tiers = self._candidates.tier_names, self._candidates.tiers
        places = [(names.index(t) if t in names else -2, least) for t, least in self._rules.tiers.items()]
        return all((open_ & (tiers == tier)).sum() + (tiers[member] == tier) >= least for tier, least in places)

    def _additions(self, gains: Floats, order: NDArray[np.int64], open_: Marks, *, budget: float, most: int) -> float:
        """The largest additions of some of the open ones: of one camp and those of none, where camps are kept apart."""
        camps = self._candidates.camps
        known = np.unique(camps[open_ & (camps >= 0)]) if self._rules.camps_apart else np.empty(0, np.int64)
        if not len(known):
            return self._within(gains, order, open_, budget=budget, most=most)
        return max(
            self._within(gains, order, open_ & ((camps < 0) | (camps == camp)), budget=budget, most=most)
            for camp in known
        )

    def _within(self, gains: Floats, order: NDArray[np.int64], open_: Marks, *, budget: float, most: int) -> float:
        """The largest so many, and the most for the money, in parts; the smaller of the two bounds both."""
        kept = order[open_[order]]
        values = gains[kept]
        if most <= 0 or not len(kept):
            return 0.0
        most = min(most, len(values))
        largest = float(np.partition(values, len(values) - most)[len(values) - most :].sum())
        if np.isinf(budget):
            return largest
        cost = self._cost[kept]
        before = np.r_[0.0, np.cumsum(cost)[:-1]]
        part = np.clip((budget - before) / np.maximum(cost, LEAST_PRICE), 0.0, 1.0)
        return min(largest, float((values * part).sum()))
