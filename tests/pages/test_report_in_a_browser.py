"""Report and dossier in a real browser, from disk with the network off: fast, silent, without barriers, printable."""

from __future__ import annotations

import base64
import dataclasses
import io
from collections.abc import Iterator
from pathlib import Path

import browsing
import hostile
import made_up
import pytest
from browsing import Browser
from pypdf import PdfReader
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from graphkit.reports import report
from graphkit.reports.dossiers import dossier
from graphkit.verdicts import verdicts

browsing.skip_without_a_browser()
pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "axe-core" / "axe.min.js"
PAGES = ("report.html", "report_hostile.html", "dossier.html", "dossier_hostile.html", "dossier_group.html")


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator[Browser]:
    opened = Browser(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.driver.quit()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A report and dossiers of the made-up page world, with plain names and with a hundred hostile ones."""
    made = tmp_path_factory.mktemp("pages")
    for suffix, names in (("", {}), ("_hostile", dict(enumerate(hostile.EVERY)))):
        results = made_up.results(names=names)
        report(results).save(made / f"report{suffix}.html")
        dossier(results, verdicts(results.graph, {}), results.graph.account_ids[25]).save(
            made / f"dossier{suffix}.html"
        )
    dossier(results, verdicts(results.graph, {}), results.findings[0].id).save(made / "dossier_group.html")
    return made


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_with_no_request_no_complaint_and_nothing_of_the_data_runs(browser, folder, page):
    seconds = browser.open(folder / page)
    browser.run("document.querySelectorAll('details').forEach(part => { part.open = true })")
    assert browser.requests() == [(folder / page).as_uri()]
    assert browser.complaints() == []
    assert browser.ran_nothing()
    assert seconds < 5  # a bound for a busy machine; docs/benchmarks.md has the figure


@pytest.mark.parametrize(
    ("page", "theme"),
    [("report.html", "light"), ("report.html", "dark"), ("dossier.html", "light"), ("dossier_group.html", "dark")],
)
def test_axe_finds_no_serious_barrier(browser, folder, page, theme):
    browser.open(folder / page)
    browser.run(
        "document.documentElement.dataset.theme = arguments[0];"
        "document.querySelectorAll('details').forEach(part => { part.open = true; });",
        theme,
    )
    browser.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    found = browser.driver.execute_async_script(
        "const done = arguments[0];"
        "axe.run(document).then(r => done({violations: r.violations, passes: r.passes.map(rule => rule.id)}))"
    )
    serious = [
        (barrier["id"], barrier["nodes"][0]["html"][:200])
        for barrier in found["violations"]
        if barrier["impact"] in ("serious", "critical")
    ]
    assert serious == []
    assert {"color-contrast", "svg-img-alt", "heading-order"} <= set(found["passes"])  # it has looked


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_wider_than_a_phone(browser, folder, page):
    browser.on_a_phone()
    try:
        browser.open(folder / page)
        assert browser.run("return document.documentElement.scrollWidth") <= 390
    finally:
        browser.on_a_desk()


def test_the_reach_table_sorts_by_a_click(browser, folder):
    browser.open(folder / "report.html")
    before = [int(text) for text in browser.texts(".reach tbody td:nth-child(4)")]
    browser.run("document.querySelectorAll('.reach thead button')[3].click()")
    down = [int(text) for text in browser.texts(".reach tbody td:nth-child(4)")]
    browser.run("document.querySelectorAll('.reach thead button')[3].click()")
    up = [int(text) for text in browser.texts(".reach tbody td:nth-child(4)")]
    assert down == sorted(before, reverse=True)
    assert up == sorted(before)


def test_every_text_of_a_picture_is_read_and_every_picture_has_words(browser, folder):
    browser.open(folder / "report.html")
    labels = browser.run(
        "return [...document.querySelectorAll('svg[role=img]')].map(e => e.getAttribute('aria-label'))"
    )
    assert len(labels) >= 8
    assert all(label and "None" not in label for label in labels)


def test_tab_goes_from_section_to_section_and_enter_unfolds(browser, folder):
    browser.open(folder / "report.html")
    body = browser.driver.find_element(By.TAG_NAME, "body")
    for _ in range(3):  # theme, print, the first link of the sections
        body.send_keys(Keys.TAB)
        body = browser.driver.switch_to.active_element
    assert body.get_attribute("href").endswith("#question")
    browser.run("document.querySelector('details.members summary').focus()")
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.run("return document.querySelector('details.members').open")


@pytest.mark.parametrize(
    ("page", "said"), [("report.html", "The rows behind it"), ("dossier.html", "Rival explanations")]
)
def test_print_shows_everything_unfolded_and_no_buttons(browser, folder, page, said):
    browser.open(folder / page)
    browser.run("dispatchEvent(new Event('beforeprint'))")
    made = browser.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    sheets = PdfReader(io.BytesIO(base64.b64decode(made["data"]))).pages
    text = " ".join(sheet.extract_text() for sheet in sheets)
    assert said in text
    assert "Dark or light" not in text
    assert round(float(sheets[0].mediabox.width)) == 595  # A4


def test_fifty_findings_open_within_a_second_and_stay_below_two_megabytes(browser, folder):
    results = made_up.results(4000)
    ids = results.graph.account_ids
    kinds = ("bot_cluster", "follow_ring", "pod", "bought_followers", "compromised")
    found = tuple(
        made_up.finding(kinds[n % 5], ids[n * 60 : n * 60 + 60], sentence=f"Finding {n} of many members.")
        for n in range(50)
    )
    made = report(dataclasses.replace(results, findings=found))
    place = made.save(folder / "report_fifty.html")
    assert place.stat().st_size < 2_000_000
    seconds = min(browser.open(place) for _ in range(3))
    assert seconds < 3  # a busy machine; one second on a quiet one, see docs/benchmarks.md
