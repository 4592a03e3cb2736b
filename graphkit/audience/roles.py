"""How large an account is beside others: tiers by follower count."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from graphkit.graphs.graph import InfluenceGraph
from graphkit.settings import Settings, defaults


def tiers(graph: InfluenceGraph, *, settings: Settings | None = None) -> pa.Array:
    """The tier of every account by its number of followers, null where that is not known.

    The number is the one on the page, or where the source does not tell it, that of the followers seen.
    """
    limits = (settings or defaults()).tiers
    ladder = sorted(limits.above.items(), key=lambda step: step[1])
    names = np.array([name for name, _ in ladder], dtype=object)
    floors = np.array([floor for _, floor in ladder], dtype=np.int64)
    seen = np.bincount(graph.follows.indices, minlength=graph.n)
    claimed = graph.accounts["followers"].to_numpy(zero_copy_only=False).astype(np.float64)
    followers = np.where(np.isnan(claimed), seen, claimed)
    known = ~np.isnan(claimed) | (seen > 0)
    place = np.searchsorted(floors, followers, side="right") - 1
    return pa.array(names[np.maximum(place, 0)], pa.string(), mask=~known | (place < 0))
