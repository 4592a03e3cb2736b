"""Signs of a life of one's own: who answers an account, whom it answers, and how much of that its activity would explain.

Machines act; people are also acted upon. The share of an account's contacts that turn to it of their own accord is hard
to buy one by one, so it is what tells an eager fan from an amplifier, and a circle of friends from traded follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.graphs.graph import InfluenceGraph

Floats = NDArray[np.float64]


def _counts(links: csr_array) -> NDArray[np.int64]:
    return np.diff(links.indptr).astype(np.int64)


@dataclass(frozen=True)
class Life:
    """What accounts do and what is done to them; one value a node everywhere."""

    graph: InfluenceGraph

    @cached_property
    def contacts(self) -> csr_array:
        """[i, j] = how often i acted on j, oneself left out."""
        links = self.graph.layer()
        links.setdiag(0)
        links.eliminate_zeros()
        return links

    @cached_property
    def turned(self) -> csr_array:
        """[i, j] = how often j acted on i."""
        links = self.contacts.T.tocsr()
        links.sort_indices()
        return links

    @cached_property
    def warm(self) -> csr_array:
        """[i, j] = 1 where i and j both acted on each other."""
        links = self.contacts.astype(bool).multiply(self.turned.astype(bool)).tocsr()
        links.sort_indices()
        return links

    @cached_property
    def followed_and_acted(self) -> csr_array:
        """[i, j] = 1 where i follows j and acted on j."""
        links = csr_array(self.contacts.astype(bool).multiply(self.graph.follows.astype(bool)), dtype=np.int8)
        links.sort_indices()
        return links

    @cached_property
    def acts(self) -> NDArray[np.int64]:
        """Acts of each account."""
        return np.bincount(self.graph.events.actor, weights=self.graph.events.count, minlength=self.graph.n).astype(
            np.int64
        )

    @cached_property
    def breadth(self) -> NDArray[np.int64]:
        """Distinct accounts acted on."""
        return _counts(self.contacts)

    @cached_property
    def answered(self) -> NDArray[np.int64]:
        """Distinct accounts that acted on this one."""
        return _counts(self.turned)

    @cached_property
    def friends(self) -> NDArray[np.int64]:
        """Distinct accounts with acts in both directions."""
        return _counts(self.warm)

    @cached_property
    def own_posts(self) -> NDArray[np.int64]:
        """Posts known to be the account's."""
        author = self.graph.post_author
        return np.bincount(author[author >= 0], minlength=self.graph.n).astype(np.int64)

    @cached_property
    def mutuals(self) -> NDArray[np.int64]:
        """Distinct accounts with follows in both directions."""
        return _counts(self.graph.mutual)

    def answered_by_others(self, members: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each of the members: distinct accounts outside the group that acted on it."""
        return self._outside(self.turned, members)

    def friends_outside(self, members: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each of the members: distinct accounts outside the group with acts in both directions."""
        return self._outside(self.warm, members)

    @staticmethod
    def _outside(links: csr_array, members: NDArray[np.int64]) -> NDArray[np.int64]:
        rows = links[members]
        inside = np.asarray((rows[:, members] != 0).sum(axis=1)).ravel()
        return _counts(rows) - inside.astype(np.int64)


@lru_cache(maxsize=2)
def life_of(graph: InfluenceGraph) -> Life:
    """The signs of life of a graph, computed once for all detectors."""
    return Life(graph)
