"""The commands about audiences: what each says of a small network, in words and as JSON."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest
from scene import DAY, START, names

from graphkit.cli import main


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Two accounts with 30 and 10 followers, four of them shared; half of them Turkish; posts about food and adverts."""
    folder = tmp_path_factory.mktemp("audience")
    people = names("p", 36)
    follows = [(one, "wide") for one in people[:30]] + [(one, "niche") for one in people[26:]]
    posts = [
        {"id": f"n{k}", "author": "niche", "at": START + k * DAY, "text": "bir çorba tarifi", "tags": ["#reklam"] if k < 2 else []}
        for k in range(5)
    ] + [{"id": f"w{k}", "author": "wide", "at": START + k * DAY, "text": "good morning"} for k in range(5)]  # fmt: skip
    posts += [{"id": f"u{one}", "author": one, "at": START, "text": "kahve molası"} for one in people[30:]]
    acts = [
        {"actor": one, "target": "niche", "post": f"n{k}", "kind": "reply", "at": START + k * DAY + 3_600_000}
        for k in range(5)
        for one in people[30 : 33 + k % 2]
    ]
    said = [
        {"id": one, "lang": "tr" if k % 2 else "en", "location": "Ankara" if k < 4 else None}
        for k, one in enumerate(people)
    ]
    said += [{"id": "wide", "handle": "wide_one", "followers": 20_000}, {"id": "niche", "followers": 9_000}]
    (folder / "follows.csv").write_text("follower,followed\n" + "".join(f"{a},{b}\n" for a, b in follows))
    for name, rows in (("posts", posts), ("interactions", acts), ("accounts", said)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    address = str(folder / "small.duckdb")
    assert main(["load", str(folder), "--store", address, "-q"]) == 0
    return address


def answer(store: str, *words: str, capsys: pytest.CaptureFixture[str]) -> Any:
    capsys.readouterr()
    assert main([*words, "--store", store, "--json", "-q"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def said(store: str, *words: str, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert main([*words, "--store", store, "-q"]) == 0, capsys.readouterr().err
    return " ".join(capsys.readouterr().out.split())  # titles are broken to the width of their table


def test_b407_every_ranking_says_for_whom_it_is(store, capsys):
    """B407, B108, R7: a ranking has a context or says that it has none, and goes by people inside it."""
    assert "No context" in said(store, "reach", capsys=capsys)
    rows = answer(store, "reach", capsys=capsys)
    assert [(row["id"], row["inside"]) for row in rows[:2]] == [("wide", 30.0), ("niche", 10.0)]
    assert {row["context"] for row in rows} == {"No context: every person counts, wherever and whoever they are."}
    rows = answer(store, "reach", "--speaking", "tr", "--top", "2", capsys=capsys)
    assert [(row["id"], row["inside"]) for row in rows] == [("wide", 15.0), ("niche", 5.0)]
    for words in (["roster", "--most", "1"], ["compare", "wide", "niche"], ["find", "early"], ["find", "experts"]):
        assert "No context" in said(store, *words, capsys=capsys)
        assert "Context: people of place Ankara" in said(store, *words, "--place", "Ankara", capsys=capsys)


def test_r7_b408_the_part_of_one_audience_inside_a_language_has_an_interval(store, capsys):
    """R7, B408: inside, outside and not known; and the same people by label."""
    [told] = answer(store, "reach", "@wide_one", "--speaking", "tr", capsys=capsys)
    assert (told["inside"]["people"], told["inside"]["inside"]) == (30.0, 15.0)
    assert told["inside"]["low"] < 0.5 < told["inside"]["high"]
    rows = answer(store, "inside", "wide", "--by", "place", capsys=capsys)
    assert [(row["label"], row["people"]) for row in rows] == [("Ankara", 4.0), (None, 26.0)]
    rows = answer(store, "inside", "wide", "niche", "--by", "language", capsys=capsys)
    assert [row["share"] for row in rows] == [0.5] * 4
    assert main(["inside", "wide", "--by", "shoes", "--store", store]) == 2


def test_b015_both_layers_are_written_and_sum_to_the_whole(store, tmp_path, capsys):
    """B015: kept and discounted, tie by tie."""
    target = tmp_path / "ties.csv"
    told = answer(store, "layers", "-o", str(target), capsys=capsys)
    assert (told["follows"], told["kept"] + told["discounted"]) == (40, 40.0)
    with target.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 40
    assert all(float(row["kept"]) + float(row["discounted"]) == 1.0 for row in rows)
    told = answer(store, "layers", "niche", "-o", str(tmp_path / "ties.parquet"), capsys=capsys)
    assert told["follows"] == 10
    assert main(["layers", "-o", "ties.xls", "--store", store]) == 2


def test_b307_b308_a_score_is_taken_apart_with_its_version(store, capsys):
    """B307, B308: formula, version, and parts that sum."""
    for score in answer(store, "explain", "niche", capsys=capsys):
        assert sum(value for _, value in score["parts"]) == pytest.approx(score["value"])
        assert score["version"]
        assert score["formula"]
    assert "moved of niche, version" in said(store, "explain", "niche", "--score", "moved", capsys=capsys)
    [none] = answer(store, "explain", "niche", "--score", "tag", capsys=capsys)
    assert "there is no lift to take apart" in none["cannot_say"]


def test_b201_b105_two_presets_give_two_labels_beside_rate_and_count(store, capsys):
    """B201, B105: 20,000 followers are micro to both, 9,000 micro to one and nano to the other."""
    rows = answer(store, "engagement", "niche", "--preset", "s001", "--preset", "s002", capsys=capsys)
    assert [(row["preset"], row["tier"]) for row in rows] == [("s001", "micro"), ("s002", "nano")]
    assert rows[0]["people"] / 9_000 == pytest.approx(rows[0]["rate"])
    assert rows[0]["repeat_share"] == 1.0
    assert {row["tier"] for row in answer(store, "engagement", capsys=capsys)} == {"nano", "micro"}
    [row] = answer(store, "roles", "niche", "--preset", "s001", "--preset", "s002", capsys=capsys)
    assert (row["tier_s001"], row["tier_s002"], row["role"]) == ("micro", "nano", None)


def test_b002_a_celebrity_needs_a_fact_from_outside(store, tmp_path, capsys):
    """B002: a file of facts; without one nobody is called so."""
    known = tmp_path / "facts.csv"
    known.write_text("id,fact\nwide,has an entry in an encyclopedia\n")
    assert answer(store, "roles", capsys=capsys) == []
    [row] = answer(store, "roles", "--outside", str(known), capsys=capsys)
    assert (row["id"], row["role"]) == ("wide", "celebrity")
    assert row["reasons"] == "Known beyond the network: has an entry in an encyclopedia."


def test_b106_fit_is_told_as_count_share_and_cost_with_posts(store, tmp_path, capsys):
    """B106, P2: relevant real reach = reach x fit."""
    prices = tmp_path / "prices.csv"
    prices.write_text("id,cost\nniche,50\n")
    [told] = answer(store, "fit", "niche", "--topic", "food", "--candidates", str(prices), capsys=capsys)
    assert (told["on_topic"], told["posts"], told["writers"], told["interested"]) == (5, 5, 6.0, 6.0)
    part = told["relevant"]
    assert (part["people"], part["share"], part["real"], part["per_person"]) == (10.0, 1.0, 10, 5.0)
    assert part["low"] < 10
    [own] = answer(store, "fit", "wide", "--word", "morning", capsys=capsys)
    assert (own["on_topic"], own["relevant"]) == (5, None)
    assert main(["fit", "niche", "--store", store]) == 2
    rows = answer(store, "find", "authority", "--topic", "food", capsys=capsys)
    assert rows[0]["id"] == "niche"
    assert answer(store, "find", "power", "--word", "kahve", "--top", "2", capsys=capsys)[0]["days"] == 1


def test_b107_b305_risks_say_what_is_known_and_what_is_not(store, capsys):
    """B107, B305: adverts are counted; growth without times cannot be said."""
    [told] = answer(store, "risks", "niche", capsys=capsys)
    assert (told["adverts"]["adverts"], told["adverts"]["posts"]) == (2, 5)
    assert told["growth"]["reading"] == "cannot say"
    assert "whether leaving is answered cannot be said" in said(store, "risks", "niche", capsys=capsys)


def test_b003_moves_says_cannot_say_for_each_measure(store, capsys):
    """B003: four measures, none of them told by five posts."""
    told = answer(store, "moves", "niche", capsys=capsys)
    assert [one["measure"] for one in told] == ["tag", "link", "repost", "follow"]
    assert all(one["lift"] is None and one["why_not"] for one in told)


def test_the_next_day_is_told_as_a_range(store, capsys):
    [row, none] = answer(store, "tomorrow", "niche", "wide", capsys=capsys)
    assert row["low"] <= row["expected"] <= row["high"]
    assert 0.5 < row["expected"] < 6  # three or four of the same people came on each of five days
    assert none["expected"] is None  # nobody ever acted on it


def test_p7_rules_stand_in_a_table_that_options_go_before(store, tmp_path, capsys):
    """P7: an editable file of rules; what it cannot hold is refused with its name."""
    rules = tmp_path / "rules.toml"
    rules.write_text("most = 2\nmax_overlap = 0.3\ncamps_apart = true\ntiers = { nano = 1 }\n")
    told = answer(store, "roster", "--rules", str(rules), capsys=capsys)
    assert [member["account"] for member in told["members"]] == ["niche"]  # four of ten shared: too many
    assert dict(told["rule_costs"])["max_overlap"] == 26.0
    told = answer(store, "roster", "--rules", str(rules), "--max-overlap", "0.5", capsys=capsys)
    assert {member["account"] for member in told["members"]} == {"wide", "niche"}
    rules.write_text("mots = 2\n")
    assert main(["roster", "--rules", str(rules), "--store", store]) == 3
    assert "mots is no rule" in capsys.readouterr().err
    assert main(["roster", "--most", "2", "--people", "40", "--store", store]) == 2
    assert "reaches 40 people; the best reaches 36" in capsys.readouterr().err


def test_r6_the_curve_has_a_row_for_every_size(store, capsys):
    """R6: size against reach."""
    told = answer(store, "roster", "--most", "5", "--curve", capsys=capsys)
    assert [(row["account"], row["people"]) for row in told["curve"]] == [("wide", 30.0), ("niche", 36.0)]
