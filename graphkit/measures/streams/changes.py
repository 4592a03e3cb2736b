"""When a person's habits changed for good: a new phone, another language, other hours. That alone accuses nobody."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import stats

from graphkit.graphs.graph import NO_TIME
from graphkit.measures.streams.deeds import Deeds
from graphkit.settings import current

Ints = NDArray[np.int64]

HABITS = ("client", "language", "hours")


def changed_at(deeds: Deeds, codes: dict[str, Ints], accounts: Ints) -> Ints:
    """For each account the time at which its habits split best, where that is beyond chance; else NO_TIME.

    The largest likelihood ratio over all splits against chi square, corrected for the number of splits and habits.
    """
    found, best = np.full(len(accounts), NO_TIME), np.full(len(accounts), current().streams.change_p)
    habits = [name for name in HABITS if name in codes]
    for name in habits:
        code = codes[name]
        for row, account in enumerate(accounts):
            rows = np.arange(*deeds.of(int(account)).indices(len(deeds)))
            rows = rows[code[rows] >= 0]
            values, here = np.unique(code[rows], return_inverse=True)
            if len(rows) < 2 * current().streams.least_own or len(values) < 2:
                continue
            ratio, place = _best_split(here.astype(np.int64), len(values))
            p = float(stats.chi2.sf(ratio, len(values) - 1)) * len(rows) * len(habits)
            if p < best[row]:
                best[row], found[row] = p, deeds.at[rows[place]]
    return found


@njit(cache=True, nogil=True)
def _best_split(code, size):  # type: ignore[no-untyped-def]
    """The largest likelihood ratio of one split into two sets of shares, and where it lies; five on each side at least."""
    whole, left = np.zeros(size), np.zeros(size)
    for k in range(len(code)):
        whole[code[k]] += 1
    best, place = 0.0, 0
    for k in range(len(code)):
        left[code[k]] += 1
        n = k + 1
        if n < 5 or len(code) - n < 5:
            continue
        ratio = 0.0
        for j in range(size):
            right = whole[j] - left[j]
            share = whole[j] / len(code)
            if left[j] > 0:
                ratio += 2 * left[j] * np.log(left[j] / n / share)
            if right > 0:
                ratio += 2 * right * np.log(right / (len(code) - n) / share)
        if ratio > best:
            best, place = ratio, n
    return best, place
