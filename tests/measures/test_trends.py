"""Pushed trends beside natural ones, salads, and posts that vanish together."""

import numpy as np
import pyarrow as pa
import pytest

from graphkit.detectors.trend_pushes import TrendPushes
from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures.trends.salad import salads
from graphkit.measures.trends.vanishing import vanishing

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
    said, told = salads(texts, np.array([0, 1, 2, 3, 4, 5], np.int32), np.array([True, True, False, False, True, True]))
    assert said.tolist() == [False, False, True, False, False, False]
    assert told.tolist() == [True, True, True, True, False, False]


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


def test_people_who_delete_slips_are_left_alone():
    graph = deletions(4, pushing=0, moments=0)
    assert len(vanishing(graph).accounts) == 0
    assert TrendPushes().detect(graph).findings == ()
