"""The report in a real browser, opened from disk with the network off: it works, asks for nothing, runs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import browsing
import hostile
import made_up
import pytest
from browsing import Browser

from graphkit.reports import report

browsing.skip_without_a_browser()
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator[Browser]:
    opened = Browser(tmp_path_factory.mktemp("profile"), *browsing.SOFTWARE)
    yield opened
    opened.driver.quit()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("pages")
    report(made_up.results()).save(made / "report.html")
    report(made_up.results(names=dict(enumerate(hostile.EVERY)))).save(made / "report_hostile.html")
    return made


def test_the_report_opens_without_a_request_and_runs_nothing_of_the_data(browser, folder):
    for name in ("report.html", "report_hostile.html"):
        assert browser.open(folder / name) < 10
        browser.run("document.querySelectorAll('details').forEach(part => { part.open = true })")
        assert browser.requests() == [(folder / name).as_uri()]
        assert browser.complaints() == []
        assert browser.ran_nothing()
    assert "@<script>window.__hit=1</script>" in browser.texts(".reach th bdi")


def test_the_reach_table_sorts_by_a_click(browser, folder):
    browser.open(folder / "report.html")
    before = [int(text) for text in browser.texts(".reach tbody td:nth-child(4)")]
    browser.run("document.querySelectorAll('.reach thead button')[3].click()")
    down = [int(text) for text in browser.texts(".reach tbody td:nth-child(4)")]
    browser.run("document.querySelectorAll('.reach thead button')[3].click()")
    up = [int(text) for text in browser.texts(".reach tbody td:nth-child(4)")]
    assert down == sorted(before, reverse=True)
    assert up == sorted(before)


def test_on_a_phone_nothing_runs_out_of_the_page(browser, folder):
    browser.on_a_phone()
    try:
        browser.open(folder / "report.html")
        assert browser.run("return document.documentElement.scrollWidth") <= 390
    finally:
        browser.on_a_desk()
