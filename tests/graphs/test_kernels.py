"""Kernels against their readable twins, which are found by name, and against networkx and igraph."""

from __future__ import annotations

import inspect
import itertools

import hypothesis.strategies as st
import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import example, given, settings
from scipy.sparse import csr_array

from graphkit.graphs import kernels, kernels_links, order
from graphkit.lab import checks
from tests import naive

MODULES = (kernels, kernels_links, order)
WITHOUT_DIRECTION = {"core_numbers", "densest", "triangles", "clustering"}
PLUMBING = {"rows_of"}  # gives arrays of the links as they are


def public(module):
    functions = inspect.getmembers(module, callable)
    return {name: f for name, f in functions if f.__module__ == module.__name__ and not name.startswith("_")}


FAST = {name: f for module in MODULES for name, f in public(module).items() if name not in PLUMBING}
OF_LINKS = [name for name, f in FAST.items() if next(iter(inspect.signature(f).parameters)) == "links"]
quick = settings(max_examples=40, deadline=None, derandomize=True)


@st.composite
def networks(draw, mutual=False):
    """Links without loops among up to a dozen accounts, with small whole values."""
    n = draw(st.integers(0, 12))
    ends = st.integers(0, max(n - 1, 0))
    ties = draw(st.dictionaries(st.tuples(ends, ends), st.integers(1, 4), max_size=40 if n else 0))
    dense = np.zeros((n, n), dtype=np.int64)
    for (i, j), value in ties.items():
        if i != j:
            dense[i, j] = value
            if mutual:
                dense[j, i] = value
    return csr_array(dense)


def of_nx(links, *, directed):
    kind = nx.DiGraph if directed else nx.Graph
    return nx.from_scipy_sparse_array(links, create_using=kind)


def agree(fast, slow):
    if isinstance(fast, tuple):
        return all(map(agree, fast, slow))
    if isinstance(fast, csr_array):
        return fast.shape == slow.shape and (fast.toarray() == slow.toarray()).all()
    exact = np.asarray(fast).dtype.kind != "f"
    return np.array_equal(fast, slow) if exact else np.allclose(fast, slow, atol=1e-7, equal_nan=True)


def test_every_kernel_has_a_twin_of_the_same_name_and_parameters():
    twins = {name: inspect.signature(twin) for name, twin in public(naive).items() if name != "neighbours"}
    bare = {
        name: [p.replace(annotation=p.empty) for p in inspect.signature(f).parameters.values()]
        for name, f in FAST.items()
    }
    assert bare == {name: list(twin.parameters.values()) for name, twin in twins.items()}


@pytest.mark.parametrize("name", sorted(OF_LINKS))
def test_a_kernel_and_its_twin_agree(name):
    fast, slow = FAST[name], getattr(naive, name)
    options = {"seed": 3} if "seed" in inspect.signature(fast).parameters else {}

    @quick
    @given(networks(mutual=name in WITHOUT_DIRECTION))
    @example(csr_array((0, 0), dtype=np.int64))
    @example(csr_array((1, 1), dtype=np.int64))
    def judge(links):
        assert agree(fast(links, **options), slow(links, **options))

    judge()


@pytest.mark.parametrize("name", sorted(set(OF_LINKS) - {"rewired"}))
def test_a_kernel_passes_the_suite_that_outsiders_get(name):
    checks.check_kernel(FAST[name], getattr(naive, name), mutual=name in WITHOUT_DIRECTION)


@quick
@given(networks(), st.data())
def test_columns_of_some_rows(links, data):
    rows = data.draw(st.lists(st.integers(0, max(links.shape[0] - 1, 0)), max_size=6 if links.shape[0] else 0))
    nodes = np.array(rows, dtype=np.int64)
    assert kernels_links.columns_of(nodes, links).tolist() == naive.columns_of(nodes, links).tolist()


@quick
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=8))
def test_numbers_between_begins_and_ends(stretches):
    begin, size = (np.array([one[k] for one in stretches], dtype=np.int64) for k in (0, 1))
    assert order.between(begin, begin + size).tolist() == naive.between(begin, begin + size).tolist()


@quick
@given(st.lists(st.integers(-1, 4), max_size=20), st.integers(0, 3))
def test_rows_in_groups(label, more):
    count = max(label, default=-1) + 1 + more
    labels = np.array(label, dtype=np.int64)
    found, due = order.in_groups(labels, count), naive.in_groups(labels, count)
    assert [rows.tolist() for rows in found] == [rows.tolist() for rows in due]


@quick
@given(st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(-3, 3)), max_size=30))
def test_orders_and_their_twins_agree(rows):
    keys = [np.array([row[k] for row in rows], dtype=np.int64) for k in (1, 0)]
    placed = order.order_by(*keys)
    assert placed.tolist() == naive.order_by(*keys).tolist()
    sorted_keys = [key[placed] for key in keys]
    assert order.differs_from_previous(*sorted_keys).tolist() == naive.differs_from_previous(*sorted_keys).tolist()
    assert agree(order.distinct_pairs(*keys), naive.distinct_pairs(*keys))


