"""Follows given for a follow back: inside rings, among the partners of partners, and of traders in masses."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from graphkit.audience.waterfall.partners import Partners, Silent
from graphkit.graphs.graph import InfluenceGraph
from graphkit.settings import Reach
from graphkit.verdicts import NAMED, Verdicts


@dataclass(frozen=True)
class Trades:
    """The follows that are trades, and whether their owners trade at all: all those of an account are right or wrong with it."""

    verdicts: Verdicts  # with all trades
    given: csr_array  # [i, j] = chance that the follow i -> j is a trade, if j trades
    trader: NDArray[np.float64]  # chance of every account; 1 where that is no matter of doubt, or of no ring


def trades_of(graph: InfluenceGraph, verdicts: Verdicts, settings: Reach) -> Trades:
    """The verdicts with the trades completed.

    Rings name partners one by one, and those with few ties of their own are hard to name. What each account's silent ties
    tell is in `partners`. A mass trader is named in a ring and has at least `mass_trades` silent mutual follows, a good part
    of them with accounts that are named as well. Nobody has so many silent friends: beyond the number that is usual (the
    median of accounts that no ring names) all are trades. This is about the trader's audience; what its partners get from it
    stays as judged.
    """
    named = np.nan_to_num(verdicts.p_ring) >= NAMED
    if not named.any():
        return Trades(verdicts, verdicts.traded, np.ones(graph.n))
    silent = Silent.of(graph)
    partners = Partners.of(silent, verdicts, settings)
    doubted = np.where(partners.trader > 0.0, partners.trader, 1.0)
    in_masses, masses = _in_masses(silent, named, settings, shape=graph.follows.shape)
    doubted[masses] = 1.0
    known = verdicts.traded.tocoo()
    other = (partners.trader[known.row] == 0.0) | (
        partners.trader[known.col] == 0.0
    )  # `partners` knows the rest better
    row, column = known.row[other], known.col[other]
    chance = np.minimum(known.data[other] / doubted[column], 1.0)
    given = csr_array(csr_array((chance, (row, column)), shape=graph.follows.shape).maximum(partners.ties))
    given = csr_array(given.maximum(in_masses).astype(np.float32))
    traded = csr_array((given @ diags_array(doubted)).astype(np.float32))
    return Trades(replace(verdicts, traded=traded), given, doubted)


def with_all_trades(graph: InfluenceGraph, verdicts: Verdicts, settings: Reach) -> Verdicts:
    """The verdicts with the trades completed; see `trades_of`."""
    return trades_of(graph, verdicts, settings).verdicts


def _in_masses(
    silent: Silent, named: NDArray[np.bool_], settings: Reach, *, shape: tuple[int, int]
) -> tuple[csr_array, NDArray[np.bool_]]:
    """[i, j] = share of trades among the silent mutual follows of a mass trader j, and who is one."""
    count = np.bincount(silent.follower, minlength=len(named))
    with_named = np.bincount(silent.follower, named[silent.followed], minlength=len(named))
    others = ~named & (count > 0)
    friends = np.quantile(count[others], 0.5) if others.any() else 0.0
    share = np.maximum(with_named, count - friends) / np.maximum(count, 1)
    trader = named & (count >= settings.mass_trades) & (with_named >= settings.mass_share * count)
    rows = trader[silent.followed]
    i, j = silent.follower[rows], silent.followed[rows]
    return csr_array((share[j].astype(np.float32), (i, j)), shape=shape), trader
