"""Rates of counts with over-dispersion, drawn towards what similar accounts show (empirical Bayes)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

Floats = NDArray[np.float64]

_FITTED_ON: Final = 50_000  # accounts: a line through more than that does not move any more


@dataclass(frozen=True)
class Counts:
    """Reactions of people, one row an account with posts."""

    total: Floats  # sum over the posts; a sum of chances
    exposure: Floats  # posts, the young ones in part
    dispersion: Floats  # variance of `total` over its mean, at least 1
    covariate: Floats  # log(1 + audience)


@dataclass(frozen=True)
class Prior:
    """What an audience suggests: rate ~ gamma with mean exp(intercept + slope * covariate) and this shape."""

    intercept: float
    slope: float
    shape: float

    def mean(self, covariate: Floats) -> Floats:
        return np.exp(self.intercept + self.slope * covariate)

    @classmethod
    def fitted(cls, counts: Counts) -> Prior | None:
        """The prior that explains the rates of all accounts best; None where nobody reacted to anything."""
        some = np.linspace(0, len(counts.total) - 1, min(len(counts.total), _FITTED_ON)).astype(np.int64)
        y, m, d, x = (part[some] for part in (counts.total, counts.exposure, counts.dispersion, counts.covariate))
        if y.sum() <= 0 or m.sum() <= 0:
            return None
        prior = cls(float(np.log(y.sum() / m.sum())), 0.0, 1.0)
        for _ in range(8):
            prior = prior._line(y, m, d, x)._spread(y, m, d, x)
        return prior

    def _line(self, y: Floats, m: Floats, d: Floats, x: Floats) -> Prior:
        """One weighted least-squares step of the log-linear regression (variance d mu + mu^2 / shape)."""
        mu = np.maximum(m * self.mean(x), 1e-9)
        weight = mu / (d + mu / self.shape)
        surprise = np.clip((y - mu) / mu, -1.0, 3.0)  # a step of more than e^3 would not be a step
        z = self.intercept + self.slope * x + surprise
        middle = np.average(x, weights=weight)
        spread = np.average((x - middle) ** 2, weights=weight)
        slope = float(np.average((x - middle) * z, weights=weight) / spread) if spread > 1e-9 else 0.0
        slope = min(max(slope, 0.0), 2.0)  # a bigger audience never suggests fewer reactions
        return Prior(float(np.average(z, weights=weight) - slope * middle), slope, self.shape)

    def _spread(self, y: Floats, m: Floats, d: Floats, x: Floats) -> Prior:
        """The shape at which squared surprises are as large as they should be (bisection)."""
        mu = np.maximum(m * self.mean(x), 1e-9)
        squares = np.minimum((y - mu) ** 2, 100.0 * (d * mu + mu**2))  # one viral account does not decide
        low, high = np.log(0.05), np.log(1000.0)
        for _ in range(30):
            shape = np.exp(middle := (low + high) / 2.0)
            too_tight = (squares / (d * mu + mu**2 / shape)).mean() > 1.0
            low, high = (low, middle) if too_tight else (middle, high)
        return Prior(self.intercept, self.slope, float(np.exp(middle)))


def rates(counts: Counts, *, fewest: int) -> tuple[Floats, Floats, Floats]:
    """Rate a post with the middle 95 %; with fewer accounts than `fewest` each stands for itself (Jeffreys' interval)."""
    seen = counts.total / counts.dispersion
    looked = counts.exposure / counts.dispersion
    prior = Prior.fitted(counts) if len(counts.total) >= fewest else None
    if prior is None:
        shape, rate, value = seen + 0.5, looked, counts.total / counts.exposure
    else:
        shape, rate = seen + prior.shape, looked + prior.shape / prior.mean(counts.covariate)
        value = shape / rate
    low, high = gammaincinv(shape, 0.025) / rate, gammaincinv(shape, 0.975) / rate
    nobody = counts.total <= 0
    return value, np.where(nobody, 0.0, np.minimum(low, value)), np.maximum(high, value)


def common_dispersion(observed: Floats, freedom: Floats, rate: Floats) -> tuple[float, float] | None:
    """(a, b) of dispersion = a + b * rate over all accounts; None with less than 30 degrees of freedom.

    A negative binomial count has a = 1, b = 1 / r; a constant over-dispersion has b = 0.
    """
    if freedom.sum() < 30.0:
        return None
    a, b = 1.0, 0.0
    for _ in range(4):
        weight = freedom / (a + b * rate) ** 2
        middle = np.average(rate, weights=weight)
        spread = np.average((rate - middle) ** 2, weights=weight)
        mean = np.average(observed, weights=weight)
        b = np.average((rate - middle) * (observed - mean), weights=weight) / spread if spread > 1e-9 else 0.0
        b = max(float(b), 0.0)
        a = max(float(mean - b * middle), 0.5)
    return a, b
