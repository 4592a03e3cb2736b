"""A ring is a dense place among silent ties: where follows are returned out of courtesy, silence is everywhere and no ring."""

import numpy as np
import pyarrow as pa
import pytest

from graphkit.detectors.follow_rings import FollowRings
from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures.hollow import hollow_ties_of
from graphkit.measures.trading.candidates import candidates, ways
from graphkit.measures.trading.holding import TASTE
from graphkit.measures.trading.tight import tight, tightness

DAY = 86_400_000
PEOPLE, PLACES = 2_400, 4


def courteous(seed, ring=0):
    """A town in which friends speak, a third of all other follows are returned and never spoken over, and maybe a ring."""
    rng = np.random.default_rng(seed)
    place = np.arange(PEOPLE) % PLACES
    fame, busy = rng.lognormal(0, 1.6, PEOPLE), rng.lognormal(0, 1, PEOPLE)
    follows, acts = set(), []
    for one in range(PEOPLE):
        near = np.flatnonzero(place == place[one])
        for other in rng.choice(
            near, int(np.clip(rng.lognormal(3.0, 0.8), 3, 300)), p=fame[near] / fame[near].sum()
        ).tolist():
            follows.add((one, other))
            if rng.random() < 0.35 / (1 + fame[other] / 3):
                follows.add((other, one))
    for circle in (rng.choice(PEOPLE, 5, replace=False) for _ in range(PEOPLE // 8)):
        for one, other in ((a, b) for a in circle.tolist() for b in circle.tolist() if a != b):
            follows.add((one, other))
            acts += [(one, other)] * int(rng.integers(1, 5))
    members = rng.choice(PEOPLE, ring, replace=False).tolist()
    for one, other in ((a, b) for a in members for b in members if a != b):
        if rng.random() < 0.8:
            follows |= {(one, other), (other, one)}
    whom = {one: [] for one in range(PEOPLE)}
    for one, other in follows:
        whom[one].append(other)
    for one, others in whom.items():
        drawn = fame[others] ** 0.4
        acts += [(one, other) for other in rng.choice(others, int(20 * busy[one]) + 1, p=drawn / drawn.sum()).tolist()]
    pairs = sorted((a, b) for a, b in follows if a != b)
    acts = [(a, b) for a, b in acts if a != b and not ({a, b} <= set(members))]
    wrote = 1 + rng.poisson(rng.lognormal(2.3, 1.0, PEOPLE))  # who writes most is not who is turned to most
    first = np.r_[0, np.cumsum(wrote)[:-1]]
    posts = np.repeat(np.arange(PEOPLE), wrote)
    tables = {
        "accounts": pa.table({"id": [f"a{one}" for one in range(PEOPLE)]}),
        "follows": pa.table({"follower": [f"a{a}" for a, _ in pairs], "followed": [f"a{b}" for _, b in pairs]}),
        "posts": pa.table({"id": [f"p{n}" for n in range(len(posts))], "author": [f"a{one}" for one in posts]}),
        "interactions": pa.table(
            {
                "actor": [f"a{a}" for a, _ in acts],
                "target": [f"a{b}" for _, b in acts],
                "post": [f"p{first[b] + rng.integers(wrote[b])}" for _, b in acts],
                "at": rng.integers(0, 90 * DAY, len(acts)) + 1_700_000_000_000,
            }
        ),
    }
    return InfluenceGraph.build(tables), {f"a{one}" for one in members}


@pytest.mark.parametrize("seed", [1, 4, 6])
def test_communities_of_courtesy_are_no_rings(seed):
    graph, _ = courteous(seed)
    assert FollowRings().detect(graph, seed=0).findings == ()


def test_a_ring_among_them_is_found():
    graph, ring = courteous(1, ring=40)
    [finding] = FollowRings().detect(graph, seed=0)
    named = {member.account for member in finding.members}
    assert len(named & ring) >= 36
    assert len(named - ring) <= 2


def test_tightness_is_the_likelihood_of_the_inner_ties_counted_one_by_one():
    graph, _ = courteous(1, ring=30)
    ties = hollow_ties_of(graph)
    places = candidates(graph, ties, cores=(3, 5, 6), smallest=6, seed=0)
    kept, label = ways(graph, ties, places.apart)[0], places.labels[0]
    told = np.zeros(label.max() + 1, bool)
    told[::2] = True
    pairs = [(label[a], label[b]) for a, b in zip(ties.first[kept], ties.second[kept], strict=True)]
    within = {group for group in range(len(told)) if told[group]}
    free = [(a, b) for a, b in pairs if not (a in within and b in within)]
    found = tightness(ties, kept, label, told=told)
    for group in range(len(told)):
        held = sum(a == b == group for a, b in pairs)
        outside = sum((a == group) + (b == group) for a, b in free if a != b)
        due = TASTE * outside**2 / (4 * len(free))
        nats = held * np.log(held / due) - held + due if held > due else 0.0
        assert found[group] == pytest.approx(nats / (label == group).sum(), rel=1e-9)


def test_the_pieces_of_a_market_hold_each_other_up():
    graph, _ = courteous(1, ring=40)
    ties = hollow_ties_of(graph)
    places = candidates(graph, ties, cores=(3, 5, 6), smallest=6, seed=0)
    kept, label = ways(graph, ties, places.apart)[0], places.labels[0].copy()
    whole = int(np.argmax(tightness(ties, kept, label, told=np.zeros(label.max() + 1, bool))))
    members = np.flatnonzero(label == whole)
    count = label.max() + 1
    label[members[::2]] = count  # half of the ring is called another group
    told = np.zeros(count + 1, bool)
    told[[whole, count]] = True
    assert tight(ties, kept, label, told=told, least=4.0).tolist() == told.tolist()
    told[count] = False
    assert (
        tightness(ties, kept, label, told=told)[whole]
        < tightness(ties, kept, label, told=told | (np.arange(count + 1) == count))[whole]
    )
