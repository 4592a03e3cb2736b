"""Topics, authority, adverts, growth, early adopters, and the two layers: rows of the features list."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from scene import DAY, START, judged, like, names, network

from graphkit.audience.audit import authentic_engagement, layers
from graphkit.audience.fit.early import early_adopters, power_users
from graphkit.audience.fit.lexicon import Lexicon, cue, topic, topics
from graphkit.audience.fit.risks import adverts, growth
from graphkit.audience.fit.topics import authority, experts, topic_fit
from graphkit.audience.reach import reach
from graphkit.dataset import SCHEMAS, Dataset
from graphkit.errors import UsageError
from graphkit.graphs.graph import InfluenceGraph


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Yeni KAHVE tarifim", "tr", {"food"}),
        ("MAKYAJ ve bebeğim için krem", "tr", {"beauty", "baby"}),
        ("Mi receta de la abuela", "es", {"food"}),
        ("My baby loves this recipe", "en", {"baby", "food"}),
        ("tarifsiz bir acı", "es", set()),
        ("babylon is a town", "en", set()),
    ],
)
def test_p2_topics_are_found_in_three_languages_and_a_text_may_have_several(
    text: str, language: str, expected: set[str]
) -> None:
    """P2: Turkish, Spanish and English lists, multi-label."""
    assert {name for name, words in topics().items() if words.found(text, language)} == expected


def test_turkish_capitals_fold_and_unknown_topics_are_refused() -> None:
    assert topic("travel").found("TATİL GEZİSİ", "tr") == ("tatil", "gezisi")
    with pytest.raises(UsageError, match="'cars' is no topic; there are baby, beauty"):
        topic("cars")


def writers() -> InfluenceGraph:
    """A baby expert with 8 followers to whom parents turn, and a star with 200 to whom nobody turns for it."""
    parents, crowd = names("p", 8), names("c", 200)
    posts = [
        {"id": f"e{k}", "author": "expert", "at": START + k, "text": "Bebek uykusu", "lang": "tr"} for k in range(9)
    ]
    posts += [{"id": "e9", "author": "expert", "at": START, "text": "Günaydın", "lang": "tr"}]
    posts += [{"id": f"s{k}", "author": "star", "at": START + k, "text": "Party!", "lang": "en"} for k in range(9)]
    posts += [{"id": "s9", "author": "star", "at": START, "text": "My baby", "lang": "en"}]
    posts += [
        {"id": f"q{one}", "author": one, "at": START, "text": "Bebeğim için teşekkürler", "lang": "tr"}
        for one in parents
    ]
    posts += [{"id": f"q{one}", "author": one, "at": START, "text": "So cool", "lang": "en"} for one in crowd[:60]]
    acts = [{"actor": one, "target": "expert", "kind": "reply", "post": f"q{one}", "at": START + 5} for one in parents]
    acts += [{"actor": one, "target": "star", "kind": "mention", "post": f"q{one}", "at": START} for one in crowd[:60]]
    follows = [(one, "expert") for one in parents] + [(one, "star") for one in crowd + parents[:4]]
    return network(follows, acts, posts)


def test_p2_b306_fit_of_content_and_audience_is_shown_with_the_posts() -> None:
    """P2, B306: the expert is near the topic, the star far; both with counts and proof."""
    graph = writers()
    near, far = (topic_fit(graph, who, topic("baby"), people=np.ones(graph.n)) for who in ("expert", "star"))
    assert (near.on_topic, near.posts, near.content) == (9, 10, 0.9)
    assert (near.interested, near.writers, near.audience) == (8, 8, 1.0)
    assert near.proof[0] == "e0: Bebek uykusu"
    assert (far.on_topic, far.posts, far.interested, far.writers) == (1, 10, 4, 64)
    assert near.content_low is not None and far.content_high is not None and near.content_low > far.content_high
    silent = topic_fit(graph, "c0100", topic("baby"), people=np.ones(graph.n))
    assert (silent.content, silent.audience) == (None, None)


def test_b016_b301_the_community_decides_who_is_an_authority() -> None:
    """B016, B301: asked and thanked by those of the topic beats a large general account."""
    graph = writers()
    rows = {row["id"]: row for row in authority(graph, topic("baby"), people=np.ones(graph.n)).to_pylist()}
    expert, star = rows["expert"], rows["star"]
    assert (expert["endorsers"], expert["asked"], expert["thanked"]) == (8, 8, 8)
    assert (star["endorsers"], star["all"]) == (0, 60)
    assert expert["score"] > 1 > 0 > star["score"]


def test_b017_the_ranking_changes_with_the_brief() -> None:
    """B017: the same two accounts, two topics, two orders."""
    graph = writers()
    order = []
    for words in (topic("baby"), Lexicon("party", {"en": ["cool"]})):
        rows = authority(graph, words, people=np.ones(graph.n)).to_pylist()
        order.append(max(rows, key=lambda row: row["score"])["id"])
    assert order == ["expert", "star"]


def advertising(shares: list[tuple[str, float]]) -> InfluenceGraph:
    posts = []
    for who, share in shares:
        for k in range(30):
            text = "Yeni ürün #reklam" if k < share * 30 else "Günaydın"
            posts.append({"id": f"{who}{k:02}", "author": who, "at": START + k * 3 * DAY, "text": text})
    return network(posts=posts)


def test_b107_b406_adverts_every_day_are_over_exposure_by_tier_and_none_is_not() -> None:
    """B107, B406: 40 % adverts in the last 30 posts, for micro and for one that does not advertise."""
    graph = advertising([("loud", 0.4), ("quiet", 0.0)])
    loud, quiet = (adverts(graph, who, tier="micro") for who in ("loud", "quiet"))
    assert (loud.adverts, loud.disclosed, loud.last_share, loud.reading) == (12, 12, 0.4, "over-exposed")
    assert (quiet.adverts, quiet.last_share) == (0, 0.0)
    assert quiet.reading in ("below", "usual")
    assert [(posts, paid) for _, posts, paid in loud.months] == [(10, 10), (10, 2), (10, 0)]
    assert adverts(graph, "loud", tier="nano").reading == "cannot say"


def test_p4_disclosures_are_read_in_three_languages_and_lookalikes_are_none() -> None:
    """P4: #ad is a disclosure, #adventure is none; tags count as text does."""
    said = ("Great! #ad", "#adventure", "Colaboración pagada con X", "ücretli ortaklık", "an ad hoc idea")
    assert [bool(cue("disclosure").found(text)) for text in said] == [True, False, True, True, False]
    graph = network(posts=[{"id": "p", "author": "a", "at": START, "text": "New", "tags": ["sponsored"]}])
    assert adverts(graph, "a").disclosed == 1


