"""Made-up worlds: sound tables, truth that follows from them, and planted groups that do what they are said to do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from graphkit.dataset import SCHEMAS
from graphkit.errors import UsageError
from graphkit.lab import worlds
from graphkit.lab.truth import Truth
from graphkit.lab.worlds.plan import scaled

CROWDS = {
    "activists", "fan_club", "friends", "lurkers", "movers", "mutual_fans", "new_jobs", "new_phones", "newsroom",
    "night_workers", "office", "press_burst", "prize_draw", "starter_pack",
}  # fmt: skip


@pytest.fixture(scope="module")
def every():
    return {world.name: world for world in worlds.every(small=True, seed=3)}


@pytest.fixture(scope="module")
def default(every):
    return every["default"]


def frames(world):
    return {name: table.to_pandas() for name, table in world.tables.items()}


def live(follows):
    return follows[follows.ended_at.isna()]


def reciprocity(world):
    follows = live(world.tables["follows"].to_pandas())[["follower", "followed"]]
    turned = follows.rename(columns={"follower": "followed", "followed": "follower"})
    return len(follows.merge(turned)) / len(follows)


@pytest.mark.parametrize("name", worlds.PRESETS)
def test_tables_are_those_of_the_contract_without_selfties_or_duplicates(every, name):
    tables = every[name].tables
    for table, schema in SCHEMAS.items():
        assert tables[table].schema.names == schema.names
    follows, posts = tables["follows"].to_pandas(), tables["posts"].to_pandas()
    assert (follows.follower != follows.followed).all()
    assert not follows.duplicated(["follower", "followed"]).any()
    assert not posts.duplicated("id").any()
    assert tables["accounts"].num_rows == 2_500
    assert not tables["accounts"].to_pandas().duplicated("id").any()


@pytest.mark.parametrize("name", worlds.PRESETS)
def test_nothing_happens_before_it_can(every, name):
    data = frames(every[name])
    born = data["accounts"].set_index("id").created_at
    follows, posts, acts = data["follows"], data["posts"], data["interactions"]
    if name != "order":
        assert (follows["at"] > follows.follower.map(born)).all()
        assert (follows["at"] > follows.followed.map(born)).all()
        ended = follows[follows.ended_at.notna()]
        assert (ended.ended_at > ended["at"]).all()
    assert (posts["at"] > posts.author.map(born)).all()
    below = acts[acts.post.notna()]
    assert (below["at"] > below.post.map(posts.set_index("id")["at"])).all()
    assert (below[below.deleted_at.notna()].deleted_at > below[below.deleted_at.notna()]["at"]).all()


def test_a_world_without_follow_times_has_positions_that_count_from_the_newest(every):
    follows = every["order"].tables["follows"].to_pandas()
    assert follows["at"].isna().all()
    assert set(follows.at_kind) == {"order"}
    for _, positions in follows.groupby("followed").position:
        assert sorted(positions) == list(range(len(positions)))


def test_positions_follow_the_times_where_both_are_known(default):
    follows = live(default.tables["follows"].to_pandas())
    ordered = follows.sort_values(["followed", "position"])
    later = ordered.groupby("followed")["at"].diff().dropna()
    assert (later <= 0).all()


def test_the_same_seed_makes_the_same_world_and_another_seed_another():
    first, again, other = (worlds.make("rings", accounts=600, seed=s) for s in (5, 5, 6))
    assert all(first.tables[name].equals(again.tables[name]) for name in first.tables)
    assert all(first.truth.tables[name].equals(again.truth.tables[name]) for name in first.truth.tables)
    assert not first.tables["follows"].equals(other.tables["follows"])


def test_worlds_differ_in_shape_so_that_nothing_can_be_tuned_on_one(every):
    shares = sorted(reciprocity(world) for world in every.values())
    assert shares[0] < 0.2
    assert shares[-1] > 0.45
    langs = {tuple(sorted(set(w.tables["posts"]["lang"].to_pylist()))) for w in every.values()}
    assert ("en", "es", "tr") in langs


@pytest.mark.parametrize("name", worlds.PRESETS)
def test_every_innocent_crowd_is_there_and_no_crowd_of_its_own_kind_is_automated(every, name):
    truth = every[name].truth
    assert set(truth.crowds()) == CROWDS
    automated = set(truth.accounts.filter(truth.accounts["automated"])["id"].to_pylist())
    assert not automated & set().union(*truth.crowds().values())


def test_activity_and_fame_are_heavy_tailed(every):
    data = frames(every["quiet"])
    acts = data["interactions"].actor.value_counts()
    followers = live(data["follows"]).followed.value_counts()
    assert acts.quantile(0.99) > 6 * acts.median()
    assert followers.max() > 10 * followers.median()


def test_the_night_is_quiet_for_an_account_but_not_for_night_workers(every):
    """An ordinary account does little in its sleep; ten hours later that is the working time of night workers."""
    world = every["quiet"]
    acts = world.tables["interactions"].to_pandas()
    hours = acts.groupby("actor")["at"].agg(lambda at: np.bincount(at // 3_600_000 % 24, minlength=24))
    busy = hours[hours.map(sum) >= 60]
    longest_gap = busy.map(lambda h: np.convolve(np.r_[h, h], np.ones(7), "valid").min() / h.sum())
    assert longest_gap.median() < 0.08  # seven hours in which less than 8 % of the day's acts happen; evenly: 29 %


def test_a_quiet_world_has_nothing_planted(every):
    truth = every["quiet"].truth
    for kind in ("bot", "ring", "pod", "compromised"):
        assert not any(truth.accounts[kind].to_pylist())
    assert truth.ties.num_rows == truth.acts.num_rows == 0


@pytest.mark.parametrize("name", ["default", "audience", "bought", "rings"])
def test_the_true_audience_is_what_is_left_without_bots_and_traded_or_bought_follows(every, name):
    world = every[name]
    automated = world.truth.accounts.to_pandas().set_index("id").automated
    follows = live(world.tables["follows"].to_pandas()).merge(world.truth.ties.to_pandas(), how="left")
    real = follows.why.isna() & ~follows.follower.map(automated)
    audience = world.truth.audience.to_pandas().set_index("id")
    expected = follows[real].followed.value_counts().reindex(audience.index).fillna(0)
    assert (audience.people == expected).all()
    assert (audience.active_people <= audience.people).all()


def own_reactions(world):
    """Distinct persons who reacted of their own will, by account that wrote the post."""
    data, truth = frames(world), world.truth
    author = data["posts"].set_index("id").author
    acts = data["interactions"].dropna(subset=["post"])
    acts = acts[acts.actor != acts.post.map(author)]
    acts = acts.merge(truth.acts.to_pandas(), on=["actor", "post", "kind", "at"], how="left")
    own = acts[acts.why.isna()]
    return own.drop_duplicates(["actor", "post"]).post.map(author).value_counts()


def test_expected_reactions_are_those_that_happen():
    """Over many posts the sum of what is expected is the sum of what happens; 3 % is five times the counting noise."""
    expected = seen = 0.0
    for seed in range(2):
        world = worlds.make("audience", accounts=2_000, seed=seed)
        audience = world.truth.audience.to_pandas().set_index("id").query("posts > 0")
        seen += own_reactions(world).reindex(audience.index).fillna(0).sum()
        expected += (audience.moved * audience.posts).sum()
    assert seen == pytest.approx(expected, rel=0.03)


def test_expected_reactions_are_right_for_each_account_too():
    """Standardised differences spread like counting noise widened by how posts fare: not below 1, not above 2."""
    world = worlds.make("quiet", accounts=2_500, seed=1)
    audience = world.truth.audience.to_pandas().set_index("id").query("posts >= 5 and moved * posts >= 30")
    seen = own_reactions(world).reindex(audience.index).fillna(0)
    z = (seen - audience.moved * audience.posts) / np.sqrt(audience.moved * audience.posts)
    assert abs(z.mean()) < 0.4
    assert 0.8 < z.std() < 2.0


def test_members_of_a_ring_follow_each_other_and_are_silent(every):
    world = every["rings"]
    acts = world.tables["interactions"].to_pandas()
    traded = world.truth.ties.to_pandas().query("why == 'traded'")
    pairs = set(zip(traded.follower, traded.followed, strict=True))
    follows = live(world.tables["follows"].to_pandas())
    there = set(zip(follows.follower, follows.followed, strict=True))
    direct = acts[acts.post.notna()].drop_duplicates(["actor", "target"])
    turned = sum(pair in pairs for pair in zip(direct.actor, direct.target, strict=True))
    assert turned < 0.03 * len(pairs)  # a repost by somebody else may bring a post before a member's eyes
    assert sum((b, a) in there for a, b in pairs & there) > 0.8 * len(pairs & there)


def test_an_amplifier_strikes_within_its_jitter():
    plan = worlds.Plan("lockstep", amplifiers=worlds.Amplifiers(jitter=60, camouflage=0.0, openly=0.0))
    truth = worlds.make(plan, accounts=2_000, seed=0).truth
    told = truth.acts.to_pandas().query("why == 'commanded'")
    groups = truth.groups.to_pandas().query("kind == 'amplifier' and role == 'member'").set_index("account").group
    spread = told.groupby([told.actor.map(groups), "post"])["at"].agg(lambda at: at.max() - at.min())
    assert spread.max() <= 60_000
    assert told.groupby("post").actor.nunique().median() > 5


def test_a_farm_delivers_in_a_burst_or_in_a_drip():
    def spans(drip_days):
        plan = worlds.Plan("farm", farms=worlds.Farms(drip_days=drip_days, camouflage=0.0))
        world = worlds.make(plan, accounts=2_000, seed=0)
        bought = world.truth.ties.to_pandas().query("why == 'bought'")
        groups = world.truth.groups.to_pandas().query("kind == 'farm' and role == 'member'").set_index("account").group
        follows = world.tables["follows"].to_pandas().merge(bought, on=["follower", "followed"])
        return follows.groupby([follows.follower.map(groups), "followed"])["at"].agg(lambda at: at.max() - at.min())

    assert (spans(1.5) <= 1.5 * 86_400_000).all()
    assert spans(45).median() > 30 * 86_400_000


def test_pod_members_react_to_each_other_soon_and_beyond_those_they_follow(every):
    world = every["pods"]
    told = world.truth.acts.to_pandas()
    written = world.tables["posts"].to_pandas().set_index("id")
    delay = (told["at"] - told.post.map(written["at"])) / 60_000
    assert 5 < delay.median() < 60
    follows = live(world.tables["follows"].to_pandas())
    there = set(zip(follows.follower, follows.followed, strict=True))
    known = [pair in there for pair in zip(told.actor, told.post.map(written.author), strict=True)]
    assert 0.2 < np.mean(known) < 0.7


def test_a_takeover_begins_with_its_first_commanded_act_and_the_owner_lives_on(every):
    world = every["takeovers"]
    accounts = world.truth.accounts.to_pandas().set_index("id")
    victims = accounts[accounts.compromised.fillna(False).astype(bool)]
    told = world.truth.acts.to_pandas()
    assert (told[told.actor.isin(victims.index)].groupby("actor")["at"].min() == victims.onset).all()
    assert (accounts[accounts.kind == "revived"].compromised.isna()).all()
    acts = world.tables["interactions"].to_pandas()
    own = acts[acts.actor.isin(victims.index)].merge(told, on=["actor", "post", "kind", "at"], how="left")
    assert (own.why.isna().groupby(own.actor).sum() > 0).mean() > 0.95


def test_trends_are_pushed_or_rise_by_themselves(every):
    world = every["trends"]
    trends = world.truth.trends.to_pandas()
    assert set(trends.pushed) == {True, False}
    assert (trends[~trends.pushed].organic_share == 1).all()
    assert (trends[trends.pushed].organic_share <= 0.4).all()
    assert trends[trends.pushed].profits.notna().all()
    posts = world.tables["posts"].to_pandas()
    seen = posts.tags.explode().value_counts()
    assert (seen.reindex(trends.tag) > 0.8 * trends.set_index("tag").posts).all()
    assert posts[posts.deleted_at.notna()].deleted_at.sub(posts["at"]).dropna().lt(600_000).mean() > 0.95


def test_a_prize_draw_and_a_fan_club_stay_organic(default):
    truth = default.truth
    crowds = truth.crowds()
    ties = truth.ties.to_pandas()
    bought = set(ties[ties.why == "bought"].follower)
    assert not bought & (crowds["prize_draw"] | crowds["fan_club"] | crowds["press_burst"])


def test_a_mass_trader_has_next_to_no_audience(every):
    """B006: an account with a whole exchange of traded follows has few people left."""
    audience = every["audience"].truth.audience.to_pandas().set_index("id")
    traded = every["audience"].truth.ties.to_pandas().query("why == 'traded'").followed.value_counts()
    hubs = traded.index[:4]
    assert (audience.people[hubs] < 0.6 * audience.followers[hubs]).all()
    assert traded.iloc[0] > 40


def test_groups_scale_with_the_world_and_two_stay_in_a_small_one():
    assert scaled(4, 20_000) == 4
    assert scaled(4, 200_000) == 40
    assert scaled(4, 1_000) == 2
    assert scaled(1, 1_000) == 1
    assert scaled(0, 20_000) == 0


def test_parameters_reach_the_world():
    dense, loose = (
        worlds.make(worlds.Plan("own", rings=worlds.Rings(density=d, pyramids=0.0)), accounts=1_000, seed=0)
        for d in (0.9, 0.3)
    )
    assert dense.truth.ties.num_rows > 2 * loose.truth.ties.num_rows


def test_declared_followers_exceed_what_is_in_the_data_where_only_a_part_is_shown(every):
    audience = every["bought"].truth.audience.to_pandas().set_index("id").followers
    declared = every["bought"].tables["accounts"].to_pandas().set_index("id").followers
    assert declared.sum() == pytest.approx(audience.sum() / 0.8, rel=0.03)


def test_an_unknown_world_or_a_tiny_one_is_refused():
    with pytest.raises(UsageError, match="there are quiet, default"):
        worlds.make("atlantis")
    with pytest.raises(UsageError, match="ask for 500 or more"):
        worlds.make("quiet", accounts=50)


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_a_saved_world_is_a_dataset_folder_with_its_truth_beside_it(tmp_path, form):
    world = worlds.make("trends", accounts=600, seed=2)
    world.save(tmp_path / "w", form=form)
    read = pq.read_table if form == "parquet" else pyarrow.csv.read_csv
    for name in ("accounts", "follows", "interactions", "posts"):
        assert read(tmp_path / "w" / f"{name}.{form}").num_rows == world.tables[name].num_rows
    assert pd.read_csv(tmp_path / "w" / "truth.csv").shape[0] == 600
    again = Truth.load(tmp_path / "w")
    assert all(again.tables[name].equals(world.truth.tables[name]) for name in again.tables)


def test_a_form_on_disk_that_is_not_known_is_refused(tmp_path):
    with pytest.raises(UsageError, match="parquet and csv"):
        worlds.make("quiet", accounts=600).save(tmp_path, form="xml")


def test_a_large_world_has_about_the_rows_asked_for():
    world = worlds.large(accounts=10_000, follows=100_000, interactions=100_000, seed=0)
    assert world.tables["follows"].num_rows == pytest.approx(100_000, rel=0.3)
    assert world.tables["interactions"].num_rows == pytest.approx(100_000, rel=0.3)
