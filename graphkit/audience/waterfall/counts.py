"""From followers down to people: expected counts by reason and their uncertainty, for all audiences at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import betainc, betaincinv

from graphkit.audience.people import People
from graphkit.audience.waterfall.trades import Trades
from graphkit.graphs.compiled import compiled
from graphkit.graphs.graph import InfluenceGraph
from graphkit.settings import Reach
from graphkit.verdicts import Verdicts

STEPS: Final = ("bought", "ring", "bot", "inactive", "real")  # the order in which a follower is taken off
_SEEN, _BOUGHT, _RING, _BOT, _INACTIVE, _REAL, _LONE, _TOGETHER, _JUDGED, _UNJUDGED, _CLEARED, _SUSPECT = range(12)

_HALVINGS: Final = 40  # of an audience until an end is found to less than a person

Floats = NDArray[np.float64]
Pack = Any  # several arrays as one tuple, for compiled loops


@dataclass(frozen=True)
class Waterfall:
    """One row an account: followers seen, expected followers by STEPS (they sum to seen), variance of the real ones."""

    seen: NDArray[np.int64]
    expected: Floats  # n x len(STEPS)
    hidden: Floats  # of those counted as people, how many may be none although nothing speaks against them
    variance: Floats

    @property
    def real(self) -> Floats:
        """The people to be expected, less those who may be none although nothing speaks against them."""
        return np.asarray(self.expected[:, -1] - self.hidden)


def waterfall(graph: InfluenceGraph, people: People, *, verdicts: Verdicts, settings: Reach) -> Waterfall:
    """Every follower leaves by at most one reason; what is left is real.

    A purchase is told by its machines, so "not bought" and "a person" lean on the same evidence: the chance of both is
    the smaller of the two. A follow is traded or not independently of that: the chances multiply.
    """
    followers, bought, traded = graph.followers, _by_followed(verdicts.bought), _by_followed(verdicts.traded)
    sums = np.zeros((graph.n, 12))
    _fall(
        (followers.indptr, followers.indices),
        bought,
        traded,
        (people.chance, people.unjudged, people.cleared, people.suspect, people.gone, people.block),
        (people.together, settings.tie_correlation),
        sums,
    )
    unjudged, cleared = sums[:, _UNJUDGED], sums[:, _CLEARED]
    variance = (
        sums[:, _LONE]
        + sums[:, _TOGETHER]
        + (settings.calibration * sums[:, _JUDGED]) ** 2
        + (people.doubt * sums[:, _SUSPECT]) ** 2
        + settings.prior_unseen * (1.0 - settings.prior_unseen) * unjudged
        + (settings.prior_unseen_spread * unjudged) ** 2
        + people.missed * (1.0 - people.missed) * cleared
        + (people.missed_spread * cleared) ** 2
    )
    return Waterfall(
        seen=sums[:, _SEEN].astype(np.int64),
        expected=sums[:, [_BOUGHT, _RING, _BOT, _INACTIVE, _REAL]],
        hidden=settings.prior_unseen * unjudged + people.missed * cleared,
        variance=variance,
    )


@dataclass(frozen=True)
class Falls:
    """The waterfall if the owners trade follows, and if they do not."""

    trader: Floats  # chance of the first
    given: Waterfall
    free: Waterfall

    @classmethod
    def of(cls, graph: InfluenceGraph, people: People, *, trades: Trades, settings: Reach) -> Self:
        """Both; the same where nobody is in doubt."""
        of_traders = replace(trades.verdicts, traded=trades.given)
        given = waterfall(graph, people, verdicts=of_traders, settings=settings)
        if not (trades.trader < 1.0).any():
            return cls(trades.trader, given, given)
        without = replace(trades.verdicts, traded=csr_array(trades.given.shape, dtype=np.float32))
        return cls(trades.trader, given, waterfall(graph, people, verdicts=without, settings=settings))

    @property
    def mixed(self) -> Waterfall:
        """What is to be expected, whoever is right."""
        one, two, p = self.given, self.free, self.trader
        apart = one.real - two.real
        return Waterfall(
            seen=one.seen,
            expected=p[:, None] * one.expected + (1.0 - p)[:, None] * two.expected,
            hidden=p * one.hidden + (1.0 - p) * two.hidden,
            variance=p * one.variance + (1.0 - p) * two.variance + p * (1.0 - p) * apart**2,
        )

    def below(self, count: Floats, rows: NDArray[np.int64]) -> Floats:
        """Chance that the people of some accounts are at most so many."""
        p, total = self.trader[rows], self.given.seen[rows].astype(np.float64)
        cases = [_below(count, each.real[rows], each.variance[rows], total) for each in (self.given, self.free)]
        return np.asarray(p * cases[0] + (1.0 - p) * cases[1])

    def interval(self) -> tuple[Floats, Floats]:
        """The middle 95 % of the people, of both cases as likely as they are."""
        total, both = self.given.seen.astype(np.float64), self.mixed
        low, high = interval(both.real, both.variance, total)
        rows = np.flatnonzero((self.trader < 1.0) & (np.abs(self.given.real - self.free.real) > 1e-6))
        for ends, share in ((low, 0.025), (high, 0.975)):
            least, most = np.zeros(len(rows)), total[rows]
            for _ in range(_HALVINGS):
                middle = (least + most) / 2.0
                is_low = self.below(middle, rows) < share
                least, most = np.where(is_low, middle, least), np.where(is_low, most, middle)
            ends[rows] = most
        return low, high


def _by_followed(ties: csr_array) -> tuple[NDArray[np.int64], NDArray[np.int32], Floats]:
    turned = csr_array(ties.T)
    turned.sort_indices()
    chances = np.clip(turned.data.astype(np.float64), 0.0, 1.0)
    return turned.indptr.astype(np.int64), turned.indices.astype(np.int32), chances


@compiled
def _tie(ties: Pack, j: int, i: int, at: int) -> tuple[float, int]:
    """The chance given for the tie i -> j, and where to look on for the next i."""
    indptr, indices, data = ties
    while at < indptr[j + 1] and indices[at] < i:
        at += 1
    if at < indptr[j + 1] and indices[at] == i:
        return data[at], at
    return 0.0, at


@compiled
def _fall(links: Pack, bought: Pack, traded: Pack, people: Pack, together: Pack, sums: Floats) -> None:
    """Sums over the followers i of every account j; see `waterfall` for what is summed."""
    indptr, indices = links
    chance, unjudged, cleared, suspect, gone, block = people
    correlation, tie_correlation = together
    shared = np.zeros((len(correlation), 2))
    met = np.zeros(len(correlation), dtype=np.int32)
    for j in range(len(indptr) - 1):
        at_b, at_t, several = bought[0][j], traded[0][j], 0
        tie_sd, tie_var = 0.0, 0.0
        row = sums[j]
        for k in range(indptr[j], indptr[j + 1]):
            i = indices[k]
            b, at_b = _tie(bought, j, i, at_b)
            t, at_t = _tie(traded, j, i, at_t)
            person = min(1.0 - b, chance[i])
            real = (1.0 - t) * person
            v = real * (1.0 - real)
            row[_SEEN] += 1.0
            row[_BOUGHT] += b
            row[_RING] += (1.0 - b) * t
            row[_BOT] += (1.0 - t) * (1.0 - b - person)
            row[_SUSPECT] += (1.0 - t) * (1.0 - b - person) * suspect[i]
            row[_INACTIVE if gone[i] else _REAL] += real
            if gone[i]:
                continue
            row[_LONE] += v
            if unjudged[i]:
                row[_UNJUDGED] += real
            elif cleared[i]:
                row[_CLEARED] += real
            if not unjudged[i]:
                row[_JUDGED] += v
            if b + t > 0.0:
                tie_sd += np.sqrt(v)
                tie_var += v
            elif block[i] >= 0:
                g = block[i]
                if shared[g, 1] == 0.0 and v > 0.0:
                    met[several] = g
                    several += 1
                shared[g, 0] += np.sqrt(v)
                shared[g, 1] += v
        row[_TOGETHER] = tie_correlation * (tie_sd * tie_sd - tie_var)
        for s in range(several):
            g = met[s]
            row[_TOGETHER] += correlation[g] * (shared[g, 0] ** 2 - shared[g, 1])
            shared[g, 0] = 0.0
            shared[g, 1] = 0.0


def whole_counts(expected: Floats, total: NDArray[np.int64]) -> NDArray[np.int64]:
    """Whole numbers that sum to `total` exactly, each within one of its expectation (largest remainders first)."""
    counts = np.floor(expected + 1e-9)
    left = total - counts.sum(axis=1)
    order = np.argsort(counts - expected, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(expected.shape[1])[None, :].repeat(len(expected), axis=0), axis=1)
    return np.asarray(counts + (rank < left[:, None]), dtype=np.int64)


def interval(mean: Floats, variance: Floats, total: Floats) -> tuple[Floats, Floats]:
    """The middle 95 % of a count between 0 and `total` with this mean and variance (beta distribution)."""
    low, high = mean.copy(), mean.copy()
    open_ = _open(mean, variance, total)
    a, b = _beta(mean[open_], variance[open_], total[open_])
    low[open_] = total[open_] * betaincinv(a, b, 0.025)
    high[open_] = total[open_] * betaincinv(a, b, 0.975)
    return low, high


def _below(count: Floats, mean: Floats, variance: Floats, total: Floats) -> Floats:
    """Chance that a count with this mean and variance is at most `count`."""
    chance = (count >= mean).astype(np.float64)
    open_ = _open(mean, variance, total)
    a, b = _beta(mean[open_], variance[open_], total[open_])
    chance[open_] = betainc(a, b, count[open_] / total[open_])
    return chance


def _open(mean: Floats, variance: Floats, total: Floats) -> NDArray[np.bool_]:
    return np.asarray((variance > 1e-9) & (mean > 1e-9) & (mean < total - 1e-9))


def _beta(mean: Floats, variance: Floats, total: Floats) -> tuple[Floats, Floats]:
    share, spread = mean / total, variance / total**2
    strength = np.maximum(share * (1.0 - share) / spread - 1.0, 0.02)  # below: all or nothing
    return share * strength, (1.0 - share) * strength
