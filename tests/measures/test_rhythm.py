import numpy as np
import pyarrow as pa
import pytest

from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures.rhythm import rhythm

HOUR, DAY = 3_600_000, 86_400_000
MONDAY = 1_736_121_600_000  # 2025-01-06


def one(at, client=None):
    """A graph in which account `a` likes something of `b` at the given times."""
    rows = {"actor": ["a"] * len(at), "target": ["b"] * len(at), "kind": ["like"] * len(at), "at": list(map(int, at))}
    return InfluenceGraph.build({"interactions": pa.table(rows | ({"client": client} if client else {}))})


def person(seed, *, wake=7, days=60, a_day=5):
    """Acts at random minutes of the sixteen hours after waking, UTC."""
    rng = np.random.default_rng(seed)
    day = np.repeat(np.arange(days), a_day)
    return MONDAY + day * DAY + ((wake + 16 * rng.random(len(day))) * HOUR).astype(np.int64)


def test_the_heat_map_counts_every_act_in_its_hour_of_the_week():
    heat = rhythm(one([MONDAY + HOUR, MONDAY + HOUR + 5, MONDAY + 6 * DAY + 23 * HOUR]), 0).heat
    assert heat[0][1] == 2
    assert heat[6][23] == 1
    assert sum(map(sum, heat)) == 3


def test_a_sleeper_rests_and_the_zone_interval_holds_the_true_one():
    for seed in range(8):
        found = rhythm(one(person(seed, wake=(7 - 3) % 24)), 0)  # up at seven, three hours ahead of UTC
        assert found.sleep_p < 1e-6
        assert found.awake_p > 0.5
        assert found.zone.low < 3 < found.zone.high


def test_who_acts_round_the_clock_is_told_and_has_no_zone():
    rng = np.random.default_rng(1)
    found = rhythm(one(MONDAY + rng.integers(0, 60 * DAY, 400)), 0)
    assert found.awake_p < 1e-3
    assert found.sleep_p > 0.01
    assert found.zone is None
    assert "round the clock" in found.sentence


def test_chances_are_not_smaller_than_their_share_among_accounts_without_a_rhythm():
    rng = np.random.default_rng(5)
    at = MONDAY + rng.integers(0, 90 * DAY, 150 * 300)
    who = [f"a{number:03d}" for number in np.repeat(np.arange(300), 150)]
    graph = InfluenceGraph.build({"interactions": pa.table({"actor": who, "target": ["z"] * len(at), "at": at})})
    said = [rhythm(graph, node) for node in range(300)]
    for name in ("sleep_p", "interval_p", "minute_p"):
        assert np.mean([getattr(one, name) <= 0.05 for one in said]) <= 0.05 * 1.2 + 0.01


def test_a_timer_is_seen_by_its_interval_and_its_minute():
    rng = np.random.default_rng(2)
    found = rhythm(one(MONDAY + np.arange(300) * 2 * HOUR + rng.integers(0, 400, 300)), 0)
    assert found.interval_s == pytest.approx(7_200, abs=1)
    assert found.interval_p < 1e-6
    assert found.minute_p < 1e-6


def test_a_person_shows_no_timer():
    found = rhythm(one(person(3)), 0)
    assert found.interval_p > 0.05
    assert found.minute_p > 0.001


def test_a_group_is_read_as_one_and_its_apps_are_counted():
    at = [MONDAY, MONDAY + HOUR, MONDAY + 2 * HOUR]
    graph = one(at, client=["phone", "phone", "panel"])
    assert rhythm(graph, [0, 1]).clients == (("phone", 2), ("panel", 1))
    assert rhythm(graph, [0, 1]).accounts == 2


def test_too_little_is_said_to_be_too_little():
    found = rhythm(one([MONDAY]), 0)
    assert (found.sleep_p, found.zone, found.minute_p, found.quiet_from) == (None, None, None, None)
    assert "too few" in found.sentence