def growing(weeks: list[int]) -> InfluenceGraph:
    rows, number = [], 0
    for week, count in enumerate(weeks):
        for _ in range(count):
            rows.append({"follower": f"u{number:05}", "followed": "star", "at": START + week * 7 * DAY})
            number += 1
    return InfluenceGraph.build(Dataset.of({"follows": pa.Table.from_pylist(rows, SCHEMAS["follows"])}))


def test_b305_sudden_growth_is_visible_and_steady_growth_is_not_called_sudden() -> None:
    """B305: long work built that community, or one week did."""
    steady, sudden = growth(growing([20] * 12), "star"), growth(growing([20] * 6 + [400] + [20] * 5), "star")
    assert (steady.reading, sudden.reading, sudden.largest) == ("steady", "sudden", 400)
    assert sudden.share_of_largest == pytest.approx(400 / 620)
    assert growth(growing([20] * 5), "star").reading == "cannot say"


def test_b207_experts_are_told_by_what_they_say_of_themselves() -> None:
    """B207: academics, journalists, technicians, in three languages."""
    bios = {
        "a": ("Gazeteci, Ankara", True),
        "b": ("Catedrática de física", True),
        "c": ("Software engineer & mum", True),
        "d": ("I love cats", False),
        "e": ("Prof. Dr., tıp fakültesi", True),
        "f": (None, False),
    }
    graph = network(accounts=[{"id": name, "bio": bio} for name, (bio, _) in bios.items()])
    assert set(experts(graph)) == {name for name, (_, expert) in bios.items() if expert}


