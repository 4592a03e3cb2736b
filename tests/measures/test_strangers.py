"""Strangers in step: choice and moment count together, chance is as rare as it is said to be, reading alike is explained."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures.lockstep import lockstep
from graphkit.measures.strangers.exposure import exposure
from graphkit.measures.strangers.together import exchanged, strange_pairs, stray_reactions
from tests.planted import Crowd

WINDOWS = (60_000, 600_000)


def test_copies_of_strangers_give_no_more_small_p_than_nominal_over_all_pairs_of_accounts():
    small, tests = np.zeros(3), 0
    for seed in range(3):
        crowd = Crowd(600, seed=seed, posts=400)
        for person in range(600):
            for post in crowd.rng.choice(400, 15, replace=False):
                crowd.act(person, int(post), crowd.delay())
        graph = crowd.graph()
        stray = exchanged(stray_reactions(graph), seed)
        pairs = strange_pairs(stray, WINDOWS, accounts=graph.n, seed=0)
        tests += graph.n * (graph.n - 1) // 2
        small += [(pairs.p <= alpha).sum() for alpha in (1e-2, 1e-3, 1e-4)]
    assert (small / tests <= 1.2 * np.array([1e-2, 1e-3, 1e-4])).all()


def test_a_copy_keeps_how_often_everybody_acts_and_how_often_posts_are_met():
    stray = stray_reactions(Crowd(600, seed=1).graph())
    copy = exchanged(stray, 0)
    lost = len(stray.acts.actor) - len(copy.acts.actor)
    assert 0 <= lost < 0.05 * len(stray.acts.actor)
    for now, then in (
        (np.bincount(copy.acts.actor, minlength=600), np.bincount(stray.acts.actor, minlength=600)),
        (np.diff(copy.acts.starts), np.diff(stray.acts.starts)),
    ):
        assert (now <= then).all()
        assert (then - now).sum() == lost


def test_slow_and_busy_accounts_under_one_hand_are_one_group_with_a_moment_that_only_strangers_share():
    crowd = Crowd(1500, seed=2, posts=4000)
    hands = crowd.newcomers(25)
    crowd.command(hands, crowd.jobs([5, 80, 200], 70), share=0.3, jitter_s=600.0)
    for hand in hands:
        for post in crowd.rng.choice(4000, 120, replace=False):
            crowd.act(int(hand), int(post), crowd.delay())
    groups = [troop for troop in lockstep(crowd.graph(), 0).troops if troop.q <= 0.05]
    [found] = [set(troop.members.tolist()) for troop in groups if troop.nature == "amplifiers"]
    assert found <= set(hands.tolist())
    assert len(found) >= 23
    assert all(troop.nature != "second_hand" for troop in groups)


def test_acts_are_explained_by_whom_one_follows_and_not_by_members_of_the_own_group():
    acts = {"early": 2_000, "late": 3_000, "stranger": 4_000}
    graph = InfluenceGraph.build(
        {
            "follows": pa.table({"follower": ["late", "early"], "followed": ["early", "author"]}),
            "posts": pa.table({"id": ["p"], "author": ["author"], "at": [1_000]}),
            "interactions": pa.table(
                {"actor": list(acts), "post": ["p"] * 3, "kind": ["like"] * 3, "at": list(acts.values())}
            ),
        }
    )
    met = exposure(graph)
    who = [graph.account_ids[node] for node in met.actor]
    alone, together = np.full(4, -1, np.int32), np.zeros(4, np.int32)
    together[graph.node("author")] = -1
    assert dict(zip(who, met.followed.tolist(), strict=True)) == {"early": True, "late": False, "stranger": False}
    for groups, late in ((alone, True), (together, False)):
        seen = dict(zip(who, met.shown(graph, groups, among=np.ones(4, bool)).tolist(), strict=True))
        assert seen == {"early": True, "late": late, "stranger": False}
