"""A good roster out of very many candidates, with a bound on how much better any other could be."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit.audience.rosters.candidates import Candidates, Rules, apart_from, sums_over
from graphkit.audience.rosters.exact import Solved

Floats = NDArray[np.float64]

_FRESH: Final = 32  # steps with all gains counted anew, for the bound; later ones look only where it may matter


def solve(candidates: Candidates, rules: Rules) -> Solved | None:
    """The better of two greedy rosters, by people and by people for the money; None where neither keeps the rules.

    The bound holds for every roster under budget and size: reach is submodular, so no roster exceeds the reach of a
    part plus the largest gains left that fit. The other rules can only make the best smaller.
    """
    out = _concentrated(candidates, rules)
    walks = [_walk(candidates, rules, out, by_cost=by_cost) for by_cost in (False, True)]
    bound = min(walk[1] for walk in walks)
    kept = [walk for walk in walks if walk[0] is not None]
    if not kept:
        return None
    chosen = max(kept, key=lambda walk: walk[2])[0]
    return None if chosen is None else Solved(np.sort(chosen), bound)


def _concentrated(candidates: Candidates, rules: Rules) -> NDArray[np.bool_]:
    """Candidates too large for the rule on shares even beside the largest others."""
    out = np.zeros(len(candidates.accounts), dtype=bool)
    if rules.max_share is None:
        return out
    sizes, places = candidates.sizes, (rules.most or len(candidates.accounts)) - 1
    for one in np.argsort(-sizes, kind="stable"):
        left = np.sort(sizes[~out & (np.arange(len(out)) != one)])[::-1]
        if sizes[one] <= rules.max_share * (sizes[one] + left[:places].sum()) + 1e-9:
            break
        out[one] = True
    return out


def _walk(
    candidates: Candidates, rules: Rules, out: NDArray[np.bool_], *, by_cost: bool
) -> tuple[NDArray[np.int64] | None, float, float]:
    """(rows chosen or None, bound, reach) of one greedy walk; ties go to the smaller id."""
    start, followers = candidates.audiences.indptr, candidates.audiences.indices
    cost = np.zeros(len(out)) if rules.budget is None else np.nan_to_num(candidates.cost, nan=np.inf)
    budget = np.inf if rules.budget is None else rules.budget
    most = min(rules.most or len(out), len(out))
    left, gains, open_ = candidates.weight.copy(), np.zeros(len(out)), ~out & (cost <= budget)
    missing = dict(rules.tiers)
    tier = np.array([name or "" for name in candidates.tier])
    chosen: list[int] = []
    spent, reach, bound = 0.0, 0.0, np.inf
    while True:
        if len(chosen) < _FRESH:
            sums_over((start, followers), left, gains)
        bound = min(bound, reach + _most_left(gains, cost, budget=budget, most=most))
        fits = open_ & (spent + cost <= budget)
        if len(chosen) + sum(missing.values()) >= most:
            fits &= np.isin(tier, [name for name, least in missing.items() if least > 0])
        if len(chosen) == most or not fits.any() or (gains[fits].max() <= 0.0 and len(chosen) >= rules.least):
            break
        pick = -1
        while pick < 0:  # gains only shrink: the largest, looked at again and still the largest, is the one
            value = gains / np.maximum(cost, 1e-12) if by_cost and rules.budget is not None else gains
            top = int(np.where(fits, value, -1.0).argmax())
            now = float(left[followers[start[top] : start[top + 1]]].sum())
            pick = top if now >= gains[top] - 1e-9 else -1
            gains[top] = min(gains[top], now)
        chosen.append(pick)
        reach, spent = reach + float(gains[pick]), spent + float(cost[pick])
        left[followers[start[pick] : start[pick + 1]]] = 0.0
        open_[pick] = False
        open_ &= ~apart_from(candidates, rules, pick)
        missing[tier[pick]] = max(missing.get(tier[pick], 0) - 1, 0)
    rows = np.array(chosen, dtype=np.int64)
    kept = len(chosen) >= rules.least and not sum(missing.values()) and _even(candidates.sizes[rows], rules)
    return (rows if kept else None), bound, reach


def _even(sizes: Floats, rules: Rules) -> bool:
    return rules.max_share is None or bool(sizes.max() <= rules.max_share * sizes.sum() + 1e-9)


def _most_left(gains: Floats, cost: Floats, *, budget: float, most: int) -> float:
    """No set within size and budget adds more: the largest gains, and the dearest for the money, in parts."""
    largest = float(np.partition(gains, len(gains) - most)[len(gains) - most :].sum())
    if np.isinf(budget):
        return largest
    order = np.argsort(-gains / np.maximum(cost, 1e-12), kind="stable")
    before = np.r_[0.0, np.cumsum(cost[order])[:-1]]
    part = np.clip((budget - before) / np.maximum(cost[order], 1e-12), 0.0, 1.0)
    return min(largest, float((gains[order] * np.nan_to_num(part)).sum()))
