"""Tiers, engagement beside what a size lets expect, bonds and roles: the rows of the features list."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from scene import DAY, START, judged, like, names, network

from graphkit.audience.bonds import bonds, by_tier
from graphkit.audience.engagement import SCHEMA, engagement, fall, preset, presets
from graphkit.audience.reach import SCHEMA as REACH
from graphkit.audience.reach import reach
from graphkit.audience.roles import Brand, roles
from graphkit.errors import UsageError
from graphkit.settings import Settings, defaults


def reached(rows: list[tuple[str, int, float, float, float]]) -> pa.Table:
    """A reach table of id, followers, moved and its interval."""
    columns = ("id", "followers", "moved", "moved_low", "moved_high")
    lines = [dict.fromkeys(REACH.names, 0) | dict(zip(columns, row, strict=True)) for row in rows]
    return pa.Table.from_pylist(lines, REACH)


@pytest.mark.parametrize(
    ("followers", "tier"), [(999, None), (1_000, "micro"), (100_000, "micro"), (100_001, None), (5_000_000, None)]
)
def test_b102_micro_is_a_thousand_to_a_hundred_thousand(followers: int, tier: str | None) -> None:
    """B102: borders of the preset s001."""
    assert preset("s001").tier(followers) == tier


@pytest.mark.parametrize(
    ("followers", "tier"), [(0, "nano"), (9_999, "nano"), (10_000, "micro"), (99_999, "micro"), (100_000, "macro")]
)
def test_b201_nano_ends_where_micro_begins_at_ten_thousand(followers: int, tier: str) -> None:
    """B201: borders of the preset s002; the conflict with s001 stays visible."""
    assert preset("s002").tier(followers) == tier


def test_b201_one_account_has_two_labels_by_two_presets() -> None:
    assert {name: preset(name).tier(5_000) for name in ("s001", "s002")} == {"s001": "micro", "s002": "nano"}


def test_every_preset_names_its_source() -> None:
    assert all(len(table.source) > 20 for table in presets().values())
    with pytest.raises(UsageError, match="s001, s002, vendor"):
        preset("s003")


def test_b104_b105_both_examples_fall_as_expected_with_rate_and_count_side_by_side() -> None:
    """B104, B105: 10,000 followers and 550 people a post, 500,000 and 7,500: 5.5 % and 1.5 %."""
    table = engagement(reached([("a", 10_000, 550, 530, 570), ("b", 500_000, 7_500, 7_300, 7_700)]), chosen="s001")
    assert table["reading"].to_pylist() == ["as expected", "as expected"]
    assert table["rate"].to_pylist() == pytest.approx([0.055, 0.015])
    assert table["people"].to_pylist() == [550, 7_500]
    assert table["expected_low"].to_pylist() == pytest.approx([0.05, 0.01])
    assert table.schema == SCHEMA


def test_b008_a_million_followers_and_ten_likes_is_below_the_band() -> None:
    """B008: the band and the percentile are shown; where the source is silent nothing is read."""
    others = [(f"o{k:02}", 1_000_000 + k, 10_000 + k, 9_900, 10_100) for k in range(30)]
    table = engagement(reached([*others, ("quiet", 1_000_000, 10, 5, 17), ("tiny", 12, 3, 1, 6)]))
    line = {row["id"]: row for row in table.to_pylist()}
    assert line["quiet"]["reading"] == "below"
    assert line["quiet"]["expected_low"] > 0.005
    assert line["quiet"]["percentile"] < 5
    assert line["o00"]["reading"] == "as expected"
    assert line["tiny"]["expected_low"] is line["tiny"]["reading"] is None


def test_b103_the_report_says_whether_engagement_falls_with_size_here() -> None:
    """B103: the curve is fitted on the data at hand, and no fall is said to be none."""
    rng = np.random.default_rng(0)
    size = np.exp(rng.normal(9, 1.5, 80)).astype(int) + 10
    falling, flat = size**-0.3, np.full(80, 0.03)
    lines = []
    for rate in (falling, flat):
        people = size * rate * np.exp(rng.normal(0, 0.2, 80))
        rows = [(f"a{k:02}", int(size[k]), people[k], people[k], people[k]) for k in range(80)]
        lines.append(fall(engagement(reached(rows))))
    assert lines[0].slope == pytest.approx(-0.3, abs=0.06)
    assert str(lines[0]).startswith("Engagement falls with size")
    assert str(lines[1]).startswith("These data show no fall")
    assert "too few" in str(fall(engagement(reached([("a", 10, 1, 1, 1)]))))


def test_b108_tables_are_in_order_of_ids_never_of_follower_counts() -> None:
    """B108: 50,000 followers are not always better than 20,000."""
    graph = network([(one, "zz_big") for one in names("p", 9)] + [("p0000", "aa_small")])
    assert reach(graph, judged(graph))["id"].to_pylist() == ["aa_small", "zz_big"]


def test_b202_a_niche_bond_is_deeper_than_a_broad_one() -> None:
    """B202: the same people come back and are answered."""
    acts = [like(one, f"n{k}", START + k * DAY) for k in range(5) for one in names("p", 10)]
    acts += [like(one, f"b{k % 5}", START + k * DAY) for k, one in enumerate(names("x", 50))]
    acts += [{"actor": "niche", "target": one, "kind": "reply", "at": START + 9 * DAY} for one in names("p", 4)]
    posts = [{"id": f"{s}{k}", "author": a, "at": START} for s, a in (("n", "niche"), ("b", "broad")) for k in range(5)]
    graph = network(interactions=acts, posts=posts)
    found = {row["id"]: row for row in bonds(graph, judged(graph)).to_pylist()}
    assert (found["niche"]["engaged"], found["niche"]["repeat_share"], found["niche"]["answered_share"]) == (
        10,
        1.0,
        0.4,
    )
    assert (found["broad"]["engaged"], found["broad"]["repeat_share"], found["broad"]["answered_share"]) == (
        50,
        0.0,
        0.0,
    )


def test_b206_answers_fall_beyond_the_micro_tier_when_they_do() -> None:
    """B206: up to micro the bond is social, beyond it one-way."""
    acts = []
    for size, answered in (("small", 6), ("large", 1)):
        for star in range(3):
            for one in names("p", 10):
                acts.append({"actor": one, "target": f"{size}{star}", "kind": "reply", "at": START})
            for one in names("p", answered):
                acts.append({"actor": f"{size}{star}", "target": one, "kind": "reply", "at": START + 1})
    graph = network(interactions=acts)
    table = bonds(graph, judged(graph))
    table = table.filter(pa.array([not name.startswith("p") for name in table["id"].to_pylist()]))
    sizes = [50_000 if name.startswith("small") else 500_000 for name in table["id"].to_pylist()]
    tiers = np.array([preset("s002").tier(size) for size in sizes], dtype=object)
    assert by_tier(table, tiers) == {"macro": (3, 0.0, 0.1), "micro": (3, 0.0, 0.6)}


def small_rules() -> Settings:
    """The shipped rules for a network of hundreds instead of millions."""
    return defaults().model_copy(update={"roles": defaults().roles.model_copy(update={"phenomenon_people": 100})})


def test_b001_b002_b003_celebrity_phenomenon_and_influencer_are_three_things() -> None:
    """B001, B002, B003, B405: an outside fact, people who act, a community that asks; size alone is no role."""
    crowd = names("p", 120)
    follows = [(one, star) for star in ("phenomenon", "silent", "known") for one in crowd]
    posts = [{"id": f"{s}{k}", "author": s, "at": START + k * DAY} for s in ("phenomenon", "silent") for k in range(6)]
    acts = [like(one, f"phenomenon{k}", START + k * DAY + 1) for k in range(6) for one in crowd[:30]]
    acts += [{"actor": one, "target": "asked", "kind": "mention", "at": START} for one in crowd[:25]]
    graph = network(follows, acts, posts, accounts=[{"id": "known", "followers": 5_000_000}])
    verdicts = judged(graph)
    table = reach(graph, verdicts)
    found = roles(graph, verdicts, table, settings=small_rules(), outside={"known": "an entry in an encyclopedia"})
    assert {account: role.name for account, role in found.items()} == {
        "asked": "influencer",
        "known": "celebrity",
        "phenomenon": "phenomenon",
    }
    assert found["known"].reasons == ("Known beyond the network: an entry in an encyclopedia.",)
    assert found["phenomenon"].reasons[0] == "120 people follow it."
    assert "known" not in roles(graph, verdicts, table, settings=small_rules())


def test_b004_following_many_who_follow_back_does_not_make_anybody() -> None:
    """B004: follow-back is the explanation, with the balance as its reason."""
    partners = names("r", 150)
    graph = network([(one, "trader") for one in partners] + [("trader", one) for one in partners])
    verdicts = judged(graph)
    found = roles(graph, verdicts, reach(graph, verdicts), settings=small_rules())
    assert found["trader"].name == "follow_back"
    assert found["trader"].reasons[0].startswith("It follows 150 accounts and 150 follow it; 150")


def test_ring_members_have_no_role_however_often_they_are_asked() -> None:
    acts = [{"actor": one, "target": "asked", "kind": "mention", "at": START} for one in names("p", 30)]
    graph = network(interactions=acts)
    ring = (np.array(graph.account_ids) == "asked").astype(float)
    verdicts = replace(judged(graph), p_ring=ring)
    assert roles(graph, verdicts, reach(graph, verdicts)) == {}


def test_b304_b405_advocate_employee_and_broadcaster_are_roles_of_their_own() -> None:
    """B405, B304: who works there, who spoke up on three days, and who speaks to many who never turn to it."""
    acts = [{"actor": "fan", "target": "brand", "kind": "mention", "at": START + day * DAY} for day in range(3)]
    acts += [{"actor": "once", "target": "brand", "kind": "mention", "at": START + k} for k in range(9)]
    acts += [{"actor": "angry", "target": "brand", "kind": "reply", "at": START + day * DAY} for day in range(9)]
    posts = [{"id": f"p{k:03}", "author": "radio", "at": START + k} for k in range(100)]
    bios = [{"id": "clerk", "bio": "Barista @ KAHVE Evi, views my own"}]
    graph = network([(one, "radio") for one in names("u", 1_000)], acts, posts, accounts=bios)
    verdicts = judged(graph)
    found = roles(graph, verdicts, reach(graph, verdicts), brand=Brand("brand", ("kahve evi",)))
    assert {account: role.name for account, role in found.items()} == {
        "clerk": "employee",
        "fan": "advocate",
        "radio": "broadcaster",
    }
    assert found["clerk"].reasons == ('It names "kahve evi" in what it says of itself.',)
    assert found["radio"].reasons == ("100 posts to 1,000 people, of whom 0 turn to it.",)
