"""Reach inside a context, the matrix of communities, comparisons, and the commands that show them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scene import judged, like, names, network

from graphkit.audience.fit.context import NO_CONTEXT, Context, matrix, reach_inside
from graphkit.audience.reach import reach
from graphkit.audience.rosters.compare import compare
from graphkit.audience.rosters.overlap import overlap
from graphkit.cli import main
from graphkit.graphs.graph import InfluenceGraph


def two_markets() -> InfluenceGraph:
    """A niche account with 30 followers who speak Turkish, and a star with 200, of whom 20 do; 10 say nothing."""
    niche, star = names("n", 30), names("s", 200)
    follows = [(one, "niche") for one in niche] + [(one, "star") for one in star]
    languages = dict.fromkeys(niche + star[:20], "tr-TR") | dict.fromkeys(star[20:190], "en")
    places = dict.fromkeys(niche, "Kadıköy, Istanbul")
    accounts = [{"id": one, "lang": languages.get(one), "location": places.get(one)} for one in niche + star]
    return network(follows, [like(one, "p1", 5, target="niche") for one in niche[:6]], accounts=accounts)


def test_r7_b408_the_part_inside_a_language_is_told_with_its_doubt() -> None:
    """R7, B408: language and place of an audience; inside, outside and not known sum to the people."""
    graph = two_markets()
    inside = Context(language="tr").inside(graph)
    niche, star = reach_inside(graph, ["niche", "star"], inside, people=np.ones(graph.n))
    assert (niche.people, niche.known, niche.inside, niche.share) == (30, 30, 30, 1.0)
    assert (star.people, star.known, star.inside) == (200, 190, 20)
    assert star.share == pytest.approx(20 / 190)
    assert star.low is not None and star.high is not None
    assert 0.06 < star.low < 20 / 190 < star.high < 0.16
    assert next(star.explain()) == "200 people: 20 inside, 170 outside, 10 not known."
    [nobody] = reach_inside(graph, ["star"], Context(place="istanbul").inside(graph), people=np.ones(graph.n))
    assert (nobody.known, nobody.share) == (0.0, None)
    [local] = reach_inside(graph, ["niche"], Context(place="ISTANBUL").inside(graph), people=np.ones(graph.n))
    assert local.share == 1.0


def test_b407_a_context_is_named_or_said_to_be_missing() -> None:
    """B407: every ranking asks for a context, or prints that it has none."""
    assert Context().sentence == NO_CONTEXT
    assert Context(language="tr", place="Ankara").sentence == "Context: people of language tr and place Ankara."


def test_r7_the_rows_of_the_matrix_sum_to_the_people() -> None:
    graph = network([(one, "star") for one in names("p", 6)])
    home = ["c1", "c1", "c2", "c2", "c2", None, None]
    table = matrix(graph, ["star"], home, people=np.array([1, 0.5, 1, 1, 1, 1, 1]))
    assert table.to_pylist() == [
        {"id": "star", "label": "c1", "people": 1.5, "share": pytest.approx(1 / 3)},
        {"id": "star", "label": "c2", "people": 3.0, "share": pytest.approx(2 / 3)},
        {"id": "star", "label": None, "people": 1.0, "share": None},
    ]


def test_b101_b106_a_comparison_shows_share_count_and_cost_and_hides_none() -> None:
    """B101, B106: the niche leads by fit and cost, and where the large one still has more people that is said."""
    graph = two_markets()
    accounts = ["niche", "star"]
    inside = reach_inside(graph, accounts, Context(language="tr").inside(graph), people=np.ones(graph.n))
    table, both = reach(graph, judged(graph)), overlap(graph, accounts)
    made = compare(table, both, inside, context="Context: tr.", costs={"niche": 60.0, "star": 900.0})
    niche, star = made.sides
    assert (niche.real, niche.fit, niche.fitting, niche.per_person, niche.per_engaged) == (30, 1.0, 30.0, 2.0, 10.0)
    assert star.fitting == pytest.approx(200 * 20 / 190)
    assert star.per_person == pytest.approx(900 / (200 * 20 / 190))
    assert list(made.leaders()) == [
        "Most people: star.",
        "Most fitting people: niche.",
        "Best fit: niche.",
        "Least cost for each fitting person: niche.",
    ]


def test_b310_a_smaller_account_is_not_worse_for_being_smaller() -> None:
    """B310, B108: accounts stand in the order they were named, never by followers."""
    graph = two_markets()
    inside = reach_inside(graph, ["niche", "star"], np.ones(graph.n), people=np.ones(graph.n))
    made = compare(reach(graph, judged(graph)), overlap(graph, ["niche", "star"]), inside, context=NO_CONTEXT)
    assert [side.account for side in made.sides] == ["niche", "star"]


@pytest.fixture
def store(tmp_path: Path) -> str:
    lines = ["follower,followed", *(f"u{k:02},a" for k in range(20)), *(f"u{k:02},b" for k in range(15, 30))]
    (tmp_path / "follows.csv").write_text("\n".join(lines) + "\n")
    address = str(tmp_path / "demo.duckdb")
    assert main(["load", str(tmp_path / "follows.csv"), "--store", address, "--quiet"]) == 0
    return address


def test_the_commands_choose_and_compare(store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["overlap", "a", "b", "--store", store, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["union"], said["shared"]) == (30, [[20, 5], [5, 15]])
    assert main(["compare", "a", "b", "--store", store]) == 0
    assert "a and b share 5 followers, 33% of the smaller audience and 17% of both." in capsys.readouterr().out
    prices = tmp_path / "prices.csv"
    prices.write_text("id,cost\na,10\nb,30\n")
    assert main(["roster", "--candidates", str(prices), "--budget", "20", "--store", store, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [member["account"] for member in said["members"]] == ["a"]
    assert said["out"] == [["b", "the budget is spent; 33% of its 15 people are reached already; it would add 10"]]
    prices.write_text("id,cost\na,cheap\n")
    assert main(["roster", "--candidates", str(prices), "--most", "1", "--store", store]) == 3
    assert "line 2: 'cheap' is no cost" in capsys.readouterr().err
