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


def holding(ties: HollowTies, apart: NDArray[np.bool_], *, members: Ints, accounts: int) -> Floats:
    """Log likelihood ratio (nats) of every account for belonging to the group; -inf without a tie into it.

    Two parts: as many mutual ties into the group that nobody explains, where chance spreads an account's mutual ties over all; and how far the
    silence of these ties speaks for trade. The second is bounded, so that neither a few lively ties of a member nor the
    silence of a bystander decides alone.
    """
    mine = np.zeros(accounts, bool)
    mine[members] = True
    into = _ends(ties, mine)
    mutual = np.bincount(ties.first, minlength=accounts) + np.bincount(ties.second, minlength=accounts)
    share = mutual[members].sum() / max(2 * len(ties.first), 1)
    others = np.where(mine, share * (1 - 1 / max(len(members), 1)), share)
    held = np.bincount(into[0][apart[into[1]]], minlength=accounts)
    usual = np.maximum(np.minimum(TASTE * others, MOST), others)
    nats = -np.log(np.maximum(nulls.poisson_tail(held, usual * mutual), 1e-30))
    silence = np.bincount(into[0], weights=ties.weight[into[1]], minlength=accounts)
    return np.where(held > 0, nats + np.clip(silence, -2 * BOUND, BOUND), -np.inf)


def _ends(ties: HollowTies, mine: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Accounts with a tie into the group, and the tie, once for each tie."""
    there, back = np.flatnonzero(mine[ties.second]), np.flatnonzero(mine[ties.first])
    return np.r_[ties.first[there], ties.second[back]], np.r_[there, back]
