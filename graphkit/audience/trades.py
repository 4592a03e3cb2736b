"""Follows given for a follow back, also those of a trader with partners whom no ring names."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.graphs.graph import InfluenceGraph
from graphkit.settings import Reach
from graphkit.verdicts import NAMED, Verdicts


def with_all_trades(graph: InfluenceGraph, verdicts: Verdicts, settings: Reach) -> Verdicts:
    """The verdicts with the trades of mass traders completed.

    A ring names partners one by one, and those with few ties of their own are hard to name. Of an account that trades
    in the mass it is known what its silent mutual followers are, for most of them were named: all are taken to trade as
    likely as they were found to. That is about the trader's audience; what its partners get from it stays as judged.
    """
    share = _share_of_trades(graph, verdicts, settings)
    traders = np.flatnonzero(share)
    if not len(traders):
        return verdicts
    silent = _silent(graph, traders)
    rows = np.repeat(traders, np.diff(silent.indptr))
    told = csr_array((share[rows].astype(np.float32), (silent.indices, rows)), shape=graph.follows.shape)
    return replace(verdicts, traded=csr_array(verdicts.traded.maximum(told)))


def _share_of_trades(graph: InfluenceGraph, verdicts: Verdicts, settings: Reach) -> NDArray[np.float64]:
    """For every mass trader the share of its silent mutual follows that are known trades; 0 for everybody else."""
    named = np.asarray((verdicts.traded >= NAMED).sum(axis=0), dtype=np.float64).ravel()
    candidates = np.flatnonzero(named >= settings.mass_trades)
    share = np.zeros(graph.n)
    if len(candidates):
        silent = np.diff(_silent(graph, candidates).indptr)
        share[candidates] = np.minimum(named[candidates] / np.maximum(silent, 1), 1.0)
    share[share < settings.mass_share] = 0.0
    return share


def _silent(graph: InfluenceGraph, nodes: NDArray[np.int64]) -> csr_array:
    """Mutual follows of some accounts in which neither ever turned to the other; one row an account of `nodes`."""
    events, wanted = graph.events, np.zeros(graph.n, dtype=bool)
    wanted[nodes] = True
    met = (events.target >= 0) & (wanted[events.actor] | wanted[np.maximum(events.target, 0)])
    actor, target = events.actor[met], events.target[met]
    acts = csr_array((np.ones(len(actor)), (actor, target)), shape=graph.follows.shape)
    spoken = csr_array((acts + acts.T)[nodes])
    mutual = csr_array(graph.mutual[nodes].astype(np.float64))
    silent = csr_array(mutual - mutual.multiply(spoken > 0))
    silent.eliminate_zeros()
    silent.sort_indices()
    return silent
