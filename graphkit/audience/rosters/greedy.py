"""A good roster out of very many candidates, with a bound on how much better any other could be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit.audience.rosters.candidates import Candidates, Rules
from graphkit.audience.rosters.exact import Solved
from graphkit.audience.rosters.walk import Walk

_TRIES: Final = 64  # walks that leave out the largest of the walk before, until no member is too large for the rules


def solve(candidates: Candidates, rules: Rules, *, bounded: bool = True) -> Solved | None:
    """The better of two greedy rosters, by people and by people for the money; None where neither keeps the rules.

    The bound holds for every roster under budget and size: reach is submodular, so no roster exceeds the reach of a
    part plus the largest gains left that fit. The other rules can only make the best smaller. Without `bounded` it is
    left out (infinite), which saves most of the time.
    """
    walks = [_kept(candidates, rules, by_cost=by_cost, bounded=bounded) for by_cost in _orders(rules)]
    bound = min(bound for _, bound in walks)
    kept = [walk for walk, _ in walks if walk is not None]
    if not kept:
        return None
    return Solved(np.sort(np.array(max(kept, key=lambda walk: walk.reach).chosen, dtype=np.int64)), bound)


def _orders(rules: Rules) -> tuple[bool, ...]:
    return (False,) if rules.budget is None else (False, True)


def _kept(candidates: Candidates, rules: Rules, *, by_cost: bool, bounded: bool) -> tuple[Walk | None, float]:
    """The first walk that keeps all rules, and the bound of the very first."""
    bound = np.inf
    for out in _left_out(candidates, rules):
        walk = Walk(candidates, rules, by_cost=by_cost, out=out)
        walk.go(bounded=bounded and np.isinf(bound))
        bound = min(bound, walk.bound)
        if not walk.complete:
            return None, bound
        sizes = candidates.sizes[walk.chosen]
        if rules.max_share is None or not len(sizes) or sizes.max() <= rules.max_share * sizes.sum() + 1e-9:
            return walk, bound
        out[walk.chosen[int(sizes.argmax())]] = True
    return None, bound


def _left_out(candidates: Candidates, rules: Rules) -> Iterator[NDArray[np.bool_]]:
    """Who is left out of each walk; the same array, which the caller adds to between two walks."""
    out = _concentrated(candidates, rules)
    for _ in range(1 if rules.max_share is None else _TRIES):
        yield out


def _concentrated(candidates: Candidates, rules: Rules) -> NDArray[np.bool_]:
    """Candidates too large for the rule on shares even beside the largest others."""
    out = np.zeros(len(candidates.accounts), dtype=bool)
    if rules.max_share is None:
        return out
    order = np.argsort(-candidates.sizes, kind="stable")
    sizes = candidates.sizes[order]
    upto = np.r_[0.0, np.cumsum(sizes)]
    last = np.minimum(np.arange(len(out)) + (rules.most or len(out)), len(out))
    fits = sizes <= rules.max_share * (upto[last] - upto[:-1]) + 1e-9
    out[order[: int(np.argmax(fits)) if fits.any() else len(out)]] = True
    return out
