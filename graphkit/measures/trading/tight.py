"""Whether a group is a dense place at all: its ties beside those that chance would draw among accounts with so many others.

Where friends speak and follows out of courtesy do not, silent ties are everywhere, and any search finds communities among
them. Those are as loose as the network is; a ring is held together by far more ties than its members have outside of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graphkit.measures.hollow import HollowTies
from graphkit.measures.trading.apart import Flags
from graphkit.measures.trading.holding import TASTE

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def tight(ties: HollowTies, kept: Flags, label: Ints, *, told: Flags, least: float) -> Flags:
    """Which of the groups that are `told` are tight, by `least` nats a member.

    Ties between two told groups speak for neither and against neither, for a market of follows falls into several.
    """
    while told.any():
        loose = told & (tightness(ties, kept, label, told=told) < least)
        if not loose.any():
            break
        told = told & ~loose  # ties with them are ordinary ones from now on
    return told


def tightness(ties: HollowTies, kept: Flags, label: Ints, *, told: Flags) -> Floats:
    """For each group the log likelihood ratio (nats) of its inner ties, over its members.

    Against a network in which ties are drawn by how many each account holds outside of all told groups (a configuration
    model), with the ten times as many that accounts of one community share.
    """
    one, two = label[ties.first[kept]], label[ties.second[kept]]
    known = np.append(told, False)  # -1, no group, is not told
    free = ~(known[one] & known[two])
    inside = (one == two) & (one >= 0)
    count = len(told)
    ends = np.r_[one[free & ~inside], two[free & ~inside]]
    outside = np.bincount(ends[ends >= 0], minlength=count)
    held = np.bincount(one[inside], minlength=count).astype(float)
    due = TASTE * outside.astype(float) ** 2 / (4.0 * max(int(free.sum()), 1))
    nats = held * np.log(np.maximum(held, 1.0) / np.maximum(due, 1e-9)) - (held - due)
    members = np.bincount(label[label >= 0], minlength=count)
    return np.where(held > due, nats / np.maximum(members, 1), 0.0)
