"""What all detectors together say of every account, tie and event: the form in which reach reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from graphkit.graphs.graph import InfluenceGraph


@dataclass(frozen=True)
class Verdicts:
    """Chances for every account, follow and event. NaN means: not enough data.

    `authentic` is the chance that a real person stands behind the account; victims of takeovers are people, what was
    done in their name is in `commanded`.
    """

    p_bot: NDArray[np.float64]  # one value an account, as the next four
    p_ring: NDArray[np.float64]
    p_pod: NDArray[np.float64]
    p_compromised: NDArray[np.float64]
    authentic: NDArray[np.float64]  # 0..1
    label: tuple[str, ...]  # authentic, bot, ring, pod, compromised, unknown
    reason: tuple[str, ...]  # one sentence
    bought: csr_array  # [i, j] = chance that the follow i -> j was bought
    traded: csr_array  # [i, j] = chance that the follow i -> j is given for a follow back
    commanded: NDArray[np.float32]  # one value an event: chance that it was not the account's own will

    @classmethod
    def unknown(cls, graph: InfluenceGraph) -> Self:
        """The verdicts before anybody has looked: no chance known, nobody suspected."""
        nothing = np.full(graph.n, np.nan)
        no_ties = csr_array((graph.n, graph.n), dtype=np.float32)
        return cls(
            p_bot=nothing,
            p_ring=nothing,
            p_pod=nothing,
            p_compromised=nothing,
            authentic=np.ones(graph.n),
            label=("unknown",) * graph.n,
            reason=("",) * graph.n,
            bought=no_ties,
            traded=no_ties,
            commanded=np.zeros(len(graph.events.actor), dtype=np.float32),
        )
