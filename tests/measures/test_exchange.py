"""Engagement exchanged among strangers: found however slow; friends, half-known follows and shuffled acts give nothing."""

from __future__ import annotations

import numpy as np

from graphkit.detectors.engagement_pods import EngagementPods
from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures.exchange import exchange, occasions
from tests.planted import DAY, HOUR, Crowd


def slow_pod(crowd: Crowd, size: int, *, share: float = 0.6) -> set[int]:
    """Members who serve each other's posts some hours or days later, and follow nobody of them."""
    members = crowd.rng.choice(np.arange(100, 600), size, replace=False)
    for post in crowd.jobs(members.tolist(), 10 * size):
        for member in members[crowd.rng.random(size) < share]:
            if member != crowd.post_author[post]:
                crowd.act(int(member), int(post), int(crowd.rng.uniform(HOUR, 2 * DAY)), "like")
    return set(members.tolist())


def test_a_pod_that_takes_its_time_is_found_whole_and_nobody_else():
    crowd = Crowd(seed=11)
    members = slow_pod(crowd, 12)
    graph = crowd.graph()
    [circle] = exchange(graph, 0).circles
    assert set(circle.members.tolist()) <= members
    assert len(circle.members) >= 11
    assert circle.exchanging > 5 * circle.due
    [finding] = EngagementPods().detect(graph, seed=0)
    assert {int(name[1:]) for name in finding.accounts} == members


def test_circles_of_friends_who_come_back_to_each_other_are_no_pods():
    crowd = Crowd(seed=12)
    friends = crowd.rng.choice(np.arange(100, 600), 12, replace=False)
    crowd.befriend(friends)
    for post in crowd.jobs(friends.tolist(), 150):
        for friend in friends[crowd.rng.random(12) < 0.6]:
            crowd.act(int(friend), int(post), int(crowd.rng.uniform(HOUR, 2 * DAY)), "like")
    assert exchange(crowd.graph(), 0).circles == ()


def test_where_most_follows_are_missing_nobody_can_be_told_from_friends():
    crowd = Crowd(seed=13)
    for _ in range(20):
        crowd.befriend(crowd.rng.choice(np.arange(600), 9, replace=False))
    crowd.follows = {pair: at for number, (pair, at) in enumerate(crowd.follows.items()) if number % 4 == 0}
    found = exchange(crowd.graph(), 0)
    assert found.circles == ()
    assert found.explained < 0.75
    assert "incomplete" in found.note


def test_occasions_are_distinct_days_of_each_pair():
    crowd = Crowd(20, seed=14, posts=40)
    graph = crowd.graph()
    seen = {
        (actor, int(crowd.post_author[post]), at // DAY)
        for actor, post, at, _ in crowd.acts
        if actor != crowd.post_author[post]
    }
    links = occasions(InfluenceGraph.build(crowd.tables()))
    assert int(links.sum()) == len(seen)
    for actor, author, _ in list(seen)[:20]:
        assert links[actor, author] == len({day for a, b, day in seen if (a, b) == (actor, author)})
    assert graph.n == 20