@quick
@given(st.lists(st.integers(0, 5), max_size=20))
def test_labels_in_order_of_their_first_members(names):
    label = np.unique(names, return_inverse=True)[1] if names else np.empty(0, dtype=np.int64)
    assert kernels_links.in_order(label).tolist() == naive.in_order(label).tolist()


def random_network(seed, *, n=300, ties=1500, mutual=False):
    rng = np.random.default_rng(seed)
    ends = rng.integers(0, n, (ties, 2)) ** 2 // n  # a few popular accounts
    dense = np.zeros((n, n), dtype=np.int64)
    dense[ends[:, 0], ends[:, 1]] = rng.integers(1, 5, ties)
    np.fill_diagonal(dense, 0)
    return csr_array(np.maximum(dense, dense.T) if mutual else dense)


@pytest.mark.parametrize("seed", range(3))
def test_networkx_and_igraph_count_cores_triangles_and_clustering_alike(seed):
    links = random_network(seed, mutual=True)
    graph = of_nx(links, directed=False)
    assert kernels.core_numbers(links).tolist() == list(nx.core_number(graph).values())
    assert kernels.triangles(links).tolist() == list(nx.triangles(graph).values())
    upper = np.argwhere(np.triu(links.toarray()))
    judged = igraph.Graph(n=links.shape[0], edges=upper).transitivity_local_undirected(mode="nan")
    assert np.allclose(kernels.clustering(links), judged, equal_nan=True)


@pytest.mark.parametrize("seed", range(3))
def test_networkx_gives_the_same_pagerank_components_and_mutual_ties(seed):
    links = random_network(seed)
    graph = of_nx(links, directed=True)
    judged = nx.pagerank(graph, weight="weight", tol=1e-12, max_iter=500)
    assert np.allclose(kernels_links.pagerank(links), list(judged.values()), atol=1e-7)
    parts = [sorted(part) for part in nx.weakly_connected_components(graph)]
    label = kernels_links.components(links)
    assert sorted(np.flatnonzero(label == k).tolist() for k in range(len(parts))) == sorted(parts)
    back = sorted((i, j) for i, j in graph.edges if graph.has_edge(j, i))
    assert np.argwhere(kernels_links.mutual(links).toarray()).tolist() == [list(pair) for pair in back]


@quick
@given(networks(mutual=True))
def test_the_densest_part_is_at_least_half_as_dense_as_any(links):
    nodes, density = kernels.densest(links)
    dense = links.toarray()
    every = (s for k in range(1, min(len(dense), 6) + 1) for s in itertools.combinations(range(len(dense)), k))
    best = max((dense[np.ix_(s, s)].sum() / 2 / len(s) for s in every), default=0.0)
    assert density >= best / 2
    assert density == (dense[np.ix_(nodes, nodes)].sum() / 2 / len(nodes) if len(nodes) else 0.0)


def test_a_planted_ring_is_the_densest_part():
    links = random_network(0, mutual=True)
    dense = np.minimum(links.toarray(), 1)
    ring = np.array([3, 50, 77, 120, 121, 122, 200, 201, 202, 203, 250, 299])
    dense[np.ix_(ring, ring)] = 9
    np.fill_diagonal(dense, 0)
    nodes, density = kernels.densest(csr_array(dense))
    assert nodes.tolist() == ring.tolist()
    assert density == 9 * 11 / 2


@pytest.mark.parametrize("seed", range(3))
def test_rewiring_keeps_every_degree_and_little_else(seed):
    links = random_network(seed)
    new = kernels_links.rewired(links, seed=seed)
    there, before = new.toarray(), links.toarray() != 0
    assert there.sum(axis=0).tolist() == before.sum(axis=0).tolist()
    assert there.sum(axis=1).tolist() == before.sum(axis=1).tolist()
    assert there.max() == 1 and there.trace() == 0
    kept = (there & before).sum() / links.nnz
    due = float(np.outer(before.sum(axis=1), before.sum(axis=0))[before].sum() / links.nnz / links.nnz)
    assert kept < 2 * due  # `due`: the share of links that chance puts back, in a graph of these degrees
    assert (kernels_links.rewired(links, seed=seed).toarray() == there).all()
    assert (kernels_links.rewired(links, seed=seed + 1).toarray() != there).any()


def test_a_kernel_leaves_the_links_as_they_were():
    links = csr_array((np.array([1, 2, 3]), np.array([2, 1, 0]), np.array([0, 2, 2, 3])), shape=(3, 3))
    for name in ("mutual", "returned", "components", "pagerank"):
        FAST[name](links)
    assert links.indices.tolist() == [2, 1, 0]
    assert kernels_links.mutual(links).toarray().tolist() == [[0, 0, 1], [0, 0, 0], [1, 0, 0]]
