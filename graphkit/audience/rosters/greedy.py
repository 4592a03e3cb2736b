"""A good roster out of very many candidates, with a bound on how much better any other could be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit.audience.rosters.bound import under_rules
from graphkit.audience.rosters.candidates import Candidates, Rules
from graphkit.audience.rosters.exact import Solved
from graphkit.audience.rosters.walk import Walk

_TRIES: Final = 2  # walks that leave out the largest of the walk before, until no member is too large for the rules
_SMALLEST: Final = 3_000  # largest candidates that are left out at most to find members of like size
_CAMPS: Final = 3  # camps that get walks of their own


def solve(candidates: Candidates, rules: Rules, *, bounded: bool = True) -> Solved | None:
    """The best of several greedy rosters; None where none of them keeps the rules.

    Walks go by people and by people for the money, through all camps and within each of the largest, and with a limit
    on one member's share also among smaller candidates. The bound holds for every roster under budget and size: reach
    is submodular, so no roster exceeds the reach of a part plus the largest gains left that fit. The other rules come
    into it by cases, see `bound`. Without `bounded` it is left out (infinite), which saves most of the time.
    """
    bound, best = np.inf, None
    out = _concentrated(candidates, rules)
    for by_cost in (False,) if rules.budget is None else (False, True):
        for number, others in enumerate(_other_camps(candidates, rules)):
            walks = _walks(candidates, rules, by_cost=by_cost, out=out | others, bounded=bounded and not number)
            for walk in islice(walks, 1) if rules.camps_apart and not number else walks:
                bound = min(bound, walk.bound)
                if walk.complete and _even(candidates, rules, walk) and (best is None or walk.reach > best.reach):
                    best = walk
    if best is None:
        return None
    if bounded and _has_more(rules):
        bound = min(bound, under_rules(candidates, rules, best.chosen, out=out))
    return Solved(np.sort(np.array(best.chosen, dtype=np.int64)), bound)


def _has_more(rules: Rules) -> bool:
    """Whether there are rules beside budget and size, which the walks do not bring into their bound."""
    return bool(rules.tiers or rules.max_overlap or rules.camps_apart or rules.max_share or rules.least > 1)


def _other_camps(candidates: Candidates, rules: Rules) -> Iterator[NDArray[np.bool_]]:
    """Who is left out where nobody is for his camp, and for each of the largest camps: those of all others."""
    camps = candidates.camps
    yield np.zeros(len(camps), dtype=bool)
    if rules.camps_apart:
        names, count = np.unique(camps[camps >= 0], return_counts=True)
        for camp in names[np.argsort(-count, kind="stable")][:_CAMPS]:
            yield (camps >= 0) & (camps != camp)


def _walks(
    candidates: Candidates, rules: Rules, *, by_cost: bool, out: NDArray[np.bool_], bounded: bool
) -> Iterator[Walk]:
    """A walk; with a limit on shares also those without the largest of the walk before, and among smaller candidates."""
    walk = _walked(candidates, rules, by_cost=by_cost, out=out, bounded=bounded)
    yield walk
    if rules.max_share is None or by_cost:  # by the money the cheap come first, and they are of unlike sizes
        return
    less = out.copy()
    for _ in range(_TRIES):
        if not walk.complete or _even(candidates, rules, walk):
            break
        less[walk.chosen[int(candidates.sizes[walk.chosen].argmax())]] = True
        walk = _walked(candidates, rules, by_cost=by_cost, out=less, bounded=False)
        yield walk
    order = candidates.widest[~out[candidates.widest]]
    rank = 1
    while rank < min(len(order), _SMALLEST):
        less = out.copy()
        less[order[:rank]] = True
        yield _walked(candidates, rules, by_cost=by_cost, out=less, bounded=False)
        rank = max(rank + 1, int(1.7 * rank))


def _walked(candidates: Candidates, rules: Rules, *, by_cost: bool, out: NDArray[np.bool_], bounded: bool) -> Walk:
    walk = Walk(candidates, rules, by_cost=by_cost, out=out)
    walk.go(bounded=bounded)
    return walk


def _even(candidates: Candidates, rules: Rules, walk: Walk) -> bool:
    """Whether no member has more of the audiences than the rule on shares allows."""
    sizes = candidates.sizes[walk.chosen]
    return rules.max_share is None or not len(sizes) or bool(sizes.max() <= rules.max_share * sizes.sum() + 1e-9)


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
