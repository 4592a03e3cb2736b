"""How firmly an account belongs to a ring: silent ties into it, beyond those that chance and acquaintance would give."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graphkit.measures import nulls
from graphkit.measures.hollow import HollowTies

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TASTE = 10.0  # accounts of one community follow each other ten times as often as accounts of different ones
MOST = 0.1  # of an account's ties, however large the group is
BOUND = 3.0  # nats that the silence of one's own ties may add or take away


def holding(ties: HollowTies, apart: NDArray[np.bool_], *, members: Ints) -> tuple[Ints, Floats]:
    """The accounts with a tie into the group, rising, and for each the log likelihood ratio (nats) of belonging to it.

    Two parts: as many mutual ties into the group that nobody explains, where chance spreads an account's mutual ties over all; and how far the
    silence of these ties speaks for trade. The second is bounded, so that neither a few lively ties of a member nor the
    silence of a bystander decides alone; -inf where every tie is explained. Cost: the ties of the members.
    """
    into = ties.held[members]
    tie = into.data - 1
    near, place = np.unique(into.indices, return_inverse=True)
    mutual = np.diff(ties.held.indptr)
    share = len(tie) / max(2 * len(ties.first), 1)
    others = np.where(np.isin(near, members), share * (1 - 1 / max(len(members), 1)), share)
    held = np.bincount(place, weights=apart[tie], minlength=len(near))
    usual = np.maximum(np.minimum(TASTE * others, MOST), others)
    nats = -np.log(np.maximum(nulls.poisson_tail(held, usual * mutual[near]), 1e-30))
    silence = np.bincount(place, weights=ties.weight[tie], minlength=len(near))
    return near.astype(np.int64), np.where(held > 0, nats + np.clip(silence, -2 * BOUND, BOUND), -np.inf)
