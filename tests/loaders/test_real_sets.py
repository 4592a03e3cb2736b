"""Every public set that development uses loads by itself, with the row counts that its own README states."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graphkit.loading import LoadOptions, plan
from tests.loaders.reading import Read

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
if not DATA.is_dir() and os.environ.get("CI") == "true":
    raise FileNotFoundError(f"{DATA} is missing, and under CI these tests may not be skipped")
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the public sets are not on this machine")

# Rows of each table, worked out from the READMEs: undirected ties count twice, self-ties and one row with a NUL are refused.
EXPECTED = {
    "astrobots_turkey": ({"accounts": 947 + 32_446 + 37_195 + 30_987, "posts": 148_217 + 6_586}, 0),
    "botnet_retweets_2017": ({"accounts": 73_645 + 11_569, "interactions": 73_645 + 11_569}, 0),
    "botsim24_reddit": ({"accounts": 2_907, "interactions": 46_518}, 0),
    "congress_twitter": ({"accounts": 475, "interactions": 13_289}, 0),
    "controversy_networks": (
        {
            "accounts": 2_409 + 9_300 + 8_927 + 13_862 + 8_878,
            "follows": 6_026 + 63_672 + 103_840 + 91_356 + 84_035,
            "interactions": 1_978 + 7_646 + 11_483 + 11_003 + 9_452,
        },
        0,
    ),
    "cresci2015_profiles": ({"accounts": 2_817}, 1),
    "followback_ring_2021": ({"accounts": 1_882, "interactions": 26_542}, 0),
    "gilani2017_stweeler": ({"accounts": 3_431}, 0),
    "higgs_twitter": ({"interactions": 563_069}, 0),
    "instafake": ({"accounts": 1_194 + 700, "posts": 57_816}, 0),
    "instagram_fake_genuine": ({"accounts": 120 + 576}, 0),
    "instagram_top_accounts": ({"accounts": 48_017, "coverage": 91, "follows": 67_116}, 0),
    "musae_github_facebook": ({"accounts": 37_700 + 22_470, "follows": 2 * (289_003 + 171_002 - 179)}, 179),
    "polblogs": ({"accounts": 1_490, "interactions": 19_025}, 0),
    "russian_coordinated_tweets": ({"interactions": 35_125}, 0),
    "twibot20_sample": ({"accounts": 100, "follows": 1_139, "posts": 17_372}, 0),
    "twitch_streamers": ({"accounts": 9_498 + 7_126 + 4_648, "follows": 2 * (153_138 + 35_324 + 59_382)}, 0),
    "wiki_vote": ({"interactions": 103_689}, 0),
    "yelpchi_reviews": ({"interactions": 67_395}, 0),
}


def whole(name: str) -> Read:
    loads = plan([DATA / name], options=LoadOptions(write_map=False))
    assert [Path(one.file).name for one in loads.passed] == ["README.md"]
    return Read(tuple(batch for load in loads for batch in load.batches()))


def test_no_set_is_forgotten() -> None:
    assert sorted(folder.name for folder in DATA.iterdir() if folder.is_dir()) == sorted(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_public_set_loads_with_all_its_rows(name: str) -> None:
    done = whole(name)
    assert (done.counts(), len(done.refused)) == EXPECTED[name]
    assert done.read == done.taken + len(done.refused)


def test_timed_acts_keep_their_kinds_and_their_week() -> None:
    done = whole("higgs_twitter")
    kinds: dict[str, int] = {}
    for batch in done.batches:
        for row in batch.tables["interactions"]["kind"].value_counts().to_pylist():
            kinds[row["values"]] = kinds.get(row["values"], 0) + row["counts"]
    assert kinds == {"repost": 354_930, "mention": 171_237, "reply": 36_902}
    times = [time for batch in done.batches for time in batch.tables["interactions"]["at"].to_pylist()]
    assert (min(times), max(times)) == (1_341_100_972_000, 1_341_705_593_000)


def test_weights_become_counts_of_acts() -> None:
    rows = whole("followback_ring_2021").rows("interactions")
    assert sum(row["count"] for row in rows) == 180_298
    assert {row["kind"] for row in rows} == {"repost"}


def test_deletions_keep_both_times() -> None:
    [row] = [row for row in whole("astrobots_turkey").rows("posts") if row["id"] == "1526641161628274692"]
    assert row == {
        "id": "1526641161628274692",
        "author": "1364706921178087425",
        "at": 1_652_814_591_210,
        "deleted_at": 1_652_814_935_277,
    }


def test_the_class_that_somebody_put_an_account_in_is_not_its_name() -> None:
    for name in ("botsim24_reddit", "cresci2015_profiles", "gilani2017_stweeler", "astrobots_turkey"):
        done = whole(name)
        assert {row.get("name") for row in done.rows("accounts")} == {None}
        assert done.aside["label"] > 900


def test_networks_that_count_from_zero_are_kept_apart_and_their_ties_meet_their_accounts() -> None:
    for name, networks in (
        ("twitch_streamers", {"DE", "ENGB", "ES"}),
        ("musae_github_facebook", {"facebook", "github"}),
    ):
        done = whole(name)
        accounts = {row["id"] for row in done.rows("accounts")}
        assert {one.partition("-")[0] for one in accounts} == networks
        assert {row["follower"] for row in done.rows("follows")} <= accounts
        assert all(row["follower"].split("-")[0] == row["followed"].split("-")[0] for row in done.rows("follows"))


def test_a_tie_without_a_direction_is_never_a_mutual_follow() -> None:
    done = whole("controversy_networks")
    for batch in done.batches:
        if "follows" in batch.tables:
            ties = {(row["follower"], row["followed"]) for row in batch.tables["follows"].to_pylist()}
            assert not any((b, a) in ties for a, b in ties)
    assert sum("direction the source does not state" in note for note in done.notes) == 10


def test_who_acts_and_who_is_acted_on() -> None:
    weighted = whole("congress_twitter").rows("interactions")  # 0 is a senator whose posts 4 picks up
    assert {"actor": "4", "target": "0", "kind": "react"} in weighted
    reposted = whole("followback_ring_2021").rows("interactions")
    assert {"actor": "DonnaCastel", "target": "jAlmz5", "kind": "repost", "count": 1} in reposted
    seeds = whole("instagram_top_accounts")
    assert {row["follower"] for row in seeds.rows("follows")} == {row["account"] for row in seeds.rows("coverage")}
    shared = whole("botnet_retweets_2017").rows("interactions")
    assert {row["post"] for row in shared} == {"benimmo", "briankrebs"}


def test_a_flag_is_not_an_address() -> None:
    assert all("url" not in row for row in whole("instagram_fake_genuine").rows("accounts"))
