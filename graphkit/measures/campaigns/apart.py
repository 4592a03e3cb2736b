"""Two operators whom one author hired: what holds their campaigns together is that author alone.

Accounts under one hand spread over its authors, so any two of these share accounts as chance has it. Authors of two hands
share none, but for the one that both serve.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from graphkit.measures import nulls
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SHARED = 3  # accounts at least, and half of what chance gives: so authors of one hand are tied


def apart(author: Ints, account: Ints) -> list[Ints]:
    """The authors by hand, from pairs of an author and an account that served it; all together where they are of one.

    Two parts are those of two hands where they share fewer accounts than chance, each has two authors and more, and no
    more than one author links them. That one goes with the part it shares most accounts with.
    """
    names, row = np.unique(author, return_inverse=True)
    accounts, column = np.unique(account, return_inverse=True)
    table = csr_array((np.ones(len(row)), (row, column)), shape=(len(names), len(accounts)))
    table.data[:] = 1.0
    shared = (table @ table.T).toarray()
    due = np.outer(np.diag(shared), np.diag(shared)) / max(len(accounts), 1)
    tied = (shared >= SHARED) & (2 * shared >= due)
    for between in (-1, *range(len(names))):
        parts = _parts(tied, between)
        if len(parts) > 1 and _distinct(table.toarray(), parts):
            return _all_of(names, shared, parts)
    return [names]


def _parts(tied: NDArray[np.bool_], between: int) -> list[Ints]:
    """Groups of two and more tied authors, if one of them is left out (-1: none)."""
    kept = np.flatnonzero(np.arange(len(tied)) != between)
    count, label = connected_components(csr_array(tied[kept][:, kept]), directed=False)
    groups = [kept[label == one] for one in range(count)]
    return [group for group in groups if len(group) > 1]


def _distinct(table: Floats, parts: list[Ints]) -> bool:
    """Whether any two parts share clearly fewer accounts than chance gives."""
    there = [table[part].any(axis=0) for part in parts]
    for number, first in enumerate(there):
        for second in there[:number]:
            due = first.sum() * second.sum() / table.shape[1]
            met = int((first & second).sum())
            if 2 * met > due or 1.0 - float(nulls.poisson_tail(met + 1, due)) > current().streams.author_p:
                return False
    return True


def _all_of(names: Ints, shared: Floats, parts: list[Ints]) -> list[Ints]:
    """The parts with all other authors, each in the part whose accounts it shares."""
    out = [list(part) for part in parts]
    for one in np.setdiff1d(np.arange(len(names)), np.concatenate(parts)):
        out[int(np.argmax([shared[one, part].sum() for part in parts]))].append(one)
    return [names[np.sort(part)] for part in out]