def test_b208_power_users_are_ranked_by_the_days_on_which_they_name_the_product() -> None:
    """B208: one noisy day is less than three quiet ones."""
    days = {"loyal": [0, 5, 9], "noisy": [0, 0, 0, 0], "other": [1]}
    posts = [
        {"id": f"{who}{k}", "author": who, "at": START + day * DAY, "text": "Acme rules" if who != "other" else "hm"}
        for who, some in days.items()
        for k, day in enumerate(some)
    ]
    table = power_users(network(posts=posts), Lexicon("product", {"en": ["acme"]}))
    assert table.to_pylist() == [{"id": "loyal", "days": 3, "posts": 3}, {"id": "noisy", "days": 1, "posts": 4}]


def test_b209_the_planted_early_adopter_comes_first() -> None:
    """B209: always among the first to use what everybody uses later."""
    rng = np.random.default_rng(0)
    posts = []
    for tag in range(12):
        crowd = rng.permutation(names("u", 60))[:40]
        users = ["maker", *crowd]
        for place, who in enumerate(users):
            posts.append({"id": f"{tag}-{place}", "author": who, "at": START + tag * DAY + place, "tags": [f"t{tag}"]})
    table = early_adopters(network(posts=posts)).to_pylist()
    assert table[0]["id"] == "maker"
    assert (table[0]["popular_tags"], table[0]["early"]) == (12, 12)
    assert table[0]["p"] < 1e-9 < table[1]["p"]


def test_b015_the_two_layers_sum_to_the_whole_and_every_tie_taken_off_has_a_reason() -> None:
    """B015: kept and discounted ties, and the same sums as the waterfall."""
    crowd = names("p", 20)
    graph = network([(one, "star") for one in crowd] + [("star", "p0003")])
    verdicts = judged(graph, bots={"p0000": 0.9}, bought={("p0001", "star"): 0.8}, traded={("p0003", "star"): 0.7})
    table = layers(graph, verdicts).to_pandas()
    assert (table["kept"] + table["discounted"]).tolist() == [1.0] * 21
    off = table[table["discounted"] > 0].set_index("follower")
    assert off["reason"].to_dict() == {"p0000": "bot", "p0001": "bought", "p0003": "ring"}
    star = reach(graph, verdicts).to_pandas().set_index("id").loc["star"]
    assert table[table["followed"] == "star"]["kept"].sum() == pytest.approx(star["real"], abs=1)  # whole numbers there


def test_b011_b109_pressed_likes_lift_the_count_and_not_what_people_do() -> None:
    """B011, B109: half of the likes are commanded, a tenth of the accounts automatic."""
    posts = [{"id": f"p{k}", "author": "star", "at": START + k * DAY} for k in range(5)]
    acts = [like(one, f"p{k}", START + k * DAY + 1) for k in range(5) for one in names("p", 10) + names("b", 10)]
    graph = network([], acts, posts)
    pressed = np.array([graph.account_ids[a].startswith("b") for a in graph.events.actor], dtype=np.float32)
    clean, dirty = judged(graph), replace(judged(graph), commanded=pressed)
    [before] = [row for row in authentic_engagement(graph, clean).to_pylist() if row["id"] == "star"]
    [after] = [row for row in authentic_engagement(graph, dirty).to_pylist() if row["id"] == "star"]
    assert (before["counted"], before["own"], before["pressed"]) == (20.0, 20.0, 0.0)
    assert (after["counted"], after["own"], after["pressed"], after["pressed_share"]) == (20.0, 10.0, 10.0, 0.5)
