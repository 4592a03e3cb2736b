"""How much of a post's reactions can have come by now: the delays of reactions, told from data that end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_EDGES: Final = np.concatenate([[0.0], np.geomspace(30_000.0, 400 * 86_400_000.0, 160)])  # ms; 30 s to 400 days
_LEAST: Final = 30  # reactions at risk below which a step of the estimate is not trusted


@dataclass(frozen=True)
class Delays:
    """Share of reactions that have come within an age, at the edges of the bins."""

    share: Floats

    @classmethod
    def told_by(cls, delay: NDArray[np.int64], age: NDArray[np.int64]) -> Delays:
        """From delays that could be seen only up to the age of their post (Lynden-Bell's product-limit estimate).

        Going backwards in delay, the share within u shrinks by the part of the reactions at risk (delay up to u, post
        at least that old) that took as long as u.
        """
        took = np.searchsorted(_EDGES, np.clip(delay, 0, None), side="left")
        until = np.searchsorted(_EDGES, np.maximum(age, delay), side="left") + 1  # the bin of the age counts in full
        bins = len(_EDGES) + 1
        deaths = np.bincount(took, minlength=bins)
        at_risk = np.cumsum(deaths) - np.cumsum(np.bincount(until, minlength=bins + 1))[:bins]
        trusted = at_risk >= _LEAST
        shrink = np.where(trusted, 1.0 - deaths / np.maximum(at_risk, 1), 1.0)
        share = np.ones(bins)
        share[:-1] = np.cumprod(shrink[::-1])[::-1][1:]
        if trusted.any():
            first, so_far = int(np.argmax(trusted)), np.cumsum(deaths)
            share[:first] = share[first] * so_far[:first] / so_far[first]
        return cls(share[: len(_EDGES)])

    def within(self, age: NDArray[np.int64]) -> Floats:
        """Share of reactions that have come within an age in milliseconds."""
        edge = np.minimum(np.searchsorted(_EDGES, np.maximum(age, 0), side="left"), len(_EDGES) - 1)
        return np.where(age < 0, 0.0, self.share[edge])
