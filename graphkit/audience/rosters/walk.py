"""One greedy walk over very many candidates: always the one that adds most, looked at no more often than needed."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graphkit.audience.rosters.candidates import LEAST_PRICE, Candidates, Rules, apart_from, sums_over
from graphkit.graphs.compiled import compiled

Floats = NDArray[np.float64]

_FRESH: Final = frozenset(
    (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
)  # sizes at which all gains are counted anew, for the bound


class Walk:
    """A roster as it grows under the rules; `chosen`, `reach`, and after the walk `bound`."""

    def __init__(self, candidates: Candidates, rules: Rules, *, by_cost: bool, out: NDArray[np.bool_]) -> None:
        self._candidates, self._rules = candidates, rules
        n = len(candidates.accounts)
        self._budget = np.inf if rules.budget is None else rules.budget
        self._most = min(rules.most or n, n)
        self._cost = np.zeros(n) if rules.budget is None else np.nan_to_num(candidates.cost, nan=np.inf)
        self._price = np.maximum(self._cost, LEAST_PRICE) if by_cost and rules.budget is not None else np.ones(n)
        self._left, self._gains = candidates.weight.copy(), candidates.sizes.copy()
        self._open = ~out & (self._cost <= self._budget)
        self._tier = candidates.tiers if rules.tiers else np.full(n, -1)
        names = candidates.tier_names
        self._missing = {names.index(t) if t in names else -2: least for t, least in rules.tiers.items()}
        order = candidates.cheapest if by_cost and rules.budget is not None else candidates.widest
        heap = order[self._open[order]]  # sorted: a heap already
        self._heap = (heap, np.array([len(heap)]))
        self.chosen: list[int] = []
        self.spent = self.reach = 0.0
        self.bound = np.inf

    def go(self, *, bounded: bool) -> None:
        """Walks to the end; with `bounded` it also says what no roster of this size and budget exceeds."""
        if bounded:
            self._look(self._gains)
        while len(self.chosen) < self._most:
            self._close()
            pick = _next(self._heap, self._audiences, self._left, (self._gains, self._price, self._open))
            if pick < 0 or (self._gains[pick] <= 0.0 and len(self.chosen) >= self._rules.least):
                break
            self._take(int(pick))
            if bounded and (len(self.chosen) in _FRESH or len(self.chosen) == self._most):
                self._count_anew()
        if bounded and len(self.chosen) not in _FRESH:
            self._count_anew()

    @property
    def complete(self) -> bool:
        """Whether the walk filled what the rules ask for."""
        return len(self.chosen) >= self._rules.least and not sum(self._missing.values())

    @property
    def _audiences(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        return self._candidates.audiences.indptr, self._candidates.audiences.indices

    def _close(self) -> None:
        """Closes for good whom the rest of the budget or the places left for missing tiers cannot take."""
        self._open &= self.spent + self._cost <= self._budget
        if self._missing and len(self.chosen) + sum(self._missing.values()) >= self._most:
            self._open &= np.isin(self._tier, [name for name, least in self._missing.items() if least > 0])

    def _take(self, pick: int) -> None:
        start, followers = self._audiences
        self.chosen.append(pick)
        self.reach, self.spent = self.reach + float(self._gains[pick]), self.spent + float(self._cost[pick])
        self._left[followers[start[pick] : start[pick + 1]]] = 0.0
        self._open[pick] = False
        if self._rules.max_overlap is not None or self._rules.camps_apart:
            self._open &= ~apart_from(self._candidates, self._rules, pick)
        tier = int(self._tier[pick])
        if tier in self._missing:
            self._missing[tier] = max(self._missing[tier] - 1, 0)

    def _count_anew(self) -> None:
        gains = np.empty(len(self._gains))
        sums_over(self._audiences, self._left, gains)
        self._look(gains)

    def _look(self, gains: Floats) -> None:
        """Reach is submodular: no roster exceeds what is reached now plus the largest gains left that fit."""
        self.bound = min(self.bound, self.reach + _most_left(gains, self._cost, budget=self._budget, most=self._most))


def _most_left(gains: Floats, cost: Floats, *, budget: float, most: int) -> float:
    """No set within size and budget adds more: the largest gains, and the dearest for the money, in parts."""
    largest = float(np.partition(gains, len(gains) - most)[len(gains) - most :].sum())
    if np.isinf(budget):
        return largest
    order = np.argsort(-gains / np.maximum(cost, 1e-12), kind="stable")
    before = np.r_[0.0, np.cumsum(cost[order])[:-1]]
    part = np.clip((budget - before) / np.maximum(cost[order], 1e-12), 0.0, 1.0)
    return min(largest, float((gains[order] * np.nan_to_num(part)).sum()))


@compiled
def _next(heap: Any, audiences: Any, left: Floats, values: Any) -> int:
    """The open candidate that adds most for its price, ties to the smaller number; -1 where none is open.

    The heap is ordered by what each added when it was last looked at. Gains only shrink: the top of the heap, looked
    at again and not smaller, is the one. Closed candidates leave the heap.
    """
    order, length = heap
    start, followers = audiences
    gains, price, open_ = values
    size = length[0]
    while size > 0:
        top = order[0]
        if open_[top]:
            now = 0.0
            for k in range(start[top], start[top + 1]):
                now += left[followers[k]]
            if now >= gains[top] - 1e-9:
                length[0] = size
                return top
            gains[top] = now
        else:
            size -= 1
            order[0] = order[size]
        at = 0
        while True:  # the new top sinks to its place
            child = 2 * at + 1
            if child >= size:
                break
            if child + 1 < size:
                one, two = order[child], order[child + 1]
                v1, v2 = gains[one] / price[one], gains[two] / price[two]
                if v2 > v1 or (v2 == v1 and two < one):
                    child += 1
            one, two = order[at], order[child]
            v1, v2 = gains[one] / price[one], gains[two] / price[two]
            if v1 > v2 or (v1 == v2 and one < two):
                break
            order[at], order[child] = two, one
            at = child
    length[0] = size
    return -1
