"""Follows that are trades although no ring names both of their ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scene import names, network
from scipy.sparse import csr_array

from graphkit.audience.reach import reach
from graphkit.audience.waterfall.trades import trades_of
from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import worlds
from graphkit.lab.worlds.world import World
from graphkit.settings import defaults
from graphkit.verdicts import Verdicts


def _half_named(graph: InfluenceGraph, members: set[str], *, seed: int) -> Verdicts:
    """Verdicts in which rings name every other member, each alone: no ring holds two of them."""
    ring = np.isin(np.array(graph.account_ids), sorted(members))
    named = ring & (np.random.default_rng(seed).random(graph.n) < 0.5)
    return replace(Verdicts.unknown(graph), p_bot=np.zeros(graph.n), p_ring=np.where(named, 0.95, 0.01))


@pytest.fixture(scope="module", params=[("audience", 21), ("rings", 22)], ids=lambda of: of[0])
def market(request: pytest.FixtureRequest) -> tuple[World, InfluenceGraph, Verdicts, set[str]]:
    preset, seed = request.param
    world = worlds.make(preset, accounts=4_000, seed=seed)
    graph = InfluenceGraph.build(world.dataset)
    members = set().union(*world.truth.members("ring").values())
    return world, graph, _half_named(graph, members, seed=seed), members


def _true_ties(world: World, graph: InfluenceGraph) -> csr_array:
    ties = world.truth.ties.to_pandas()
    ties = ties[ties["why"] == "traded"]
    place = {account: node for node, account in enumerate(graph.account_ids)}
    rows, columns = (ties[name].map(place).to_numpy() for name in ("follower", "followed"))
    live = np.asarray(graph.follows[rows, columns]).ravel() > 0
    rows, columns = rows[live], columns[live]
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=graph.follows.shape)


def test_traded_follows_are_told_though_half_of_the_traders_are_not_named(market) -> None:  # type: ignore[no-untyped-def]
    world, graph, verdicts, _ = market
    told = trades_of(graph, verdicts, defaults().reach).verdicts.traded
    true = _true_ties(world, graph)
    mutual = true.multiply(graph.mutual)
    assert told.multiply(true).sum() > 0.9 * mutual.sum()
    assert (told - told.multiply(true)).sum() < 0.05 * told.sum()  # friends among them who never speak


def test_no_innocent_crowd_is_taken_for_traders(market) -> None:  # type: ignore[no-untyped-def]
    """Fans, friends, colleagues, newsrooms, draws, starter packs and people who follow back keep their audiences."""
    world, graph, verdicts, members = market
    told = trades_of(graph, verdicts, defaults().reach).verdicts.traded
    ids = np.array(graph.account_ids)
    lost, followers = np.asarray(told.sum(axis=0)).ravel(), np.diff(graph.followers.indptr)
    crowds = world.truth.crowds()
    assert {"friends", "fan_club", "office", "mutual_fans"} <= set(crowds)
    for crowd, accounts in crowds.items():
        innocent = np.isin(ids, sorted(accounts - members))
        assert lost[innocent].sum() <= 0.002 * followers[innocent].sum(), crowd


def test_the_real_audience_of_every_trader_is_within_its_interval(market) -> None:  # type: ignore[no-untyped-def]
    """More members than one in thirty may not be missed, named or not."""
    world, graph, verdicts, members = market
    perfect = world.truth.by_account(graph.account_ids)["automated"].fillna(False).to_numpy(dtype=bool)
    verdicts = replace(verdicts, p_bot=perfect.astype(float), authentic=1.0 - perfect)
    said = reach(graph, verdicts).to_pandas().set_index("id")
    true = world.truth.audience.to_pandas().set_index("id")["people"].reindex(said.index)
    inside = ((said["real_low"] <= true) & (true <= said["real_high"]))[said.index.isin(members)]
    assert inside.mean() > 0.93


def test_who_returns_every_follow_out_of_courtesy_is_no_trader() -> None:
    """Forty traders follow everybody who follows back; the courteous have such ties, but mostly others."""
    rng = np.random.default_rng(5)
    traders, courteous, people = names("t", 40), names("c", 40), names("p", 400)
    mutual = [(a, b) for k, a in enumerate(traders) for b in traders[k + 1 :] if rng.random() < 0.5]
    mutual += [(a, b) for a in courteous for b in rng.choice(traders, 3, replace=False)]
    mutual += [(a, b) for a in courteous for b in rng.choice(people, 40, replace=False)]
    mutual += [(a, b) for a in people for b in rng.choice(people, 6) if a != b]
    ties = sorted({(a, b) for a, b in mutual} | {(b, a) for a, b in mutual})
    graph = network(ties)
    named = dict.fromkeys(traders[:25], 0.9)
    chance = np.array([named.get(account, 0.01) for account in graph.account_ids])
    verdicts = replace(Verdicts.unknown(graph), p_bot=np.zeros(graph.n), p_ring=chance)
    traded = trades_of(graph, verdicts, defaults().reach).verdicts.traded
    lost = dict(zip(graph.account_ids, np.asarray(traded.sum(axis=0)).ravel(), strict=True))
    assert min(lost[account] for account in traders[25:]) > 5.0
    assert max(lost[account] for account in courteous + people) == 0.0


def test_who_speaks_to_each_other_did_not_trade() -> None:
    """A tie inside a named ring in which one turned to the other is kept."""
    ring = names("r", 12)
    ties = [(a, b) for a in ring for b in ring if a != b]
    acts = [{"actor": ring[0], "target": ring[1], "kind": "reply", "at": 1_700_000_000_000}]
    graph = network([*ties, ("x", ring[0]), ("x", "y"), ("y", "x")], acts)
    p_ring = np.array([0.95 if account in ring else 0.01 for account in graph.account_ids])
    both = graph.mutual.multiply(np.outer(p_ring > 0.5, p_ring > 0.5))
    verdicts = replace(
        Verdicts.unknown(graph), p_bot=np.zeros(graph.n), p_ring=p_ring, traded=csr_array(both * np.float32(0.95))
    )
    traded = trades_of(graph, verdicts, defaults().reach).verdicts.traded
    first, second, third = (graph.node(account) for account in ring[:3])
    assert traded[first, second] == traded[second, first] == 0.0
    assert traded[first, third] > 0.8
