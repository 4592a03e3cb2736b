"""Rings against decoys: exchanged silence keeps its counts, a planted ring stands out, and a town without rings names nobody."""

import numpy as np
import pytest

from graphkit.detectors.follow_rings import FollowRings
from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import worlds
from graphkit.measures.hollow import hollow_ties_of
from graphkit.measures.trading.candidates import candidates, labels_of
from graphkit.measures.trading.decoys import exchanged, ring_q
from graphkit.measures.trading.rings import tests as asked_of
from graphkit.measures.trading.rings import usual_of

CORES = (3, 5, 6)


@pytest.fixture(scope="module")
def ringed():
    """A world with rings, and of each account whether it is in one."""
    world = worlds.make("rings", accounts=4_000, seed=1)
    graph = InfluenceGraph.build(world.dataset)
    truth = world.truth.by_account(graph.account_ids)
    return graph, truth["ring"].fillna(False).to_numpy(bool)


def search_of(graph, places):
    """The search that found these candidates, to be run on copies."""
    return lambda copy: labels_of(graph, copy, places.apart, cores=CORES, smallest=6, seed=0)


def looked(graph):
    ties = hollow_ties_of(graph)
    places = candidates(graph, ties, cores=CORES, smallest=6, seed=0)
    usual = usual_of(ties, places.labels, graph.n)
    return ties, places, [asked_of(ties, label, usual) for label in places.labels]


def test_silence_goes_to_ties_with_as_many_acts_due(ringed):
    ties = hollow_ties_of(ringed[0])
    copy = exchanged(ties, 1)
    assert copy.warm.sum() == ties.warm.sum()
    assert (copy.warm != ties.warm).any()
    assert np.array_equal(np.sort(copy.gap), np.sort(ties.gap), equal_nan=True)
    order = np.argsort(ties.quiet)
    for few in np.array_split(order, 4):  # who is due less answers less, in the copy as well
        assert copy.warm[few].mean() == pytest.approx(ties.warm[few].mean(), abs=0.05)


def test_rings_stand_out_from_what_the_search_finds_in_copies(ringed):
    graph, ring = ringed
    ties, places, tested = looked(graph)
    q = ring_q(ties, tested, search=search_of(graph, places), seed=0)
    deep = [np.flatnonzero(places.labels[0] == group) for group in range(len(q[0]))]
    traded = np.array([ring[members].mean() > 0.8 for members in deep])
    assert traded.any()
    assert (q[0][traded] <= 0.05).all()


def test_what_the_search_finds_in_a_copy_is_not_told_from_chance(ringed):
    graph, _ = ringed
    ties, places, _ = looked(graph)
    told = 0
    for draw in range(100, 105):
        copy = exchanged(ties, draw)
        found = candidates(graph, copy, cores=CORES, smallest=6, seed=0)
        usual = usual_of(copy, found.labels, graph.n)
        tested = [asked_of(copy, label, usual) for label in found.labels]
        q = ring_q(copy, tested, search=search_of(graph, found), seed=0)
        told += sum(bool((values <= 0.05).any()) for values in q)
    assert told <= 1  # of 15 searches; one in twenty is due


def test_the_detector_asks_the_copies(ringed):
    graph, _ = ringed
    found = tuple(FollowRings().detect(graph))
    assert found
    assert all(0.001 < finding.q <= 0.05 for finding in found)
    assert not tuple(FollowRings(q=0.0).detect(graph))
