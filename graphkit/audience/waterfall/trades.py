"""Follows given for a follow back, also those of a trader with partners whom no ring names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from graphkit.graphs.graph import InfluenceGraph
from graphkit.settings import Reach
from graphkit.verdicts import NAMED, Verdicts


def with_all_trades(graph: InfluenceGraph, verdicts: Verdicts, settings: Reach) -> Verdicts:
    """The verdicts with the trades of mass traders completed.

    Rings name partners one by one, and those with few ties of their own are hard to name. A mass trader is named in a
    ring and has at least `mass_trades` silent mutual follows, a good part of them with accounts that are named as well.
    Nobody has so many silent friends: beyond the number that is usual (the median of accounts that no ring names) all
    are trades. This is about the trader's audience; what its partners get from it stays as judged.
    """
    named = np.nan_to_num(verdicts.p_ring) >= NAMED
    candidates = np.flatnonzero(named & (np.diff(graph.mutual.indptr) >= settings.mass_trades))
    if not len(candidates):
        return verdicts
    every = _silent(graph)
    count = np.diff(every.indptr)
    with_named = np.asarray(every @ named.astype(np.float64))
    friends = np.quantile(count[~named & (count > 0)], 0.5) if (~named & (count > 0)).any() else 0.0
    share = np.maximum(with_named, count - friends) / np.maximum(count, 1)
    is_trader = (count[candidates] >= settings.mass_trades) & (
        with_named[candidates] >= settings.mass_share * count[candidates]
    )
    traders = candidates[is_trader]
    silent = csr_array(every[traders])
    rows = np.repeat(traders, np.diff(silent.indptr))
    told = csr_array((share[rows].astype(np.float32), (silent.indices, rows)), shape=graph.follows.shape)
    return replace(verdicts, traded=csr_array(verdicts.traded.maximum(told)))


def _silent(graph: InfluenceGraph) -> csr_array:
    """Mutual follows in which neither ever turned to the other."""
    met = graph.events.target >= 0
    actor, target = graph.events.actor[met], graph.events.target[met]
    acts = csr_array((np.ones(len(actor), dtype=np.int8), (actor, target)), shape=graph.follows.shape)
    spoken = acts.astype(bool)
    mutual = csr_array(graph.mutual.astype(np.float64))
    silent = csr_array(mutual - mutual.multiply(spoken + spoken.T))
    silent.eliminate_zeros()
    silent.sort_indices()
    return silent
