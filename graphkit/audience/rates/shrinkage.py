"""Rates of counts with over-dispersion, drawn towards what similar accounts show (empirical Bayes)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.compiled import compiled

Floats = NDArray[np.float64]

_FITTED_ON: Final = 20_000  # accounts: a line through more than that does not move any more
_STEPS: Final = 40  # of the fit
_POINTS: Final = 65  # at which a posterior is computed
_VAGUE: Final = 2.0  # spread of log rates among accounts nothing is known of: a factor of 50 either way


@dataclass(frozen=True)
class Counts:
    """Reactions of people to posts, one row an account.

    Variance of `total` over its mean, where the rate is r: max(1, base + growth * r) + doubt.
    """

    posts: Floats
    total: Floats  # people, summed over the posts; a sum of chances
    exposure: Floats  # posts, the young ones in part
    base: Floats
    growth: Floats
    doubt: Floats  # about who reacted, and of whose will
    unlisted: NDArray[np.bool_]  # posts without a reaction are left out of the data
    crowd: Floats  # accounts that react for every one of the people, whoever they are
    uneven: Floats  # excess with which posts are silent; see `graphkit.audience.rates.hidden`
    covariate: Floats  # log(1 + audience)

    def take(self, rows: NDArray[np.int64]) -> Counts:
        return replace(self, **{name: values[rows] for name, values in vars(self).items()})


@dataclass(frozen=True)
class Prior:
    """What an audience suggests: log rate ~ normal(intercept + slope * covariate, spread)."""

    intercept: float
    slope: float
    spread: float

    @classmethod
    def fitted(cls, counts: Counts) -> Prior:
        """The prior under which the reactions of all accounts are likeliest (expectation maximisation)."""
        every = len(counts.total)
        part = counts.take(np.linspace(0, every - 1, min(every, _FITTED_ON)).astype(np.int64))
        x = part.covariate
        prior = cls(float(np.log(part.total.sum() / part.exposure.sum())), 0.0, 1.5)
        for _ in range(_STEPS):
            out = prior.posterior(part)
            z, doubt = out[:, 3], out[:, 4]
            middle, level = x.mean(), z.mean()
            varied = ((x - middle) ** 2).mean()
            slope = ((x - middle) * (z - level)).mean() / varied if varied > 1e-9 else 0.0
            slope = min(max(float(slope), 0.0), 2.0)  # a bigger audience never suggests fewer reactions
            intercept = float(level - slope * middle)
            spread = np.sqrt((doubt + (z - intercept - slope * x) ** 2).mean())
            prior = cls(intercept, slope, min(max(float(spread), 0.1), 4.0))
        return prior

    def posterior(self, counts: Counts) -> Floats:
        """Mean, 2.5 % and 97.5 % of the rate, mean and variance of its logarithm; one row an account."""
        out = np.empty((len(counts.total), 5))
        of_all = (counts.posts, counts.total, counts.exposure, counts.base, counts.growth, counts.doubt)
        suggested = self.intercept + self.slope * counts.covariate
        _posterior((*of_all, counts.unlisted, counts.crowd, counts.uneven, suggested), self.spread, out)
        return out


def rates(counts: Counts, *, fewest: int) -> tuple[Floats, Floats, Floats]:
    """Rate a post with the middle 95 %; with fewer accounts than `fewest` each stands for itself."""
    if len(counts.total) >= fewest and counts.total.sum() > 0:
        value, low, high = Prior.fitted(counts).posterior(counts)[:, :3].T
    else:
        level = np.log(max(counts.total.sum(), 0.5) / counts.exposure.sum())
        value, low, high = Prior(float(level), 0.0, _VAGUE).posterior(counts)[:, :3].T
        value = np.where(counts.unlisted, value, counts.total / counts.exposure)
    return value, np.where(counts.total > 0, np.minimum(low, value), 0.0), np.maximum(high, value)


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
        a, b = float(mean - b * middle), max(float(b), 0.0)
        if a < 1.0:  # rare events vary as Poisson's do, not less: then the line starts at 1
            steep = np.average(rate * (observed - 1.0), weights=weight) / np.average(rate**2 + 1e-12, weights=weight)
            a, b = 1.0, max(float(steep), 0.0)
    return a, b


@compiled
def _log_density(z: float, account: Any, spread: float) -> float:
    """Logarithm of the posterior density of the log rate z, up to a constant.

    - deviance(y, m e^z) / 2D - log(D) / 2 - (z - suggested)^2 / 2 spread^2, with the dispersion D at that rate
    (extended quasi-likelihood); where silent posts are left out, also - posts log(1 - chance of a silent post), the
    chance of a negative binomial with mean crowd e^z, and that dispersion or the unevenness told otherwise.
    """
    posts, y, m, base, growth, doubt, unlisted, crowd, uneven, suggested = account
    rate = np.exp(z)
    due, spreading = m * rate, max(base + growth * rate, 1.0)
    deviance = 2.0 * (due - y + (y * (np.log(y) - np.log(due)) if y > 0.0 else 0.0))
    result = -0.5 * (deviance / (spreading + doubt) + np.log(spreading + doubt) + ((z - suggested) / spread) ** 2)
    if unlisted:
        excess = min(max(spreading - 1.0, 1e-6), uneven)
        told = min(
            1.0, y / ((spreading + doubt) * posts)
        )  # never more than the reactions: else no rate at all fits best
        result -= told * posts * np.log(-np.expm1(-crowd * rate * np.log1p(excess) / excess))
    return float(result)


@compiled
def _stretch(account: Any, spread: float) -> tuple[float, float]:
    """A stretch of log rates that holds all but a negligible part of the posterior, and little else."""
    _, y, m, base, growth, doubt, unlisted, _, _, suggested = account
    prior = 1.0 / spread**2
    if not unlisted:  # one mode, found by Newton's steps
        z = suggested if y <= 0.0 else np.log(y / m)
        d = max(base + growth * np.exp(min(z, 50.0)), 1.0) + doubt
        for _ in range(20):
            due = m * np.exp(z)
            step = ((y - due) / d - (z - suggested) * prior) / (due / d + prior)
            z += min(max(step, -1.0), 1.0)
        half = 7.0 / np.sqrt(y / d + prior)
        return z - half, z + half
    top = np.log(max(y, 0.5) / m)
    low, high = min(top, suggested) - 7.0 * spread, max(top, suggested) + 7.0 * spread
    values = np.empty(_POINTS)
    for _ in range(3):  # look, keep what counts, look closer
        step = (high - low) / (_POINTS - 1)
        for k in range(_POINTS):
            values[k] = _log_density(low + k * step, account, spread)
        counts = np.flatnonzero(values > values.max() - 25.0)
        low, high = low + (counts[0] - 1) * step, low + (counts[-1] + 1) * step
    return low, high


@compiled
def _posterior(counts: Any, spread: float, out: Floats) -> None:
    """Mean and quantiles of the rate, mean and variance of its logarithm, on a grid; see `_log_density`."""
    posts, total, exposure, base, growth, doubt, unlisted, crowd, uneven, suggested = counts
    weight, grid = np.empty(_POINTS), np.empty(_POINTS)
    for j in range(len(total)):
        account = (
            posts[j],
            total[j],
            exposure[j],
            base[j],
            growth[j],
            doubt[j],
            unlisted[j],
            crowd[j],
            uneven[j],
            suggested[j],
        )
        left, right = _stretch(account, spread)
        step = (right - left) / (_POINTS - 1)
        for k in range(_POINTS):
            grid[k] = left + k * step
            weight[k] = _log_density(grid[k], account, spread)
        weight[:] = np.exp(weight - weight.max())
        weight /= weight.sum()
        so_far, low, high = 0.0, left, right
        for k in range(_POINTS):  # each point stands for the stretch of half a step on both sides
            if so_far < 0.025 <= so_far + weight[k]:
                low = grid[k] + step * ((0.025 - so_far) / weight[k] - 0.5)
            if so_far < 0.975 <= so_far + weight[k]:
                high = grid[k] + step * ((0.975 - so_far) / weight[k] - 0.5)
            so_far += weight[k]
        middle = (weight * grid).sum()
        out[j, 0], out[j, 1], out[j, 2] = (weight * np.exp(grid)).sum(), np.exp(low), np.exp(high)
        out[j, 3], out[j, 4] = middle, (weight * (grid - middle) ** 2).sum()
