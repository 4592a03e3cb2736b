"""The second hand on a made-up world with victims, beside movers, new phones and new jobs."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from graphkit.analysis.detecting import detect
from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import worlds
from graphkit.lab.scoring import average_precision
from graphkit.measures.streams.ways import FOLLOWED, PASSED_ON, UNEXPLAINED, UNKNOWN, reached

DAY = 86_400_000


@pytest.fixture(scope="module")
def world():
    return worlds.make("takeovers", accounts=4_000, seed=3)


@pytest.fixture(scope="module")
def run(world):
    return detect(InfluenceGraph.build(world.dataset))


@pytest.fixture(scope="module")
def truth(world, run):
    ids = [row["id"] for row in run.tables["streams"].to_pylist()]
    frame = world.truth.accounts.to_pandas().set_index("id").sort_index()
    return frame, frame.reindex(ids)


def test_victims_stand_above_everybody_else(run, truth):
    frame, _ = truth
    scored = frame.compromised.notna().to_numpy()
    victims = frame.compromised.fillna(False).astype(bool).to_numpy()
    chance = np.nan_to_num(run.verdicts.p_compromised)
    assert average_precision(victims[scored], chance[scored]) > 0.9
    others = np.quantile(chance[scored & ~victims], 0.99)
    assert (chance[victims] > others).mean() > 0.85


def test_who_moved_changed_job_or_phone_or_works_at_night_is_not_accused(world, run, truth):
    frame, _ = truth
    label = np.array(run.verdicts.label)
    innocent = ~frame.compromised.fillna(True).astype(bool).to_numpy()
    for crowd in ("movers", "new_phones", "new_jobs", "night_workers"):
        members = frame.index.isin(world.truth.crowds()[crowd]) & innocent
        assert (label[members] == "compromised").mean() <= 0.01


def test_victims_are_not_called_bots_nor_bots_victims(run, truth):
    frame, _ = truth
    label = np.array(run.verdicts.label)
    assert (label[frame.compromised.fillna(False).astype(bool)] == "bot").mean() <= 0.05
    assert (label[frame.automated] == "compromised").mean() <= 0.02


def test_the_onset_is_told_to_the_day(run, truth):
    said, told = run.tables["streams"].to_pandas(), truth[1]
    named = (said.p_compromised >= 0.5).to_numpy() & told.onset.notna().to_numpy()
    error = np.abs(said.onset.to_numpy(float) - told.onset.to_numpy(float))[named]
    assert named.sum() > 40
    assert np.median(error) <= 1 * DAY


def test_the_owner_who_stays_is_told_from_the_one_who_slept(run, truth):
    said, told = run.tables["streams"].to_pandas(), truth[1]
    kinds = said.kind.to_numpy()
    assert (kinds[(told.kind == "revived").to_numpy()] == "dormant_revived").mean() > 0.8
    victims = told.compromised.fillna(False).astype(bool).to_numpy() & (said.p_compromised >= 0.5).to_numpy()
    assert (kinds[victims] == "compromised").mean() > 0.9


def test_victims_count_as_people_and_their_orders_do_not(world, run, truth):
    graph = InfluenceGraph.build(world.dataset)
    frame, _ = truth
    victims = frame.compromised.fillna(False).astype(bool).to_numpy()
    named = victims & (np.array(run.verdicts.label) == "compromised")
    assert run.verdicts.authentic[named].mean() > 0.9
    orders = world.truth.acts.to_pandas()
    keys = set(zip(orders.actor[orders.why == "commanded"], orders.post[orders.why == "commanded"], strict=True))
    posts, ids = graph.posts["id"].to_pylist(), graph.account_ids
    mine = np.flatnonzero(named[graph.events.actor] & (graph.events.post >= 0))
    told = np.array([(ids[graph.events.actor[row]], posts[graph.events.post[row]]) in keys for row in mine])
    said = run.verdicts.commanded[mine] > 0.5
    assert said[told].mean() > 0.95
    assert said[~told].mean() < 0.01


def test_without_follows_clients_and_deletions_nobody_is_named(world):
    tables = dict(world.tables)
    tables["follows"] = tables["follows"].slice(0, 0)
    for name in ("interactions", "posts"):
        for column in ("client", "deleted_at"):
            place = tables[name].column_names.index(column)
            kind = tables[name].schema.field(column).type
            tables[name] = tables[name].set_column(place, column, pa.nulls(tables[name].num_rows, kind))
    found = detect(InfluenceGraph.build(tables), "compromised_accounts")
    assert found.findings == ()
    assert np.nanmax(found.verdicts.p_compromised) < 0.5
    assert any("clients" in note and "a life of the accounts" in note and "follows" in note for note in found.notes)


def test_supporters_who_follow_whom_they_serve_are_no_victims(world, run):
    """An app that people let post for authors whom most of them follow looks like an order, and is their own will."""
    hands = [finding for finding in run.findings if finding.kind == "compromised"]
    assert hands
    tables = dict(world.tables)
    early = int(pc.min(tables["follows"]["at"]).as_py())
    served = {one.account for hand in hands for one in hand.members if one.role == "beneficiary"}  # by either hand
    named = [one.account for hand in hands for one in hand.members if one.role == "member"]
    following = [one for number, one in enumerate(named) if number % 4]
    ties = [{"follower": one, "followed": author, "at": early} for one in following for author in sorted(served)]
    more = pa.Table.from_pylist(ties, schema=tables["follows"].schema)
    tables["follows"] = pa.concat_tables([tables["follows"], more])
    found = detect(InfluenceGraph.build(tables), "compromised_accounts")
    assert found.findings == ()
    assert np.nanmax(found.verdicts.p_compromised) < 0.5
    assert any("supporters" in note for note in found.notes)


def test_shuffled_worlds_give_no_victims(world):
    found = detect(InfluenceGraph.build(world.shuffled(1).dataset), "compromised_accounts")
    assert found.findings == ()


def test_the_way_of_an_act_is_read_from_the_follows():
    graph = InfluenceGraph.build(
        {
            "follows": pa.table({"follower": ["fan", "friend"], "followed": ["star", "fan"]}),
            "posts": pa.table({"id": ["p"], "author": ["star"], "at": [0]}),
            "interactions": pa.table(
                {
                    "actor": ["fan", "friend", "stranger", "early"],
                    "kind": ["repost", "like", "like", "like"],
                    "post": ["p"] * 4,
                    "at": [10, 20, 30, 5],
                }
            ),
        }
    )
    acts = reached(graph)
    ways = dict(zip(graph.ids(acts.actor), acts.way.tolist(), strict=True))
    assert ways == {"fan": FOLLOWED, "friend": PASSED_ON, "stranger": UNEXPLAINED, "early": UNEXPLAINED}
    alone = InfluenceGraph.build(
        {"interactions": pa.table({"actor": ["a"], "target": ["b"], "post": ["p"], "at": [1]})}
    )
    assert reached(alone).way.tolist() == [UNKNOWN]
