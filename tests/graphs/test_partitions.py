"""Leiden with a bound: planted communities come back, a large network is cut as well as a small one, networkx judges."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy.sparse import csr_array

from graphkit.graphs import partitions


def planted(sizes, *, inside, outside, seed=0):
    """Symmetric links: each pair of one block with chance `inside`, of two blocks with chance `outside`."""
    rng = np.random.default_rng(seed)
    block = np.repeat(np.arange(len(sizes)), sizes)
    chance = np.where(block[:, None] == block, inside, outside)
    upper = np.triu(rng.random(chance.shape) < chance, k=1)
    return csr_array((upper | upper.T).astype(np.float64)), block


@pytest.mark.parametrize("large", [partitions.LARGE, 500], ids=["whole", "coarse"])
def test_planted_communities_come_back(monkeypatch, large):
    monkeypatch.setattr(partitions, "LARGE", large)
    links, block = planted([80, 60, 50, 40, 30], inside=0.3, outside=0.005)
    assert partitions.leiden(links, seed=0, rounds=4).tolist() == block.tolist()


def test_the_coarse_way_loses_next_to_nothing(monkeypatch):
    links, _ = planted([60] * 12, inside=0.15, outside=0.01, seed=1)
    whole = partitions.modularity(links, partitions.leiden(links, seed=0, rounds=4))
    monkeypatch.setattr(partitions, "LARGE", 1_000)
    coarse = partitions.leiden(links, seed=0, rounds=4)
    assert partitions.modularity(links, coarse) >= whole - 0.01  # what the docstring says
    assert partitions.leiden(links, seed=0, rounds=4).tolist() == coarse.tolist()


def test_modularity_is_that_of_networkx():
    links, block = planted([20, 30, 10], inside=0.4, outside=0.1)
    links.data[:] = 1.0
    graph = nx.from_scipy_sparse_array(links)
    parts = [np.flatnonzero(block == k).tolist() for k in range(3)]
    assert partitions.modularity(links, block) == pytest.approx(nx.community.modularity(graph, parts), abs=1e-12)


def test_without_links_everybody_is_alone():
    assert partitions.leiden(csr_array((3, 3)), seed=0, rounds=4).tolist() == [0, 1, 2]
    assert partitions.leiden(csr_array((0, 0)), seed=0, rounds=4).tolist() == []


def test_values_weigh():
    links = csr_array(np.array([[0, 9, 1, 0], [9, 0, 0, 1], [1, 0, 0, 9], [0, 1, 9, 0]], dtype=float))
    assert partitions.leiden(links, seed=0, rounds=4).tolist() == [0, 0, 1, 1]
    links.data = 10 - links.data
    assert partitions.leiden(links, seed=0, rounds=4).tolist() == [0, 1, 0, 1]
