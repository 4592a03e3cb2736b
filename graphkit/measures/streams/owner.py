"""Whether a person keeps the account: others care for it, and what it does beside the orders is what its follows explain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures.life import life_of
from graphkit.measures.regard import regard_of
from graphkit.measures.streams.marks import Marks
from graphkit.measures.streams.ways import UNEXPLAINED
from graphkit.settings import current

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def kept_by_people(graph: InfluenceGraph) -> Flags:
    """Accounts that somebody cares for: not hollow, and with more than a sliver of the regard usual among their peers."""
    regard = regard_of(graph)
    return np.asarray(~regard.hollow() & (regard.amount > current().streams.sliver * regard.usual))


def owner_odds(graph: InfluenceGraph, marks: Marks, ordered: Flags) -> Floats:
    """Log odds that a person keeps each account, against machines; `ordered` are acts that count for nobody's life.

    Regard, answers, and the share of its other acts that no follow explains: machines roam, people read what they chose.
    """
    regard, life = regard_of(graph), life_of(graph)
    held = regard.amount / np.maximum(regard.usual, 1.0)
    odds = np.clip(1.5 * np.log10(np.maximum(held, 1e-3) / 0.1), -3.0, 1.0)
    odds += np.where(life.friends > 0, 1.0, np.where(life.answered > 0, 0.3, -0.7))
    if marks.follows_known:
        own = ~ordered
        done = np.bincount(marks.acts.actor[own], minlength=graph.n)
        roams = np.bincount(marks.acts.actor[own & (marks.acts.way == UNEXPLAINED)], minlength=graph.n)
        share = (roams + 1.0) / (done + 4.0)
        odds -= np.clip(6.0 * (share - 0.5), 0.0, 3.0)
    return np.asarray(odds)
