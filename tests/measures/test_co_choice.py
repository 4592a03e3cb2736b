"""Accounts that nobody cares for and that choose the same rare posts: found without times; readers and newcomers are not."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from graphkit.detectors.bot_clusters import BotClusters
from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures.choosing.co_choice import choices
from tests.planted import START, Crowd


def without(tables: dict[str, pa.Table], *, times: bool = True, follows: bool = True) -> InfluenceGraph:
    kept = dict(tables)
    if not times:
        kept["interactions"] = kept["interactions"].drop_columns("at")
        kept["posts"] = kept["posts"].drop_columns("at")
    if not follows:
        kept.pop("follows")
    return InfluenceGraph.build(kept)


def named(detector: BotClusters, graph: InfluenceGraph) -> set[int]:
    return {int(a[1:]) for finding in detector.detect(graph, seed=0) for a in finding.accounts}


def amplified(seed: int, *, camouflage: int = 12) -> tuple[Crowd, set[int]]:
    crowd = Crowd(1500, seed=seed, posts=5000)
    bots = crowd.newcomers(15)
    crowd.command(bots, crowd.jobs([5, 80, 200], 40), share=0.5)
    for bot in bots:
        for post in crowd.rng.integers(0, 5000, camouflage):
            crowd.act(int(bot), int(post), crowd.delay())
    return crowd, set(bots.tolist())


def test_amplifiers_are_found_by_their_choice_alone():
    crowd, bots = amplified(21)
    graph = without(crowd.tables(), times=False)
    [group] = choices(graph, 0).found
    assert set(group.members.tolist()) == bots
    assert group.close > 3 * group.due
    assert set(group.targets[:3].tolist()) == {5, 80, 200}
    assert named(BotClusters(), graph) == bots


def test_without_follows_choice_ranks_and_names_nobody():
    crowd, bots = amplified(22)
    graph = without(crowd.tables(), times=False, follows=False)
    detection = BotClusters().detect(graph, seed=0)
    assert list(detection) == []
    order = np.argsort(-np.nan_to_num(detection.scores["p_bot"]), kind="stable")
    assert len(set(order[: len(bots)].tolist()) & bots) >= len(bots) - 4  # one chance group of five lies among them
    assert any("nobody is named" in note for note in detection.notes)


def test_readers_of_one_author_whom_they_follow_choose_alike_and_are_left_alone():
    crowd = Crowd(seed=23)
    readers = crowd.newcomers(20)
    for reader in readers:
        for author in (7, *crowd.rng.choice(600, 6, replace=False).tolist()):
            crowd.follow(int(reader), author, START + int(crowd.rng.integers(0, 50)) * 86_400_000)
    crowd.command(readers, crowd.jobs([7], 60), share=0.6)
    graph = without(crowd.tables(), times=False)
    assert choices(graph, 0).found == ()
    assert named(BotClusters(), graph) == set()


def test_copies_with_shuffled_choices_hold_no_group():
    crowd, _ = amplified(24)
    tables = crowd.tables()
    acts = tables["interactions"]
    drawn = np.random.default_rng(0).permutation(acts.num_rows)
    tables["interactions"] = acts.set_column(acts.schema.get_field_index("post"), "post", acts["post"].take(drawn))
    assert choices(without(tables, times=False), 0).found == ()


def test_lonely_readers_of_what_goes_viral_around_them_are_a_crowd_and_not_a_group():
    crowd = Crowd(6000, seed=25, posts=18_000)
    lonely, corner = crowd.newcomers(15), np.arange(600, 680)
    viral = crowd.jobs([5, 80, 200], 40)
    for readers in (lonely, corner):
        crowd.command(readers, viral, share=0.5)
    graph = without(crowd.tables(), times=False)
    found = choices(graph, 0)
    assert found.found == ()
    assert found.crowds == (len(lonely),)  # they do choose alike, beyond ten times chance
    detection = BotClusters().detect(graph, seed=0)
    assert list(detection) == []
    assert any("many others chose" in note for note in detection.notes)
