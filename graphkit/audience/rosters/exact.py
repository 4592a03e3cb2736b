"""The best roster there is, by mixed-integer programming; for few candidates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, vstack

from graphkit.audience.rosters.candidates import Candidates, Rules, apart_from

Floats = NDArray[np.float64]

_NODES: Final = 2_000  # of the search tree: a count, not a time, so that the answer is the same on every machine
_GAP: Final = 1e-6


@dataclass(frozen=True)
class Solved:
    """Rows of the candidates chosen, and what no roster under the rules can exceed."""

    chosen: NDArray[np.int64]
    best_possible: float


def patterns(candidates: Candidates) -> tuple[csr_array, Floats]:
    """Groups of accounts that follow the same candidates: group x candidates, and the people in each group."""
    turned = csr_array(candidates.audiences.T).astype(np.float64)
    rng = np.random.default_rng(0)
    marks = rng.integers(1, 2**62, len(candidates.accounts), dtype=np.uint64)
    degree = np.diff(turned.indptr)
    rows = np.flatnonzero((degree > 0) & (candidates.weight > 0))
    sums = np.add.reduceat(np.r_[marks[turned.indices], np.uint64(0)], turned.indptr[rows]) if len(rows) else rows
    _, first, group = np.unique(sums, return_index=True, return_inverse=True)
    people = np.bincount(group, candidates.weight[rows], minlength=len(first))
    return csr_array(turned[rows[first]]), people.astype(np.float64)


def solve(candidates: Candidates, rules: Rules) -> Solved | None:
    """The roster that reaches most people under the rules; None where no roster keeps them all."""
    n = len(candidates.accounts)
    groups, people = patterns(candidates)
    matrix, upper = _constraints(candidates, rules, groups)
    found = milp(
        c=np.r_[np.zeros(n), -people],
        constraints=LinearConstraint(matrix, -np.inf, upper),
        integrality=np.r_[np.ones(n), np.zeros(len(people))],
        bounds=Bounds(0.0, 1.0),
        options={"node_limit": _NODES, "mip_rel_gap": _GAP},
    )
    if found.x is None:
        return None
    bound = -float(found.mip_dual_bound if found.mip_dual_bound is not None else found.fun)
    return Solved(np.flatnonzero(found.x[:n] > 0.5), bound)


def _constraints(candidates: Candidates, rules: Rules, groups: csr_array) -> tuple[csr_array, Floats]:
    """Rows of `matrix @ (chosen, reached) <= upper`."""
    n, m = len(candidates.accounts), groups.shape[0]
    on, upper = [np.ones(n), -np.ones(n)], [float(n if rules.most is None else rules.most), -float(rules.least)]
    if rules.budget is not None:
        on.append(np.where(np.isnan(candidates.cost), rules.budget + 1.0, candidates.cost))
        upper.append(rules.budget)
    for tier, least in rules.tiers.items():
        on.append(-np.array([name == tier for name in candidates.tier], dtype=np.float64))
        upper.append(-float(least))
    if rules.max_share is not None:
        sizes = candidates.sizes
        on += list(np.diag(sizes) - rules.max_share * sizes[None, :])
        upper += [0.0] * n
    one, other = np.nonzero(np.triu([apart_from(candidates, rules, row) for row in range(n)], 1))
    k = len(one)
    both = csr_array((np.ones(2 * k), (np.tile(np.arange(k), 2), np.r_[one, other])), shape=(k, n))
    about_choice = vstack([csr_array(np.array(on)), both])
    no_groups = csr_array((about_choice.shape[0], m))
    covered = hstack([-groups, eye_array(m, format="csr")])
    matrix = vstack([hstack([about_choice, no_groups]), covered], format="csr")
    return matrix, np.r_[upper, np.ones(k), np.zeros(m)]
