"""Groups to whom nobody turns back: the count against a plain one, machines and people told apart, calibration on drawn groups."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import worlds
from graphkit.measures.life import life_of
from graphkit.measures.lockstep import lockstep
from graphkit.measures.strangers.friendless import befriended, friends_of, usual_friends


@pytest.fixture(scope="module")
def town():
    """A world in which machines have followers, and of each account whether it is a machine."""
    world = worlds.make("bots", accounts=10_000, seed=8)
    graph = InfluenceGraph.build(world.dataset)
    truth = world.truth.by_account(graph.account_ids)
    return graph, truth["bot"].fillna(False).to_numpy(bool)


def test_a_friend_is_somebody_outside_with_whom_acts_go_both_ways(town):
    graph, _ = town
    members = np.flatnonzero(life_of(graph).breadth > 0)[:40]
    acted = set(zip(graph.events.actor.tolist(), graph.events.target.tolist(), strict=True))
    outside = set(range(graph.n)) - set(members.tolist())
    plain = [any((m, o) in acted and (o, m) in acted for o in outside) for m in members.tolist()]
    assert befriended(graph, members).tolist() == plain


def test_as_many_friends_are_due_over_all_as_there_are(town):
    graph, _ = town
    life = life_of(graph)
    having = (life.friends > 0) & (life.own_posts > 0) & (life.breadth > 0)
    assert usual_friends(graph).sum() == pytest.approx(having.sum(), rel=0.1)
    assert not usual_friends(graph)[life.own_posts == 0].any()


def test_drawn_groups_of_people_lack_no_friends_and_groups_of_machines_do(town):
    graph, machine = town
    rng = np.random.default_rng(0)
    people = np.flatnonzero(~machine & (life_of(graph).own_posts > 0))
    drawn = [friends_of(graph, np.sort(rng.choice(people, size, replace=False))) for size in (8, 15, 30, 60) * 100]
    p = np.array([friends.p for friends in drawn])
    assert not any(friends.missing for friends in drawn)
    assert (p <= 0.1).mean() <= 1.2 * 0.1
    assert (p <= 0.01).mean() <= 1.2 * 0.01
    stock = np.flatnonzero(machine & (life_of(graph).own_posts > 0))[:40]
    assert friends_of(graph, stock).missing


def test_machines_with_followers_are_no_second_hand(town):
    graph, machine = town
    told = [troop for troop in lockstep(graph, 0).troops if troop.q <= 0.05 and machine[troop.members].mean() > 0.5]
    assert {troop.nature for troop in told} == {"amplifiers"}
    assert any(troop.lifeless < 0.7 for troop in told)  # by regard alone they would have passed
    assert all(
        troop.nature != "amplifiers" for troop in lockstep(graph, 0).troops if machine[troop.members].mean() < 0.5
    )


def test_victims_without_friends_are_no_machines():
    """Their own past before the first common act speaks for them: nobody turned to them, and still they were there."""
    world = worlds.make("takeovers", accounts=5_000, seed=3)
    people = world.dataset
    before = InfluenceGraph.build(people)
    victim = world.truth.by_account(before.account_ids)["compromised"].fillna(False).to_numpy(bool)
    names = pa.array(before.ids(np.flatnonzero(victim)))
    acts = people.interactions
    answers = pc.and_(pc.is_in(acts["target"], value_set=names), pc.invert(pc.is_in(acts["actor"], value_set=names)))
    graph = InfluenceGraph.build(replace(people, interactions=acts.filter(pc.invert(answers))))
    troops = [troop for troop in lockstep(graph, 0).troops if troop.q <= 0.05 and victim[troop.members].mean() > 0.5]
    assert any(troop.friends.missing for troop in troops)
    assert {troop.nature for troop in troops} <= {"second_hand", "unclear"}
    assert any(troop.nature == "second_hand" for troop in troops)
