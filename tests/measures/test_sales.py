"""Followers for sale: found by place or time, with their number; newcomers, draws and chance give nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from graphkit.detectors.bought_followers import BoughtFollowers
from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import worlds
from graphkit.measures.machines import for_sale
from graphkit.measures.regard import regard_of
from graphkit.measures.sales.blocks import blocks_of
from graphkit.measures.sales.contrast import sales_of
from graphkit.measures.sales.lists import lists_of
from graphkit.measures.sales.numbers import numbers
from tests.planted import DAY, DAYS, START, Crowd


def slow_farm(crowd: Crowd, size: int, customers: tuple[int, ...], *, days: float = 15.0, friends: int = 0) -> set[int]:
    """Accounts each of whom follows most customers, in deliveries of some weeks, and others for cover."""
    bots = crowd.newcomers(size)
    for place, customer in enumerate(customers):
        for bot in bots[crowd.rng.random(size) < 0.6]:
            crowd.follow(int(bot), customer, START + (1 + 8 * place) * DAY + int(crowd.rng.uniform(0, days) * DAY))
    for bot in bots:
        for other in crowd.rng.integers(0, 600, 8):
            crowd.follow(int(bot), int(other), START + int(crowd.rng.integers(0, DAYS * DAY)))
        for friend in crowd.rng.integers(0, 600, friends):
            crowd.follow(int(friend), int(bot), START + int(crowd.rng.integers(0, DAYS * DAY)))
    return set(bots.tolist())


def placed(crowd: Crowd) -> InfluenceGraph:
    """The same network with places in newest-first lists and creation times instead of follow times."""
    tables = crowd.tables()
    rows = tables["follows"].to_pandas().sort_values("at", ascending=False)
    rows["position"] = rows.groupby("followed").cumcount()
    first = rows.groupby("follower")["at"].min().reindex(tables["accounts"]["id"].to_pylist())
    made = (
        START + np.where(np.arange(crowd.n) < 600, crowd.rng.uniform(-100, 60, crowd.n), -200) * DAY
    )  # the farm is old
    made = np.minimum(first.fillna(START).to_numpy(), made).astype(np.int64)
    accounts = tables["accounts"].append_column("created_at", pa.array(made))
    return InfluenceGraph.build(
        tables | {"accounts": accounts, "follows": pa.Table.from_pandas(rows.drop(columns="at"))}
    )


@pytest.mark.parametrize("friends", [0, 3])
def test_slow_deliveries_to_shared_customers_are_found_also_where_the_accounts_have_friends(friends):
    crowd = Crowd(seed=31)
    bots = slow_farm(crowd, 60, (11, 22, 33, 44), friends=friends)
    graph = crowd.graph()
    chance = sales_of(graph).chance
    assert (chance[sorted(bots)] >= 0.5).mean() >= 0.9
    assert (chance[:600] >= 0.5).mean() <= 0.01
    assert set(blocks_of(graph).customer.tolist()) == {11, 22, 33, 44}


def test_one_delivery_is_enough_among_accounts_of_other_deliveries_and_in_no_other_company():
    world = worlds.make("bought", accounts=5_000, seed=2)
    graph = InfluenceGraph.build(world.dataset)
    sales, truth = sales_of(graph), world.truth.accounts
    machines = set(truth.filter(truth["bot"])["id"].to_pylist())
    once = np.flatnonzero((for_sale(sales) >= 0.5) & (sales.stretches == 1))
    assert len(once) >= 8
    assert np.mean([account in machines for account in graph.ids(once)]) >= 0.9
    alone = for_sale(replace(sales, company=np.zeros(graph.n)))
    assert (alone[sales.stretches < 2] < 0.5).all()


def test_who_stands_among_machines_is_no_member_unless_its_own_follows_say_so():
    crowd = Crowd(seed=34)
    slow_farm(crowd, 60, (11, 22, 33, 44), days=2.0)
    people = np.arange(100, 108)
    for person in people:  # they came to one customer in the days of the delivery
        crowd.follow(int(person), 22, START + 9 * DAY + int(crowd.rng.uniform(0, 2 * DAY)))
    graph = crowd.graph()
    found = BoughtFollowers().detect(graph, seed=0)
    named = {member.account: member.p for finding in found for member in finding.members if member.role == "member"}
    chance = dict(zip(graph.account_ids, for_sale(sales_of(graph)), strict=True))
    assert len(named) >= 50
    assert not named.keys() & set(graph.ids(people))
    assert all(0.5 <= p <= chance[account] for account, p in named.items())


def test_machines_that_follow_each_other_are_a_farm_and_no_customers():
    crowd = Crowd(seed=35)
    bots = sorted(slow_farm(crowd, 60, (11, 22, 33, 44), days=3.0))
    for followed in bots[:12]:
        for bot in crowd.rng.choice(bots[12:], 14, replace=False):
            crowd.follow(int(bot), followed, START + int(crowd.rng.integers(40 * DAY, 60 * DAY)))
    graph = crowd.graph()
    told = {bot for bot in bots[:12] if sales_of(graph).chance[bot] >= 0.5}
    assert len(told) >= 8
    customers = set(blocks_of(graph).customer.tolist())
    assert customers >= {11, 22, 33, 44}
    assert not customers & told


def test_the_number_delivered_is_told_by_contrast_where_accounts_say_little():
    world = worlds.make("bought", accounts=10_000, seed=21)  # a stock that was sold once, in a block of 134 accounts
    graph = InfluenceGraph.build(world.dataset)
    blocks, ties = blocks_of(graph), world.truth.ties.to_pandas()
    pairs = set(map(tuple, ties.loc[ties.why == "bought", ["follower", "followed"]].to_numpy()))
    lists, names = lists_of(graph), np.asarray(graph.account_ids)
    off, missed = [], 0
    for b in range(len(blocks)):
        rows = range(blocks.first[b], blocks.last[b] + 1)
        true = sum((names[lists.source[row]], names[blocks.customer[b]]) in pairs for row in rows)
        off.append(abs(blocks.sold[b] - true) / true)
        missed += not np.floor(blocks.low[b]) <= true <= np.ceil(blocks.high[b])
        assert blocks.low[b] <= blocks.sold[b] <= blocks.high[b] <= blocks.size[b]
    assert max(off) < 0.3
    assert np.mean(off) < 0.08
    assert missed <= 1 < len(blocks) / 10


def test_machines_that_come_to_the_rest_of_a_list_are_taken_off_the_number_in_its_block():
    crowd = Crowd(seed=36)
    slow_farm(crowd, 60, (11, 22, 33, 44), days=3.0)
    for person in range(100, 130):  # people who came in the days of the delivery
        crowd.follow(person, 22, START + 9 * DAY + int(crowd.rng.uniform(0, 3 * DAY)))
    graph = crowd.graph()
    sales, rank, blocks = sales_of(graph), regard_of(graph).rank, blocks_of(graph)
    others = np.ones(graph.n, bool)
    for first, last in zip(blocks.first, blocks.last, strict=True):
        others[sales.lists.source[first : last + 1]] = False
    few, many = (
        numbers(
            replace(sales, chance=np.where(others, share, sales.chance)), rank, first=blocks.first, last=blocks.last
        )
        for share in (0.0, 0.2)
    )
    mixed = int(np.argmax(blocks.size - blocks.sold))
    assert blocks.customer[mixed] == 22
    assert (many.certain <= few.certain).all()
    assert many.certain[mixed] < few.certain[mixed] - 1.0
    assert many.low[mixed] < few.low[mixed]
    assert (many.high >= few.high - 0.5).all()


def test_places_in_lists_do_where_times_are_missing():
    crowd = Crowd(seed=32)
    slow_farm(crowd, 60, (11, 22, 33, 44), days=2.0)
    graph = placed(crowd)
    assert lists_of(graph).order == "places"
    found = BoughtFollowers().detect(graph, seed=0)
    assert {finding.beneficiaries[0] for finding in found} == {"a00011", "a00022", "a00033", "a00044"}
    for finding in found:
        [block] = finding.detail["blocks"]
        assert block["dates"] == "not before"
        assert block["newest_first"][0] <= block["newest_first"][1]


def test_dates_are_bounded_by_the_newest_account_so_far():
    graph = InfluenceGraph.build(
        {
            "accounts": pa.table({"id": ["a", "b", "c", "star"], "created_at": [100, 300, 200, 0]}),
            "follows": pa.table({"follower": ["a", "b", "c"], "followed": ["star"] * 3, "position": [2, 1, 0]}),
        }
    )
    lists = lists_of(graph)
    assert [graph.account_ids[node] for node in lists.source] == ["a", "b", "c"]
    assert lists.date.tolist() == [100, 300, 300]


def test_without_times_and_places_nobody_is_named():
    crowd = Crowd(seed=33)
    slow_farm(crowd, 60, (11, 22, 33, 44))
    tables = crowd.tables()
    graph = InfluenceGraph.build(tables | {"follows": tables["follows"].drop_columns("at")})
    detection = BoughtFollowers().detect(graph, seed=0)
    assert list(detection) == []
    assert "no follow times" in detection.notes[0]


def test_a_prize_draw_and_a_starter_pack_are_told_as_bursts_of_people():
    crowd = Crowd(seed=34)
    for person in crowd.rng.choice(np.arange(100, 600), 80, replace=False):
        crowd.follow(int(person), 44, START + 30 * DAY + int(crowd.rng.integers(0, DAY)))
    for newcomer in crowd.newcomers(60):
        at = START + 20 * DAY + int(crowd.rng.integers(0, DAY))
        for account in (11, 22, 33, 55, 66):
            crowd.follow(int(newcomer), account, at + 1000)
    detection = BoughtFollowers().detect(crowd.graph(), seed=0)
    assert list(detection) == []
    assert "6 bursts of followers were of people" in detection.notes[0]
    assert "5 of them of newcomers" in detection.notes[0]


def test_the_interval_of_a_block_holds_the_number_that_was_delivered():
    held, blocks = 0, 0
    for seed in range(6):
        crowd = Crowd(seed=40 + seed)
        bots = slow_farm(crowd, 50, (11, 22, 33, 44), days=3.0, friends=seed % 3)
        graph = crowd.graph()
        found, lists = blocks_of(graph), lists_of(graph)
        for b in range(len(found)):
            rows = slice(found.first[b], found.last[b] + 1)
            true = sum(int(node) in bots for node in lists.source[rows])
            held += found.low[b] <= true <= found.high[b]
            blocks += 1
    assert blocks >= 20
    assert held / blocks >= 0.9


def test_in_lists_without_structure_small_p_of_blocks_are_rarer_than_nominal():
    """Accounts without regard stand anywhere in shuffled lists: p <= alpha in at most 1.2 alpha of the lists."""
    small, lists = np.zeros(3), 0
    for seed in range(12):
        crowd = Crowd(600, seed=60 + seed)
        silent = crowd.newcomers(60)
        for person in silent:
            for other in crowd.rng.choice(600, 12, replace=False, p=(crowd.fame + 0.1) / (crowd.fame + 0.1).sum()):
                crowd.follow(int(person), int(other), START + int(crowd.rng.integers(0, DAYS * DAY)))
        graph = crowd.graph()
        best = np.ones(graph.n)
        found = blocks_of(graph)
        np.minimum.at(best, found.customer, found.p)
        lists += int((np.diff(lists_of(graph).starts) >= 10).sum())
        small += [(best <= alpha).sum() for alpha in (1e-2, 1e-3, 1e-4)]
    assert lists > 3_000
    assert (small / lists <= 1.2 * np.array([1e-2, 1e-3, 1e-4])).all()
