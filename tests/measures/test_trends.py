"""Pushed trends beside natural ones, salads, and posts that vanish together."""

from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest

from graphkit.analysis.detecting import detect
from graphkit.detectors import trend_pushes
from graphkit.detectors.trend_pushes import TrendPushes
from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures.trends.bursts import POST, Burst
from graphkit.measures.trends.commanded import Commanded
from graphkit.measures.trends.mixture import Uses, interval, mixture
from graphkit.measures.trends.phrases import worded
from graphkit.measures.trends.pushes import Trend
from graphkit.measures.trends.salad import salads_in
from graphkit.measures.trends.vanishing import vanishing
from graphkit.settings import current

HOUR, DAY = 3_600_000, 86_400_000
START = 1_736_121_600_000
WORDS = "kiraz vapur defter bulut kavun fener tren limon yaprak masa deniz kalem ceviz nehir tarak sepet orman harman".split()
SAYINGS = (
    "bugün yeni kitap çok güzel",
    "bence şu maç çok güzel",
    "yine hava çok sıcak bugün",
    "bence yeni kitap bugün",
)


def crowd(seed, *, pushing=0, organic=0, people=400):
    """People who write all month, and one tag that rises on day 20: by orders, by itself, or both."""
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        for at in START + rng.integers(0, 30 * DAY, 12):
            rows.append((f"p{person:03d}", int(at), SAYINGS[rng.integers(4)], [], None))
    rise = START + 20 * DAY
    for person in rng.choice(people, organic, replace=False):
        at = rise + int(rng.gamma(1.3, 2 * HOUR))
        rows.append((f"p{person:03d}", at, f"{SAYINGS[rng.integers(4)]} #konu", ["konu"], None))
    for person in rng.choice(people, pushing, replace=False):
        at = rise + int(rng.integers(0, HOUR // 2))
        text = " ".join(rng.choice(WORDS, 5)) + " #konu"
        rows.append((f"p{person:03d}", at, text, ["konu"], at + 60_000 if rng.random() < 0.8 else None))
    author, at, text, tags, deleted = zip(*rows, strict=True)
    posts = {"id": [f"t{k:05d}" for k in range(len(rows))], "author": author, "at": at, "text": text, "tags": tags}
    return InfluenceGraph.build({"posts": pa.table(posts | {"deleted_at": pa.array(deleted, pa.int64())})})


def test_a_natural_rise_is_seen_and_not_accused():
    found = TrendPushes().detect(crowd(1, organic=150))
    [row] = found.tables["trends"].to_pylist()
    assert found.findings == ()
    assert row["p_burst"] < 1e-6
    assert row["p_push"] < 0.05
    assert row["organic_low"] > 0.9


@pytest.mark.parametrize(("pushing", "organic"), [(60, 0), (60, 20), (40, 40)])
def test_a_push_is_named_with_the_share_that_people_wrote(pushing, organic):
    found = TrendPushes().detect(crowd(pushing + organic, pushing=pushing, organic=organic))
    [finding] = found.findings
    [row] = found.tables["trends"].to_pylist()
    assert finding.kind == "trend_push"
    assert row["organic_low"] <= organic / (pushing + organic) + 0.03
    assert row["organic_high"] >= organic / (pushing + organic) - 0.03
    assert row["organic_high"] - row["organic_low"] < 0.25


def test_a_salad_is_words_that_stand_together_nowhere_else():
    texts = pa.chunked_array(
        [["bugün yeni kitap", "bugün yeni kitap", "limon tren masa", "Limon tren masa.", "kısa", None]]
    )
    ordinary = np.array([True, True, False, False, True, True])
    found = salads_in(worded(texts), np.array([0, 1, 2, 3, 4, 5], np.int32), ordinary)
    assert found.shows.tolist() == [False, False, True, False, False, False]
    assert found.known.tolist() == [True, True, True, True, False, False]


def deletions(seed, *, pushing, moments, people=300):
    """People who delete a slip now and then, and accounts that vanish together in some moments."""
    rng = np.random.default_rng(seed)
    rows = [
        (f"p{p:03d}", int(at), int(at + rng.exponential(120_000)))
        for p in range(people)
        for at in START + rng.integers(0, 14 * DAY, 3)
    ]
    for moment in START + rng.integers(0, 14 * DAY, moments):
        rows += [(f"x{x:03d}", int(moment + rng.integers(0, 4_000)), int(moment + 60_000)) for x in range(pushing)]
    author, at, deleted = zip(*rows, strict=True)
    posts = {"id": [f"t{k:05d}" for k in range(len(rows))], "author": author, "at": at, "deleted_at": deleted}
    return InfluenceGraph.build({"posts": pa.table(posts)})


def test_accounts_that_vanish_together_are_found_among_people_who_delete_slips():
    graph = deletions(3, pushing=30, moments=4)
    named = graph.ids(vanishing(graph).accounts)
    assert sorted(named) == [f"x{x:03d}" for x in range(30)]
    [finding] = TrendPushes().detect(graph).findings
    assert sorted(finding.accounts) == sorted(named)


def test_whoever_pushed_is_told_so_whatever_its_label():
    graph = deletions(3, pushing=30, moments=4)
    run = detect(graph)
    said = {
        a: (label, str(why))
        for a, label, why in zip(graph.account_ids, run.verdicts.label, run.verdicts.reason, strict=True)
    }
    pushing = [said[f"x{x:03d}"] for x in range(30)]
    assert {label for label, _ in pushing} <= {"compromised", "unknown"}
    assert all("deleted at once" in why for _, why in pushing)
    assert not any("deleted at once" in why for account, (_, why) in said.items() if account.startswith("p"))


def test_people_who_delete_slips_are_left_alone():
    graph = deletions(4, pushing=0, moments=0)
    assert len(vanishing(graph).accounts) == 0
    assert TrendPushes().detect(graph).findings == ()


def phrase_crowd(seed, *, pushing=0, organic=0, text="Köprü zammı İPTAL", people=400):
    """The same month without a tag: one phrase rises, spelled in capitals by some, with a salad around it or by itself."""
    rng = np.random.default_rng(seed)
    rows = [
        (f"p{person:03d}", int(at), SAYINGS[rng.integers(4)], None)
        for person in range(people)
        for at in START + rng.integers(0, 30 * DAY, 12)
    ]
    rise = START + 20 * DAY
    for person in rng.choice(people, organic, replace=False):
        rows.append(
            (f"p{person:03d}", rise + int(rng.gamma(1.0, HOUR / 4)), f"{text} {SAYINGS[rng.integers(4)]}", None)
        )
    for person in rng.choice(people, pushing, replace=False):
        at, said = rise + int(rng.integers(0, HOUR // 2)), text.upper() if rng.random() < 0.5 else text
        gone = at + 60_000 if rng.random() < 0.8 else None
        rows.append((f"p{person:03d}", at, f"{said} {' '.join(rng.choice(WORDS, 4))}", gone))
    author, at, text, deleted = zip(*rows, strict=True)
    posts = {"id": [f"t{k:05d}" for k in range(len(rows))], "author": author, "at": at, "text": text}
    return InfluenceGraph.build({"posts": pa.table(posts | {"deleted_at": pa.array(deleted, pa.int64())})})


def test_a_pushed_phrase_is_named_whole_however_it_is_spelled():
    found = TrendPushes().detect(phrase_crowd(5, pushing=60, organic=20))
    [finding] = found.findings
    [row] = found.tables["trends"].to_pylist()
    assert (row["kind"], row["topic"]) == ("phrase", "kopru zammi iptal")
    assert "“kopru zammi iptal” was pushed" in str(finding.sentence)
    assert row["organic_low"] - 0.03 <= 0.25 <= row["organic_high"] + 0.03
    assert row["organic_high"] - row["organic_low"] < 0.25


def test_a_phrase_that_people_say_is_seen_and_not_accused():
    found = TrendPushes().detect(phrase_crowd(6, organic=120, text="deprem oldu mu"))
    assert found.findings == ()
    [row] = found.tables["trends"].to_pylist()
    assert row["topic"].startswith("deprem oldu")
    assert row["p_push"] < 0.05


def test_what_people_of_one_event_say_together_is_no_salad():
    shouts = ["ne oluyor ya", "inanmam ben buna", "herkes iyi mi acaba"]
    texts = pa.chunked_array([["bugün yeni kitap"] * 3 + shouts * 5])
    ordinary = np.arange(18) < 3
    said = salads_in(worded(texts), np.arange(18, dtype=np.int32), ordinary)
    assert said.shows[~ordinary].all()
    shows, known = said.within(np.flatnonzero(~ordinary))
    assert known.sum() == 15 or not known.any()
    assert not shows.any()


def post_crowd(seed, *, pushing=0, organic=0, people=300):
    """A writer whose posts get a few reactions each, and one that gets many: taken back at once, or kept."""
    rng = np.random.default_rng(seed)
    posts = [(f"t{k:02d}", "writer", START + k * DAY) for k in range(20)]
    acts = [
        (f"p{p:03d}", f"t{k:02d}", START + k * DAY + int(rng.gamma(1.3, HOUR)), None)
        for k in range(20)
        for p in rng.choice(people, 15, replace=False)
    ]
    begin = START + 10 * DAY
    acts += [
        (f"p{p:03d}", "t10", begin + int(rng.gamma(1.3, HOUR)), None)
        for p in rng.choice(people, organic, replace=False)
    ]
    for x in range(pushing):
        at = begin + int(rng.integers(0, HOUR // 2))
        acts.append((f"x{x:03d}", "t10", at, at + 60_000 if rng.random() < 0.8 else None))
    actor, post, at, deleted = zip(*acts, strict=True)
    ids, author, written = zip(*posts, strict=True)
    return InfluenceGraph.build(
        {
            "posts": pa.table({"id": ids, "author": author, "at": written}),
            "interactions": pa.table({"actor": actor, "post": post, "kind": ["repost"] * len(acts), "at": at, "deleted_at": pa.array(deleted, pa.int64())}),
        }
    )  # fmt: skip


def test_a_post_that_is_passed_on_and_taken_back_at_once_was_pushed():
    found = TrendPushes().detect(post_crowd(7, pushing=60, organic=10))
    [finding] = found.findings
    rows = {row["topic"]: row for row in found.tables["trends"].to_pylist()}
    assert [name for name, row in rows.items() if row["p_push"] >= 0.5] == ["t10"]
    assert rows["t10"]["kind"] == "post"
    assert rows["t10"]["profits"] == "writer"
    assert {member.account for member in finding.members if member.role == "beneficiary"} == {"writer"}
    assert "One post was pushed, t10" in str(finding.sentence)


def test_a_viral_post_is_seen_and_not_accused():
    found = TrendPushes().detect(post_crowd(8, organic=150))
    assert found.findings == ()
    rows = {row["topic"]: row for row in found.tables["trends"].to_pylist()}
    assert rows["t10"]["p_push"] < 0.05


def test_a_reader_one_of_whose_many_acts_looks_pushed_is_not_named_among_those_who_pushed():
    graph = InfluenceGraph.build({"follows": pa.table({"follower": ["hand", "reader"], "followed": ["star", "star"]})})
    hand, reader = (graph.account_ids.index(name) for name in ("hand", "reader"))

    def post(told: float) -> SimpleNamespace:
        return SimpleNamespace(burst=SimpleNamespace(who=np.array([hand, reader])), told=np.array([0.9, told]))

    members, named = TrendPushes()._members(graph, [post(0.6), *(post(0.05) for _ in range(9))])
    assert named.tolist() == [hand]
    assert [member.account for member in members] == ["hand"]


def test_the_organic_share_lies_within_its_interval_where_crowds_differ_between_trends():
    """A third of the uses look free; how many do otherwise than they look differs from trend to trend, as the settings say."""
    rng = np.random.default_rng(0)
    held, width = [], []
    shape = current().trends.common ** -2
    for _ in range(2_000):
        looks_told = np.arange(60) < 40
        free = np.where(looks_told, 0.08, 0.97)
        low, high = interval(1 - free)
        factor = np.where(looks_told, rng.gamma(shape, 1 / shape), 1.0)
        was_free = rng.random(60) < np.minimum(free * factor, 1.0)
        held.append(low <= was_free.mean() <= high)
        width.append(high - low)
    assert 0.93 <= np.mean(held) <= 0.985  # counts of few uses go in steps
    assert np.mean(width) < 0.23  # a trend of 60 uses


def hands(*, machines=0, known=0, people=100):
    """Accounts: machines first, then victims that are known for it, then people of whom nothing is known."""
    of = np.repeat([0, 1, 2], [machines, known, people])
    nothing = np.full(1, np.nan)
    return Commanded(of == 0, np.where(of == 1, 0.99, 0.0), ordered=nothing, act=nothing)


def test_what_is_usual_of_free_acts_leaves_out_orders_and_machines():
    """Ten free acts of victims among a thousand are one in a hundred, however many orders and machines there are."""
    accounts = np.r_[np.zeros(500, int), np.ones(310, int), np.full(990, 2)]  # of a machine, a victim, a person
    free = np.r_[np.ones(500), np.zeros(300), np.ones(1_000)]
    share, mean = hands(machines=1, known=1, people=1).usual(accounts, free)
    assert 0.0095 < share < 0.0115
    assert abs(mean - 0.0099) < 0.0005


def test_readers_of_a_post_that_machines_pushed_are_free_and_so_are_known_accounts_among_them():
    """Ninety machines push a post, a hundred people read it, three of them victims of somebody else, as usual."""
    told = hands(machines=90, known=3, people=97)
    sure = np.where(told.machine, 0.998, np.nan)
    chance = mixture(Uses(told.odds(0.03), sure, {}, {}), {})
    assert chance[told.machine].min() > 0.99
    assert chance[90:93].max() < 0.5
    assert chance[93:].max() < 0.01


def test_an_account_that_may_be_commanded_counts_by_how_likely_that_is():
    """Told uses meet an account in proportion to its chance of being commanded: between nobody and a known one."""
    known = np.repeat([0.99, 0.2, 0.0], [30, 5, 20])
    odds = Commanded(np.zeros(55, bool), known, np.full(1, np.nan), np.full(1, np.nan)).odds(0.03)
    chance = mixture(Uses(odds, np.full(55, np.nan), {}, {}), {})
    assert chance[0] > 0.95 > chance[30] > 0.5 > 0.2 > chance[40]


def test_a_pushed_post_names_only_who_is_known_to_act_on_command(monkeypatch):
    """Two machines and a reader act on a post; the act of the reader looks told, and nothing else speaks against it."""
    graph = crowd(7, people=20)
    burst = Burst("t00000", POST, START, np.arange(3), np.array([0, 1, 2]), 3, 0.1, 1e-9, author=5)
    pushed = Trend(burst, (), 0.9, np.array([0.99, 0.99, 0.6]), 0.14, 0.1, 0.2)
    known = np.isin(np.arange(graph.n), [0, 1])
    monkeypatch.setattr(trend_pushes, "trends", lambda *_: (pushed,))
    monkeypatch.setattr(trend_pushes, "commanded", lambda *_: SimpleNamespace(known=known))
    [finding] = TrendPushes().detect(graph).findings
    assert [member.account for member in finding.members if member.role == "member"] == list(graph.ids([0, 1]))


def test_people_who_act_a_lot_are_no_pushers_because_others_act_less():
    """Half of the readers of a post that machines pushed have the small chance of whoever acts a lot, others none."""
    chance = np.repeat([0.0, 0.08, 0.0], [26, 14, 10])
    machine = np.arange(50) < 26
    odds = Commanded(machine, chance, np.full(1, np.nan), np.full(1, np.nan)).odds(0.036)
    told = mixture(Uses(odds, np.where(machine, 0.998, np.nan), {}, {}), {})
    assert told[26:].max() < 0.5
    assert told[26:].mean() < 0.2
