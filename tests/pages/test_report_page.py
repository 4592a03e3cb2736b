"""The report: its numbers, its words, its silence about victims, and its size."""

from __future__ import annotations

import json
import re

import hostile
import made_up
import pytest
from lxml import html

from graphkit.reports import report

JUDGING = r"\b(guilty|criminal|fraudster|liar|fake account|fakes|cheater|culprit|offender|troll)s?\b"


@pytest.fixture(scope="module")
def page() -> html.HtmlElement:
    return html.fromstring(report(made_up.results()).html)


def select(element: html.HtmlElement, selector: str) -> list[html.HtmlElement]:
    """Elements by the simplest of selectors: tag, .class, #id, [attribute], :nth-child(n); descendants; commas."""
    paths = []
    for choice in selector.split(","):
        path = "."
        for step in choice.split():
            tag, rest = re.fullmatch(r"([a-z0-9]*)(.*)", step).groups()
            path += f"//{tag or '*'}"
            for name in re.findall(r"\.([\w-]+)", rest):
                path += f"[contains(concat(' ', @class, ' '), ' {name} ')]"
            for name in re.findall(r"#([\w-]+)", rest):
                path += f"[@id='{name}']"
            for name in re.findall(r"\[([\w-]+)\]", rest):
                path += f"[@{name}]"
            for place in re.findall(r":nth-child\((\d+)\)", rest):
                path += f"[count(preceding-sibling::*)={int(place) - 1}]"
        paths.append(path)
    return element.xpath(" | ".join(paths))


def text_of(element: html.HtmlElement) -> str:
    return re.sub(r"\s+", " ", element.text_content()).strip()


def test_equal_results_give_equal_bytes():
    assert report(made_up.results()).html == report(made_up.results()).html


def test_each_finding_shows_observed_beside_chance_and_both_sides(page):
    ring = select(page, "article.finding")[0]
    assert "8 accounts follow each other far more than their sizes explain." in text_of(select(ring, "h3")[0])
    first = select(ring, ".proof")[0]
    assert select(first, ".bars")[0].get("aria-label") == "observed 28, expected 3.5"
    assert select(first, ".bits")[0].get("aria-label") == "surprise 22 bits: about 1 in 4,200,000"
    assert select(first, "rect.observed")[0].get("width") == "100.0"
    assert select(first, "rect.expected")[0].get("width") == "12.5"
    assert [text_of(head) for head in select(ring, "h4")] == [
        "What speaks for it",
        "What speaks against it",
        "Other explanations",
    ]
    assert text_of(select(ring, "figcaption b")[0]) == "Who follows and who turns to whom in the group"
    assert "a class of students" in text_of(ring)
    assert "70%" in text_of(select(ring, ".rivals")[0])


def test_the_numbers_in_the_inert_block_are_those_of_the_findings(page):
    data = json.loads(select(page, "script#data")[0].text)
    given = made_up.results().findings
    assert [finding["id"] for finding in data["findings"]] == [finding.id for finding in given]
    assert data["findings"][0]["q"] == 0.004
    assert data["findings"][0]["evidence"][0] == {
        "id": "e1",
        "claim": "28 pairs among 8 accounts follow each other",
        "observed": 28,
        "expected": 3.5,
        "p": 2.0**-22,
    }
    assert [finding["q"] for finding in data["findings"]] == [0.004, 0.03, None]


def test_reach_is_ordered_by_real_people_and_not_by_followers():
    results = made_up.results()
    rows = results.reach.to_pylist()
    rows[0] |= {"followers": 9_999_999, "real": 0, "real_low": 0, "real_high": 1}
    changed = type(results)(**{**vars_of(results), "reach": results.reach.from_pylist(rows, results.reach.schema)})
    page = html.fromstring(report(changed).html)
    shown = [int(text_of(cell).replace(",", "")) for cell in select(page, ".reach td:nth-child(2)")]
    assert shown == sorted(shown, reverse=True)
    assert "9,999,999" not in text_of(select(page, ".reach")[0])


def vars_of(results) -> dict[str, object]:
    names = ("accounts", "findings", "reach", "graph", "run", "files", "title")
    return {name: getattr(results, name) for name in names}


def test_what_was_read_and_what_was_not_measured_is_said(page):
    looked = text_of(select(page, "main")[0])
    assert "follows.csv" in looked
    assert "the account follows itself: 2" in looked
    assert "column 'colour' kept aside (4 cells)" in looked
    assert "30 of 100" in looked
    assert "No posts: the input does not say what was posted." in looked
    assert "engagement_pods: needs interactions, and the input holds none" in looked
    assert "somewhere/" not in looked


def test_names_of_taken_over_accounts_are_nowhere_in_the_page():
    shared = report(made_up.results()).html
    for number in (60, 61, 62):
        for trace in (f"handle_{number}", f"Name {number}", f"a{number:04d}"):
            assert not re.search(rf"(?<!\w){trace}(?!\w)", shared), trace
    assert "account 1 (name hidden) (account 1 (name hidden), account 1 (name hidden)) acts in two rhythms" in shared
    assert "@handle_60" in report(made_up.results(), show_hidden=True).html


def test_nothing_found_is_said_plainly():
    page = html.fromstring(report(made_up.results(findings=False)).html)
    assert text_of(select(page, "#nothing")[0]).startswith("Nothing stood out beyond chance. 120 accounts were looked")
    assert select(page, "article.finding") == []
    assert "Right of reply" in text_of(page)


def test_nobody_is_called_guilty(page):
    assert re.findall(JUDGING, text_of(page), re.IGNORECASE) == []


def test_fifty_large_findings_stay_below_two_megabytes():
    results = made_up.results(4000)
    ids = results.graph.account_ids
    many = tuple(made_up.finding("bot_cluster", ids[start : start + 1900]) for start in range(100, 2100, 40))
    page = report(type(results)(**{**vars_of(results), "findings": many})).html
    assert len(many) == 50
    assert len(page.encode()) < 2_000_000
    assert "and 1,840 more in findings.csv" in page


def test_hostile_texts_stay_text():
    names = dict(enumerate(hostile.EVERY))
    results = made_up.results(names=names)
    sentences = tuple(
        made_up.finding("pod", results.graph.account_ids[start : start + 50], sentence=hostile.EVERY[start])
        for start in (0, 50)
    )
    page = html.fromstring(report(type(results)(**{**vars_of(results), "findings": sentences})).html)
    assert len(hostile.EVERY) == 100
    assert len(select(page, "script")) == 2
    assert select(page, "img, iframe, base, object, embed, form, input, video, math") == []
    events = [name for element in page.iter() for name in element.attrib if str(name).startswith("on")]
    assert events == []
    addresses = [str(element.get(name)) for element in page.iter() for name in ("href", "src") if element.get(name)]
    assert [address for address in addresses if not address.startswith(("#", "data:,"))] == []
    shown = {text_of(cell) for cell in select(page, ".names bdi")}
    assert "@<script>window.__hit=1</script>" in shown
    assert "@=1+1" in shown


def test_the_policy_names_script_and_style_by_digest_and_fetches_nothing(page):
    policy = select(page, "meta[http-equiv]")[0].get("content")
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert "http" not in policy
