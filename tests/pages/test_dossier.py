"""Dossiers: every section is filled or says why not, numbers are those of the run, victims stay unnamed."""

from __future__ import annotations

import re

import made_up
import orjson
import pytest
from lxml import html

from graphkit.analysis.detecting import detect
from graphkit.analysis.results import results_of
from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import worlds
from graphkit.reports.dossiers import Dossier, dossier
from graphkit.results import Results
from graphkit.verdicts import verdicts

SECTIONS = ["identity", "reach", "rhythm", "ties", "groups", "signals", "rivals", "doubts", "trajectory"]
JUDGING = r"\b(guilty|criminal|fraudster|liar|fake account|fakes|cheater|culprit|offender|troll)s?\b"


@pytest.fixture(scope="module")
def world() -> tuple[Results, object]:
    """A small made-up world with every kind of finding, and its run."""
    graph = InfluenceGraph.build(worlds.make("default", accounts=1500, seed=3).dataset)
    run = detect(graph, seed=3, started_at=made_up.AT)
    return results_of(graph, run), run.verdicts


def bare(**given: object) -> tuple[Results, object]:
    """The made-up page world, whose accounts have next to nothing but names and ties."""
    results = made_up.results(**given)
    return results, verdicts(results.graph, {})


def text_of(page: Dossier) -> str:
    body = html.fromstring(page.html)
    return re.sub(r"\s+", " ", body.text_content())


def test_every_section_of_every_account_is_filled_or_says_why_not():
    results, judged = bare()
    for account in results.graph.account_ids[::9]:
        made = dossier(results, judged, account)
        assert [section.name for section in made.sections] == SECTIONS
        assert [section.name for section in made.sections if section.is_empty and not section.missing] == []


def test_every_section_of_every_finding_is_filled_or_says_why_not(world):
    results, judged = world
    assert {finding.kind for finding in results.findings} >= {"bot_cluster", "follow_ring", "pod", "bought_followers"}
    for finding in results.findings:
        made = dossier(results, judged, finding.id)
        assert [section.name for section in made.sections] == SECTIONS
        assert [section.name for section in made.sections if section.is_empty and not section.missing] == []
        assert re.findall(JUDGING, text_of(made), re.IGNORECASE) == []


def test_an_account_of_which_only_an_id_is_known_gets_reasons_in_place_of_data():
    graph = InfluenceGraph.build({"posts": __import__("pyarrow").table({"id": ["p"], "author": ["lonely"]})})
    run = detect(graph, started_at=made_up.AT)
    made = dossier(results_of(graph, run), run.verdicts, "lonely")
    empty = {section.name: section.missing for section in made.sections if section.is_empty}
    assert empty == {
        "ties": "Neither a follow nor an act of this account towards others is in the data.",
        "rhythm": "No dated act or post of this account is in the data.",
        "rivals": "Nothing about this account asks for an explanation: no follower of it is in the data, no finding names it.",
        "trajectory": "No dated follow, act or post of this account is in the data.",
    } | ({"signals": empty["signals"]} if "signals" in empty else {}) | (
        {"reach": empty["reach"]} if "reach" in empty else {}
    )
    assert text_of(made).count("No data.") == len(empty)


def test_the_numbers_of_the_page_are_those_of_the_json_and_of_the_tables(world):
    results, judged = world
    top = results.reach.sort_by([("real", "descending"), ("id", "ascending")]).to_pylist()[0]
    made = dossier(results, judged, top["id"])
    read = {section["name"]: section for section in orjson.loads(orjson.dumps(made.json))["sections"]}
    assert read["reach"]["facts"]["followers_in_the_data"] == top["seen"]
    assert read["reach"]["facts"]["real_people"] == {
        "value": top["real"], "low": top["real_low"], "high": top["real_high"]
    }  # fmt: skip
    shown = text_of(made)
    assert f"{top['real']:,} ({top['real_low']:,} to {top['real_high']:,})" in shown
    for section in made.sections:
        for fact in section.facts:
            if isinstance(fact.value, int) and not isinstance(fact.value, bool):
                assert f"{fact.value:,}" in shown, (section.name, fact)
    ring = next(finding for finding in results.findings if finding.kind == "follow_ring")
    said = {s["name"]: s for s in dossier(results, judged, ring.id).json["sections"]}
    assert said["identity"]["facts"]["members"] == len(ring.accounts)
    assert [row["claim"] for row in said["signals"]["evidence"]] == [str(e.claim) for e in ring.evidence]


def test_victims_are_named_only_where_that_is_asked_for():
    results, judged = bare()
    hidden = sorted(results.hidden)[0]
    shared = dossier(results, judged, hidden)
    assert shared.title == "Dossier of account 1 (name hidden)"
    for trace in ("handle_60", "Name 60", "a0060"):
        assert not re.search(rf"(?<!\w){trace}(?!\w)", shared.html)
        assert trace not in orjson.dumps(shared.json).decode()
    assert "@handle_60" in dossier(results, judged, hidden, show_hidden=True).html
    group = next(finding for finding in results.findings if finding.kind == "compromised")
    assert "handle_60" not in dossier(results, judged, group.id).html


def test_equal_runs_give_equal_bytes(world):
    results, judged = world
    for name in (results.findings[0].id, results.graph.account_ids[7]):
        assert dossier(results, judged, name).html == dossier(results, judged, name).html


def test_a_rush_of_followers_is_seen_in_the_trajectory():
    import pyarrow as pa

    day = 86_400_000
    follows = [(f"u{n}", made_up.AT + n * 3 * day) for n in range(60)]
    follows += [(f"b{n}", made_up.AT + 90 * day + n * 60_000) for n in range(80)]
    table = pa.table(
        {"follower": [who for who, _ in follows], "followed": ["star"] * 140, "at": [at for _, at in follows],
         "at_kind": ["exact"] * 140}
    )  # fmt: skip
    graph = InfluenceGraph.build({"follows": table})
    run = detect(graph, started_at=made_up.AT)
    made = dossier(results_of(graph, run), run.verdicts, "star")
    [trajectory] = [section for section in made.json["sections"] if section["name"] == "trajectory"]
    facts = trajectory["facts"]
    assert facts["rushes_days_with_more_arrivals_than_its_own_pace_explains"] == 1
    assert facts["share_of_these_followers_in_the_largest_rush"] == pytest.approx(81 / 140, abs=0.01)
