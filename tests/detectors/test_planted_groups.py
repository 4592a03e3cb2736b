"""Planted groups are found by the detector for their kind; the innocent crowds beside them are left alone."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from graphkit import detectors
from graphkit.analysis.detecting import detect
from graphkit.detectors.bot_clusters import BotClusters
from graphkit.detectors.bought_followers import BoughtFollowers
from graphkit.detectors.compromised_accounts import CompromisedAccounts
from graphkit.detectors.engagement_pods import EngagementPods
from graphkit.detectors.follow_rings import FollowRings
from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures.hollow import hollow_ties_of
from graphkit.measures.trading.candidates import candidates
from graphkit.measures.trading.rings import usual_of
from graphkit.verdicts import verdicts
from tests.planted import DAY, DAYS, HOUR, START, Crowd


def found(detector: object, graph: InfluenceGraph) -> list[set[int]]:
    place = {account: node for node, account in enumerate(graph.account_ids)}
    return [{place[account] for account in finding.accounts} for finding in detector.detect(graph, seed=0)]


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("detector", detectors.every(), ids=lambda kind: kind.NAME)
def test_a_crowd_of_friends_and_readers_holds_nothing(detector, seed):
    assert found(detector(), Crowd(400, seed=seed).graph()) == []


def test_amplifiers_without_a_life_are_found_whole_and_nobody_else():
    crowd = Crowd(seed=3)
    bots = crowd.newcomers(20)
    crowd.command(bots, crowd.jobs([5, 80, 200], 40))
    [members] = found(BotClusters(), crowd.graph())
    assert members == set(bots.tolist())


def test_people_under_a_second_hand_are_called_compromised_and_not_bots():
    crowd = Crowd(seed=4)
    victims = crowd.rng.choice(np.arange(100, 600), 20, replace=False)
    jobs = crowd.jobs([5, 60, 90], 40)
    crowd.post_at[jobs] = np.maximum(crowd.post_at[jobs], START + 15 * DAY)
    crowd.command(victims, jobs)
    graph = crowd.graph()
    [members] = found(CompromisedAccounts(), graph)
    assert len(members & set(victims.tolist())) >= 18
    assert members <= set(victims.tolist())
    assert found(BotClusters(), graph) == []


def test_fans_who_follow_their_star_and_hurry_to_her_posts_are_no_group_of_machines():
    crowd = Crowd(seed=5)
    fans = crowd.rng.choice(np.arange(100, 600), 25, replace=False)
    for fan in fans:
        crowd.follow(int(fan), 7, START - DAY)
    crowd.command(fans, crowd.jobs([7], 60), share=0.6, jitter_s=300)
    graph = crowd.graph()
    for detector in (BotClusters(), CompromisedAccounts(), EngagementPods()):
        assert found(detector, graph) == []


def test_a_pod_is_found_by_its_meetings_on_each_others_posts():
    crowd = Crowd(seed=6)
    pod = crowd.rng.choice(np.arange(100, 600), 12, replace=False)
    crowd.command(pod, crowd.jobs(pod.tolist(), 120), share=0.6, jitter_s=400)
    [members] = found(EngagementPods(), crowd.graph())
    assert members == set(pod.tolist())


def ring_in(crowd: Crowd, size: int) -> np.ndarray:
    ring = crowd.rng.choice(np.arange(100, 600), size, replace=False)
    for i, a in enumerate(ring):
        for b in ring[i + 1 :]:
            if crowd.rng.random() < 0.8:
                at = START + int(crowd.rng.integers(0, 20 * DAY))
                crowd.follow(int(a), int(b), at)
                crowd.follow(int(b), int(a), at + HOUR)
    return ring


def test_a_ring_of_silent_mutual_follows_is_found_and_circles_of_friends_are_not():
    crowd = Crowd(seed=7)
    ring = ring_in(crowd, 40)
    [members] = found(FollowRings(), crowd.graph())
    assert members == set(ring.tolist())


def test_colleagues_who_work_for_the_same_clients_are_no_ring():
    """They follow each other, never speak here, and like what their clients post: strangers who trade have none in common."""
    crowd = Crowd(seed=7)
    ring = ring_in(crowd, 40)
    work = crowd.jobs([700, 701, 702], 40)
    crowd.n = 703
    for member in ring:
        for post in work[crowd.rng.random(40) < 0.4]:
            crowd.act(int(member), int(post), int(crowd.rng.uniform(0, 8 * HOUR)))
    graph = crowd.graph()
    assert found(FollowRings(), graph) == []
    assert np.nanmax(FollowRings().detect(graph, seed=0).scores["p_ring"]) < 0.5


def test_a_remnant_that_is_no_ring_by_itself_is_not_named():
    crowd = Crowd(seed=7)
    ring = ring_in(crowd, 40)
    graph = crowd.graph()
    ties = hollow_ties_of(graph)
    places = candidates(graph, ties, cores=(3, 5, 6), smallest=6, seed=0)
    usual = usual_of(ties, places.labels, graph.n)
    rest = np.setdiff1d(np.arange(600), ring)
    assert FollowRings().carries(ties, usual, np.sort(ring))
    assert not FollowRings().carries(ties, usual, np.sort(ring)[:5])  # too few
    assert not FollowRings().carries(ties, usual, rest)  # friends, who speak
    assert not FollowRings().carries(ties, usual, np.sort(crowd.rng.choice(rest, 40, replace=False)))  # hardly tied


def test_mutual_follows_without_any_interactions_accuse_nobody():
    crowd = Crowd(seed=8)
    ring_in(crowd, 40)
    tables = crowd.tables()
    graph = InfluenceGraph.build({"follows": tables["follows"]})
    detection = FollowRings().detect(graph, seed=0)
    assert len(detection) == 0
    assert np.nanmax(detection.scores["p_ring"]) < 0.5
    assert "no interactions" in detection.notes[0]


def test_without_acts_an_account_with_one_tie_ranks_by_the_custom_around_it_and_is_called_unknown():
    left, right = np.triu_indices(30, 1)
    traded = [(f"r{a}", f"r{b}") for a, b in zip(left, right, strict=True)]
    readers = [(f"p{a}", f"p{b}") for a, b in zip(left, right, strict=True)]  # the same ties, and none is returned
    follows = [*traded, *((b, a) for a, b in traded), *readers, ("one", "r3"), ("two", "p3")]
    graph = InfluenceGraph.build(
        {"follows": pa.table({"follower": [a for a, _ in follows], "followed": [b for _, b in follows]})}
    )
    run = detect(graph)
    score = dict(zip(graph.account_ids, run.verdicts.p_ring, strict=True))
    label = dict(zip(graph.account_ids, run.verdicts.label, strict=True))
    assert score["two"] + 0.2 < score["one"] < 0.5
    assert label["one"] == label["two"] == "unknown"
    assert len(run.findings) == 0


def farm_in(crowd: Crowd, size: int, customers: list[int]) -> np.ndarray:
    bots = crowd.newcomers(size)
    for place, customer in enumerate(customers):
        day = START + (5 + 12 * place) * DAY
        for bot in bots[crowd.rng.random(size) < 0.8]:
            crowd.follow(int(bot), customer, day + int(crowd.rng.integers(0, DAY)))
    for bot in bots:
        for other in crowd.rng.integers(0, 600, 6):
            crowd.follow(int(bot), int(other), START + int(crowd.rng.integers(0, DAYS * DAY)))
    return bots


def test_bought_blocks_are_found_with_their_number_and_a_prize_draw_is_not():
    crowd = Crowd(seed=9)
    bots = farm_in(crowd, 60, [11, 22, 33])
    for person in crowd.rng.choice(np.arange(100, 600), 80, replace=False):
        crowd.follow(int(person), 44, START + 30 * DAY + int(crowd.rng.integers(0, DAY)))
    graph = crowd.graph()
    findings = BoughtFollowers().detect(graph, seed=0).findings
    assert {f.beneficiaries[0] for f in findings} == {"a00011", "a00022", "a00033"}
    for finding in findings:
        customer = int(finding.beneficiaries[0][1:])
        bought = sum((int(bot), customer) in crowd.follows for bot in bots)
        assert finding.detail["low"] <= bought <= finding.detail["high"]
    [farm] = found(BotClusters(), graph)
    assert farm <= set(bots.tolist())
    assert len(farm) >= 50


def test_newcomers_who_follow_a_list_on_their_first_day_are_not_for_sale():
    crowd = Crowd(seed=10)
    for newcomer in crowd.newcomers(60):
        at = START + 20 * DAY + int(crowd.rng.integers(0, DAY))
        for account in (11, 22, 33, 44, 55, 66):
            crowd.follow(int(newcomer), account, at + 1000)
    graph = crowd.graph()
    assert found(BoughtFollowers(), graph) == []
    assert found(BotClusters(), graph) == []


def test_labels_reasons_and_chances_agree():
    crowd = Crowd(seed=3)
    bots = crowd.newcomers(20)
    crowd.command(bots, crowd.jobs([5, 80, 200], 40))
    graph = crowd.graph()
    said = verdicts(graph, {kind.NAME: kind().detect(graph, seed=0) for kind in detectors.every()})
    assert {said.label[bot] for bot in bots} == {"bot"}
    assert all("lockstep" in said.reason[bot] for bot in bots)
    assert said.authentic[bots].max() < 0.5
    assert said.commanded[np.isin(graph.events.actor, bots)].min() > 0.5
    assert "bot" not in {said.label[node] for node in range(600)}


def test_names_of_accounts_change_nothing():
    crowd = Crowd(seed=6)
    pod = crowd.rng.choice(np.arange(100, 600), 12, replace=False)
    crowd.command(pod, crowd.jobs(pod.tolist(), 120), share=0.6, jitter_s=400)
    tables = crowd.tables()
    again = {name: table.take(np.random.default_rng(0).permutation(table.num_rows)) for name, table in tables.items()}
    first = EngagementPods().detect(InfluenceGraph.build(tables), seed=0)
    second = EngagementPods().detect(InfluenceGraph.build(again), seed=0)
    assert [finding.id for finding in first] == [finding.id for finding in second]
    np.testing.assert_array_equal(first.scores["p_pod"], second.scores["p_pod"])


def test_followers_for_sale_that_stray_into_a_meeting_are_not_named_among_the_amplifiers():
    crowd = Crowd(seed=12)
    sold = farm_in(crowd, 40, [11, 22, 33, 44])
    hands = crowd.newcomers(20)
    jobs = crowd.jobs([5, 80], 40)
    crowd.command(hands, jobs, share=0.7, jitter_s=30.0)
    for bot in sold:
        crowd.command(np.array([bot]), crowd.rng.choice(jobs, 1), share=1.0, jitter_s=30.0)
    groups = found(BotClusters(), crowd.graph())
    told = set(hands.tolist())
    [amplifiers] = [group for group in groups if told & group]
    assert amplifiers == told
