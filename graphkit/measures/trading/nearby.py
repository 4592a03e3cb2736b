"""Where follows are returned: for data that knows ties and no acts, in which silence cannot be told from friendship."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.partitions import leiden

ROUNDS = 4  # as in [communities]


def returned_nearby(graph: InfluenceGraph) -> NDArray[np.float64]:
    """For each account the share of the follows within its community that are returned; 0 where there are none.

    In data with several habits of following, those who trade follows live where following back is the custom. That ranks;
    it says nothing of anybody, for friends live so as well.
    """
    label = leiden(graph.follows + graph.follows.T, seed=0, rounds=ROUNDS)
    count = int(label.max(initial=-1)) + 1
    made, returned = (_inside(links, label, count) for links in (graph.follows, graph.mutual))
    return np.asarray((returned / np.maximum(made, 1))[label])


def _inside(links, label, count: int):  # type: ignore[no-untyped-def]
    source = np.repeat(label, np.diff(links.indptr))
    return np.bincount(source[source == label[links.indices]], minlength=count)
