"""Which silent mutual follows are trades, beyond those inside one named ring: by whom an account's silent ties are with.

A market of follow-backs is found in pieces, and many of its members are not named. Both show in one count: how many of an
account's silent mutual follows are with traders. People who return follows out of courtesy return anybody's, and meet
traders as often as others do; that is the null, read from the same data with its own spread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import betaln, expit, gammaln, logit

from graphkit.graphs.compiled import compiled
from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.kernels_links import returned
from graphkit.measures import nulls
from graphkit.settings import Reach
from graphkit.verdicts import NAMED, Verdicts

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]

_SHAPE: Final = (
    2.0  # gamma shape of how near to traders ordinary people live: a spread of 70 %; less where the data show more
)
_ROUNDS: Final = 5  # partners of partners: a market is connected, and mostly told after two
_FEW: Final = 3  # ties with traders; who has more may be a trader not yet told, and is no measure of how others spread
_STEPS: Final = 10  # of the fit of the two kinds
_SETTLED: Final = 0.01  # change of a chance that no round is made for
_LEAST_DUE: Final = 0.1  # friends among an account's traders: that there is none is never sure
_BINS: Final = 12  # of the time until a follow is returned
_TIE_NATS: Final = 2.0  # that the haste of one tie may say ...
_HASTE_NATS: Final = 3.0  # ... and that of all ties of an account: haste is a habit, which some people have as well
_SURE: Final = 5.0  # nats at most for or against an account


@dataclass(frozen=True)
class Silent:
    """The follows whose follower never turned to the followed, nor the other way round where both follow; by follower."""

    follower: Ints  # of the mutual ones, each in both directions; and as the next two
    followed: Ints
    gap: Floats  # milliseconds until the follow was returned; NaN: unknown
    alone: tuple[Ints, Ints]  # follower and followed of those that are not returned
    mutual: Ints  # mutual follows of every account, the lively ones as well
    spoken: csr_array  # [i, j] = 1 for the lively mutual ones ...
    acted: csr_array  # ... and for the lively ones that are not returned
    acts: Ints  # of every account, on whomever

    @classmethod
    def of(cls, graph: InfluenceGraph) -> Silent:
        """From the follows and acts of a graph; cost: every act once, and every follow."""
        links = graph.follows
        back = returned(links)
        acted = np.zeros(links.nnz, dtype=bool)
        _acted((links.indptr, links.indices), (graph.events.actor, graph.events.target), acted)
        follower = np.repeat(np.arange(graph.n, dtype=np.int32), np.diff(links.indptr))
        both = np.flatnonzero(back >= 0)
        lively = acted[both] | acted[back[both]]
        k = both[~lively]
        at, again = graph.follow_at[k], graph.follow_at[back[k]]
        gap = np.where((at == NO_TIME) | (again == NO_TIME), np.nan, np.abs(at - again).astype(np.float64))
        alone = np.flatnonzero((back < 0) & ~acted)

        def ones(rows: Ints) -> csr_array:
            return csr_array((np.ones(len(rows), np.float32), (follower[rows], links.indices[rows])), shape=links.shape)

        return cls(
            follower=follower[k],
            followed=links.indices[k],
            gap=gap,
            alone=(follower[alone], links.indices[alone]),
            mutual=np.bincount(follower[both], minlength=graph.n),
            spoken=ones(both[lively]),
            acted=ones(np.flatnonzero((back < 0) & acted)),
            acts=np.bincount(graph.events.actor, minlength=graph.n),
        )


@dataclass(frozen=True)
class Partners:
    """Who trades follows, and how sure each silent follow is a trade."""

    trader: Floats  # chance of every account
    ties: csr_array  # [i, j] = chance that the follow i -> j is a trade, if j trades at all

    @classmethod
    def of(cls, silent: Silent, verdicts: Verdicts, settings: Reach) -> Partners:
        """Starts from the accounts that rings name, and adds those that keep to them beyond chance."""
        n = len(silent.mutual)
        named = np.nan_to_num(verdicts.p_ring)
        named = np.where(named >= NAMED, named, 0.0)
        trader, haste = named, np.zeros(len(silent.gap))
        for _ in range(_ROUNDS):
            met = np.bincount(silent.follower, trader[silent.followed], minlength=n).astype(np.float64)
            haste = _haste(silent, trader)
            hurried = np.bincount(silent.follower, haste * trader[silent.followed], minlength=n)
            told = _told(silent, met, trader, np.clip(hurried, -_HASTE_NATS, _HASTE_NATS), settings)
            before, trader = trader, np.maximum(named, told)
            if np.abs(trader - before).max() < _SETTLED:
                break
        returned_ones = _chances((silent.follower, silent.followed), silent.spoken, trader, haste)
        others = _chances(silent.alone, silent.acted, trader, np.zeros(len(silent.alone[0])))
        return cls(trader, csr_array(returned_ones + others))


def _chances(ties: tuple[Ints, Ints], lively: csr_array, trader: Floats, nats: Floats) -> csr_array:
    """[i, j] = chance that the silent follow i -> j is a trade, if j trades: as far as more of j's are with traders than are due.

    Due are as many as others get of their silent followers. Traders of one place are friends more often than strangers are:
    lively ties between two of them are no trades, and how many silent ones come with those is told by all other ties.
    """
    n, (i, j) = len(trader), ties
    told = trader >= NAMED
    met, size = np.bincount(j, trader[i], minlength=n), np.bincount(j, minlength=n)
    stray = (met[~told].sum() + 0.5) / (size[~told].sum() + 1.0)
    due = stray / (1.0 - min(stray, 0.5)) * (size - met)
    spoken = lively.tocoo()
    friends, inside = float((told[spoken.row] & told[spoken.col]).sum()), told[i] & told[j]
    silence = float((~inside).sum()) / max(spoken.nnz - friends, 1.0)
    due = np.maximum(due * max(1.0, friends * silence / max(float(due[told].sum()), 1.0)), _LEAST_DUE)
    kept = (trader[i] > 0.0) & (trader[j] > 0.0)
    i, j = i[kept], j[kept]
    odds = np.maximum(met[j] / due[j] - 1.0, 0.0) * np.exp(nats[kept])
    return csr_array(((trader[i] * odds / (1.0 + odds)).astype(np.float32), (i, j)), shape=(n, n))


def _told(silent: Silent, met: Floats, trader: Floats, haste: Floats, settings: Reach) -> Floats:
    """Chance of every account to trade, by the traders among its silent mutual ties.

    Nobody is told whose count chance gives often among so many accounts.
    """
    has = silent.mutual > 0
    inside, outside = has & (trader >= NAMED), has & (trader < NAMED)
    told = np.zeros(len(met))
    if not outside.any() or inside.sum() < settings.trading_known:
        return told
    kinds = _Kinds.of(met[outside], silent.mutual[outside], met[inside] / silent.mutual[inside])
    least = settings.trading_least * np.where(silent.acts > 0, 1, 2)  # who never acts is silent with everybody
    rows = np.flatnonzero(has & (met >= settings.trading_least))
    few, mutual = met[rows], silent.mutual[rows]
    p = nulls.overdispersed_tail(few, kinds.stray * mutual, kinds.shape)
    q = nulls.benjamini_hochberg(p, tests=int(has.sum()))
    nats = kinds.nats(few, mutual) + haste[rows] + float(logit(inside.sum() / has.sum()))
    chance = expit(np.clip(nats, -_SURE, _SURE))
    told[rows] = np.where((few >= least[rows]) & (q <= settings.trading_q) & (chance >= NAMED), chance, 0.0)
    return told


@dataclass(frozen=True)
class _Kinds:
    """Two kinds of accounts by how many of their mutual ties are silent ones with traders.

    Of traders a share is (beta-binomial), of others a few are (negative binomial: some live near traders).
    """

    a: float
    b: float
    stray: float
    shape: float

    @classmethod
    def of(cls, met: Floats, mutual: Ints, shares: Floats) -> _Kinds:
        """From accounts most of whom do not trade, and the shares of those known to trade (expectation maximisation)."""
        kinds = cls(*_beta(shares), float((met.sum() + 0.5) / (mutual.sum() + 1.0)), _SHAPE)
        prior = float(logit(len(shares) / (len(shares) + len(met))))
        weight, some = np.ones(len(met)), np.flatnonzero(met >= 1.0)
        for _ in range(_STEPS):
            weight[some] = 1.0 - expit(prior + kinds.nats(met[some], mutual[some]))
            stray = float((weight @ met + 0.5) / (weight @ mutual + 1.0))
            due = stray * mutual
            excess = float(weight @ ((np.minimum(met, _FEW) - due) ** 2 - due) / (weight @ due**2))
            kinds = cls(kinds.a, kinds.b, stray, min(1.0 / max(excess, 1e-9), _SHAPE))
        return kinds

    def nats(self, met: Floats, mutual: Ints) -> Floats:
        """How far so many speak for a trader."""
        a, b, due, shape = self.a, self.b, np.maximum(self.stray * mutual, 1e-9), self.shape
        as_trader = (
            betaln(met + a, mutual - met + b) - betaln(a, b) + gammaln(mutual + 1.0) - gammaln(mutual - met + 1.0)
        )
        as_other = gammaln(met + shape) - gammaln(shape) + shape * np.log(shape / (shape + due))
        return np.asarray(as_trader - as_other - met * np.log(due / (shape + due)))


def _beta(share: Floats) -> tuple[float, float]:
    """The beta distribution with the mean and spread of these shares."""
    mean = float(np.clip(share.mean(), 0.05, 0.95))
    strength = float(np.clip(mean * (1.0 - mean) / max(float(share.var()), 1e-6) - 1.0, 1.0, 50.0))
    return mean * strength, (1.0 - mean) * strength


def _haste(silent: Silent, trader: Floats) -> Floats:
    """How far the time until it was returned speaks for a trade, for each silent tie, in nats; 0 where it is unknown."""
    nats, known = np.zeros(len(silent.gap)), ~np.isnan(silent.gap)
    sure = trader >= NAMED
    inside = known & sure[silent.follower] & sure[silent.followed]
    outside = known & ~sure[silent.follower] & ~sure[silent.followed]
    if not inside.any() or not outside.any():
        return nats
    edges = np.unique(np.quantile(silent.gap[known], np.linspace(0.0, 1.0, _BINS + 1)[1:-1]))
    place = np.searchsorted(edges, silent.gap, "right")
    of_trades, of_others = (np.bincount(place[rows], minlength=len(edges) + 1) + 1.0 for rows in (inside, outside))
    ratio = np.log(of_trades / of_trades.sum()) - np.log(of_others / of_others.sum())
    nats[known] = np.clip(ratio, -_TIE_NATS, _TIE_NATS)[place[known]]
    return nats


@compiled
def _acted(links: Any, acts: Any, acted: NDArray[np.bool_]) -> None:
    """Marks the follows whose follower ever acted on the followed; columns of a row are in rising order."""
    ptr, to = links
    actor, target = acts
    for e in range(len(actor)):
        a, t = actor[e], target[e]
        if a < 0 or t < 0:
            continue
        low, high = ptr[a], ptr[a + 1]
        while low < high:
            middle = (low + high) // 2
            if to[middle] < t:
                low = middle + 1
            else:
                high = middle
        if low < ptr[a + 1] and to[low] == t:
            acted[low] = True
