"""How many people the best set of one, two, three ... accounts reaches: the curve of roster size against real reach."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit.audience.rosters.candidates import Candidates, sums_over
from graphkit.errors import UsageError
from graphkit.language import say

Floats = NDArray[np.float64]


def curve(candidates: Candidates, most: int) -> pa.Table:
    """One row for every size up to `most`: size, account, adds, people, best_possible, guarantee.

    The account of row k joins the k - 1 before it and adds so many people; ties go to the smaller id. No set of k
    accounts reaches more than `best_possible`: for every step of the walk, the reach so far and the k largest gains
    left (reach is submodular). `guarantee` is people over that bound. The curve ends where nobody adds anybody.
    """
    if most < 1:
        raise UsageError(say("a set of {most} accounts cannot be chosen; ask for 1 or more.", most=most))
    audiences = (candidates.audiences.indptr, candidates.audiences.indices)
    size = min(most, len(candidates.accounts))
    left, gains = candidates.weight.copy(), np.zeros(len(candidates.accounts))
    bound = np.full(size, np.inf)
    chosen: list[int] = []
    adds: list[float] = []
    while True:
        sums_over(audiences, left, gains)
        bound = np.minimum(bound, sum(adds) + _largest(gains, size))
        pick = int(gains.argmax())
        if len(chosen) == size or gains[pick] <= 0.0:
            break
        chosen.append(pick)
        adds.append(float(gains[pick]))
        left[audiences[1][audiences[0][pick] : audiences[0][pick + 1]]] = 0.0
    people = np.cumsum(adds)
    best = np.maximum(bound[: len(people)], people)
    return pa.table(
        {
            "size": pa.array(np.arange(1, len(people) + 1), pa.int64()),
            "account": pa.array([candidates.accounts[row] for row in chosen], pa.string()),
            "adds": pa.array(adds, pa.float64()),
            "people": pa.array(people, pa.float64()),
            "best_possible": pa.array(best, pa.float64()),
            "guarantee": pa.array(people / best, pa.float64()),
        }
    )


def _largest(gains: Floats, size: int) -> Floats:
    """Sums of the one, two, ... `size` largest gains."""
    top = np.partition(gains, len(gains) - size)[len(gains) - size :]
    return np.cumsum(np.sort(top)[::-1])
