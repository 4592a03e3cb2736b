"""Chances under a null: tails, corrections for many tests, and the scale they are shown on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from graphkit.settings import current, using

T = TypeVar("T")
MOST_COPIES: Final = 4  # searched at a time: each holds the acts once more

Floats = NDArray[np.float64]

SMALLEST = 1e-300


def poisson_tail(observed: ArrayLike, expected: ArrayLike) -> Floats:
    """Chance of at least `observed` events where `expected` are due, P(Poisson(expected) >= observed).

    An upper bound for sums of independent events with unequal chances, above the mean (Hodges and Le Cam 1960).
    `observed` may be fractional (the continuous version); 1 where nothing was observed.

    >>> round(float(poisson_tail(3, 0.5)), 4)
    0.0144
    """
    k, mean = np.asarray(observed, float), np.asarray(expected, float)
    tail = special.gammainc(np.maximum(k, SMALLEST), np.maximum(mean, 0.0))
    return np.where(k <= 0, 1.0, np.maximum(tail, SMALLEST))


def binomial_tail(observed: ArrayLike, trials: ArrayLike, chance: ArrayLike) -> Floats:
    """Chance of at least `observed` successes in `trials`, each with `chance`.

    >>> round(float(binomial_tail(2, 2, 0.5)), 4)
    0.25
    """
    k, n, each = np.asarray(observed, float), np.asarray(trials, float), np.asarray(chance, float)
    tail = special.betainc(np.maximum(k, SMALLEST), np.maximum(n - k + 1, SMALLEST), np.clip(each, 0.0, 1.0))
    return np.where(k <= 0, 1.0, np.maximum(tail, SMALLEST))


def overdispersed_tail(observed: ArrayLike, expected: ArrayLike, shape: float) -> Floats:
    """Chance of at least `observed` where the mean itself varies: negative binomial with mean `expected`.

    `shape` is the gamma shape of the varying mean: infinity gives Poisson, small values long tails.

    >>> bool(overdispersed_tail(8, 2, 2.0) > poisson_tail(8, 2))
    True
    """
    k, mean = np.broadcast_arrays(np.asarray(observed, float), np.asarray(expected, float))
    some, tail = k > 0, np.ones(k.shape)  # most accounts of a network were met by nobody
    tail[some] = np.maximum(special.betainc(k[some], shape, mean[some] / (mean[some] + shape)), SMALLEST)
    return tail


def benjamini_hochberg(p: ArrayLike, tests: int | None = None) -> Floats:
    """The q value of each p: the false discovery rate at which it would just be kept (Benjamini and Hochberg 1995).

    `tests` is how many hypotheses there were, where those that gave no candidate are not in `p`.

    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    values = np.asarray(p, float)
    if not len(values):
        return values
    order = np.argsort(values)
    ranked = values[order] * (tests or len(values)) / np.arange(1, len(values) + 1)
    q = np.empty_like(ranked)
    q[order] = np.minimum.accumulate(ranked[::-1])[::-1]
    return np.minimum(q, 1.0)


def surprise(p: ArrayLike, cap: float = 12.0) -> Floats:
    """Tens of p, -log10 p, capped so that one layer cannot decide alone.

    >>> surprise([1.0, 0.001, 0.0]).tolist()
    [0.0, 3.0, 12.0]
    """
    return np.minimum(-np.log10(np.maximum(np.asarray(p, float), SMALLEST)), cap)


def middle_rank(values: Floats) -> Floats:
    """The rank of each value in 0..1, equal ones in the middle; n log n.

    >>> middle_rank(np.array([3.0, 1.0, 3.0, 9.0])).tolist()
    [0.5, 0.125, 0.5, 0.875]
    """
    return np.asarray((stats.rankdata(values) - 0.5) / max(len(values), 1))


def logistic(log_odds: ArrayLike) -> Floats:
    """The chance that belongs to log-odds."""
    return special.expit(np.asarray(log_odds, float))


def side_by_side(search: Callable[[int], T], draws: range) -> Iterator[T]:
    """What a search finds in each shuffled copy, in their order; as many copies at a time as there are processors.

    The settings in force here hold in the threads as well.
    """
    settings = current()

    def found(draw: int) -> T:
        with using(settings):  # settings in force belong to a thread
            return search(draw)

    workers = min(os.cpu_count() or 1, MOST_COPIES)
    with ThreadPoolExecutor(workers) as pool:
        for first in range(draws.start, draws.stop, workers):
            yield from pool.map(found, range(first, min(first + workers, draws.stop)))


def decoy_q(strength: ArrayLike, decoys: ArrayLike, copies: int) -> Floats:
    """The q of each group: groups at least as strong a copy (and one more over all), over those in the data; monotone.

    `strength` falls; `decoys` are the strengths found in all `copies` shuffled copies together.
    """
    said = np.asarray(strength, float)
    if not len(said):
        return said
    ordered = np.sort(np.asarray(decoys, float))
    above = len(ordered) - np.searchsorted(ordered, said, "left")
    q = (1 + above) / max(copies, 1) / np.arange(1, len(said) + 1)
    return np.minimum(1.0, np.minimum.accumulate(q[::-1])[::-1])
