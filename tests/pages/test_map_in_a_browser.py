"""The map in a real browser, opened from disk with the network off: it works, asks for nothing, runs nothing."""

from __future__ import annotations

import base64
import csv
import json
import re
from io import BytesIO, StringIO

import accessible
import browsing
import hostile
import made_up
import numpy as np
import pytest
from browsing import Browser
from lxml import etree
from matplotlib.image import imread
from pypdf import PdfReader
from seeing import RING, SVG, accounts, choose, coloured, status
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from graphkit.maps import draw

browsing.skip_without_a_browser()
pytestmark = pytest.mark.browser


def test_the_map_opens_without_a_request_or_a_complaint(browser, folder):
    browser.open(folder / "map.html")
    assert status(browser) == "120 of 120 accounts shown"
    assert not browser.one("#still").is_displayed()
    assert browser.requests() == [(folder / "map.html").as_uri()]
    assert browser.complaints() == []


def test_accounts_and_ties_are_drawn(browser, folder):
    browser.open(folder / "map.html")
    assert coloured(browser, RING) > 300  # eight hexagons
    inked = "const c = document.querySelector('canvas.ties'), g = c.getContext('webgl2'), p = new Uint8Array(4 * c.width * c.height); g.readPixels(0, 0, c.width, c.height, g.RGBA, g.UNSIGNED_BYTE, p); return p.reduce((sum, value) => sum + (value > 0), 0)"
    drawn = browser.run(inked)
    browser.run("document.querySelectorAll('#kinds input').forEach(box => box.click())")
    browser.painted()
    assert drawn > 2_000
    assert browser.run(inked) == 0  # all kinds of tie are switched off


def test_search_filters_the_table_and_finds_on_enter(browser, folder):
    browser.open(folder / "map.html")
    browser.one("#search").send_keys("HANDLE_22")
    assert status(browser) == "1 found among 120 shown"
    assert accounts(browser) == ["@handle_22"]
    browser.one("#search").send_keys(Keys.ENTER)
    assert browser.one("#card h2").text == "@handle_22"
    assert "8 accounts follow each other far more than their sizes explain." in browser.one("#card").text
    assert "account=a0022" in browser.driver.current_url
    browser.one("#search").send_keys(Keys.ESCAPE)
    assert not browser.one("#card").is_displayed()


def test_filters_by_label_community_finding_size_language_and_kind_of_tie(browser, folder):
    browser.open(folder / "map.html")
    browser.all("#labels input")[0].click()
    assert status(browser) == "30 of 120 accounts shown"
    browser.one("#reset").click()
    choose(browser, "community", "1")
    assert status(browser) == "40 of 120 accounts shown"
    browser.one("#reset").click()
    choose(browser, "finding", "1")
    assert sorted(accounts(browser)) == [f"@handle_{number}" for number in range(40, 50)]
    browser.one("#reset").click()
    choose(browser, "tier", "0")
    assert status(browser) == "5 of 120 accounts shown"
    browser.one("#reset").click()
    choose(browser, "lang", "1")
    assert status(browser) == "30 of 120 accounts shown"
    browser.one("#reset").click()
    for place in (1, 2):  # without follows and answers: who neither shared nor was shared has no tie left
        browser.click(f"#kinds li:nth-child({place}) input")
    shares = made_up.results().graph.layer("repost")
    assert status(browser) == f"{len(set(shares.nonzero()[0]) | set(shares.nonzero()[1]))} of 120 accounts shown"


def test_the_time_slider_narrows_and_plays(browser, folder):
    browser.open(folder / "map.html")
    all_ties = browser.run("return document.querySelectorAll('#bars rect.out').length")
    browser.run("const low = document.querySelector('#from'); low.value = 150; low.dispatchEvent(new Event('input'))")
    narrowed = int(status(browser).split(" ")[0])
    assert all_ties == 0
    assert browser.run("return document.querySelectorAll('#bars rect.out').length") == 45  # three quarters of sixty
    assert 10 < narrowed < 120
    assert "from=2026-09-21" in browser.driver.current_url
    browser.one("#always").click()
    assert status(browser) == "120 of 120 accounts shown"
    twice = "const play = document.querySelector('#play'); play.click(); const said = play.textContent; play.click(); return [said, play.textContent]"
    assert browser.run(twice) == ["Pause", "Play"]  # stopped after the first of sixty steps
    assert browser.run("return document.querySelectorAll('#bars rect.out').length") == 59
    assert "until=2026-09-21" in browser.driver.current_url


def test_sliders_move_by_the_keyboard(browser, folder):
    browser.open(folder / "map.html")
    browser.one("#until").send_keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    assert "until=" in browser.driver.current_url
    assert browser.one("#until").get_attribute("value") == "198"


def test_the_table_sorts_and_its_rows_are_a_keyboard_path(browser, folder):
    browser.open(folder / "map.html")
    real = [int(text.split(" ")[0]) for text in browser.texts("#table-body td:nth-child(3)")[:20] if text != "–"]
    assert real == sorted(real, reverse=True)
    browser.all("#table-head button")[0].click()
    assert accounts(browser)[:3] == ["@handle_0", "@handle_1", "@handle_2"]
    browser.run("document.querySelector('#table-body tr').focus()")
    for key in (Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ENTER):
        browser.driver.switch_to.active_element.send_keys(key)
    assert browser.one("#card h2").text == "@handle_2"
    assert [row.get_attribute("data-account") for row in browser.all("#table-body tr[tabindex='0']")] == ["a0002"]


def test_arrow_keys_on_the_map_move_along_ties(browser, folder):
    browser.open(folder / "map.html", "#account=a0022")
    before = browser.one("#card h2").text
    browser.run("document.getElementById('stage').focus()")
    browser.one("#stage").send_keys(Keys.ARROW_LEFT)
    left = browser.one("#card h2").text
    browser.one("#stage").send_keys(Keys.ARROW_RIGHT)
    assert before == "@handle_22"
    assert left != before
    assert browser.one("#card h2").text != left


def test_a_view_is_kept_in_the_address(browser, folder):
    found = made_up.results().findings[1].id
    browser.open(folder / "map.html", f"#view=accounts&account=a0045&colour=finding&finding={found}")
    assert browser.one("#card h2").text == "@handle_45"
    assert status(browser) == "10 of 120 accounts shown"
    assert browser.one("#colour").get_attribute("value") == "finding"
    assert browser.texts("#colours li")[1] == "2. accounts that act as one"


def test_the_page_saves_its_view_and_that_page_opens_on_it(browser, folder, tmp_path):
    browser.saving_to(tmp_path)
    browser.open(folder / "map.html", "#account=a0022&ego=1&colour=community")
    shown = status(browser)
    browser.click("#save-page")
    saved = browser.saved(tmp_path, ".html").rename(tmp_path / "map_saved.html")
    browser.open(saved)
    assert browser.one("#card h2").text == "@handle_22"
    assert status(browser) == shown
    assert browser.one("#colour").get_attribute("value") == "community"
    assert browser.complaints() == []


def test_python_can_choose_what_the_page_opens_on(browser, tmp_path):
    drawn = draw(made_up.results(), at="a0022")
    browser.open(drawn.save(tmp_path / "map.html"))
    assert browser.one("#card h2").text == "@handle_22"
    graph = made_up.results().graph
    tied = (graph.follows + graph.follows.T + graph.layer() + graph.layer().T)[[graph.node("a0022")]]
    assert status(browser) == f"{tied.nnz + 1} of 120 accounts shown"


def test_the_table_is_saved_as_csv_that_starts_no_formula(browser, folder, tmp_path):
    browser.saving_to(tmp_path)
    browser.open(folder / "map_hostile.html")
    browser.click("#save-csv")
    text = browser.saved(tmp_path, ".csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text, newline="")))
    assert rows[0] == [
        "Account", "What was measured", "Real people", "Followers", "Ties", "Community", "Id",
    ]  # fmt: skip
    assert len(rows) == 121
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert sum(cell.startswith("'@") for cell in cells) > 80


def test_the_picture_is_saved_as_svg_and_png_with_legend_and_run(browser, folder, tmp_path):
    browser.saving_to(tmp_path)
    browser.open(folder / "map_hostile.html")
    browser.click("#save-svg")
    drawing = etree.fromstring(browser.saved(tmp_path, ".svg").read_bytes())
    told = " ".join(drawing.itertext())
    assert "trades follows (8)" in told
    assert f"run {made_up.RUN.id}, seed 7" in told
    assert "coverage" in told or "of the listed entries collected" in told
    assert len(drawing.findall(f".//{SVG}polygon")) >= 8 + 10 + 3  # ring, bots and accounts under a second hand
    assert {element.tag for element in drawing.iter()} <= {
        SVG + n for n in "svg title rect circle path g polygon text".split()
    }
    browser.click("#save-png")
    picture = imread(browser.saved(tmp_path, ".png"))
    assert picture.shape[1] > 2_000
    assert (np.abs(picture[:, :, :3] - RING).max(axis=2) < 0.02).sum() > 600


def test_the_view_is_printed_as_one_picture_on_white_and_the_table_below(browser, folder):
    dark = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", dark)
    try:
        browser.open(folder / "map.html", "#account=a0022")
        paper = base64.b64decode(browser.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"])
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", **dark})
        browser.run("dispatchEvent(new Event('beforeprint'))")
        printed = imread(BytesIO(browser.one("#printed canvas").screenshot_as_png))[:, :, :3]
        assert not browser.one("#view").is_displayed()
        browser.run("dispatchEvent(new Event('afterprint'))")
        assert browser.all("#printed canvas") == []
        assert browser.run("return document.documentElement.dataset.theme") is None
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    first, *_, last = (" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(paper)).pages)
    assert "What the shapes say" in first  # the picture's own legend: that of the page is not printed
    assert f"run {made_up.RUN.id}, seed 7" in first
    assert {"Followers", "Ties", "Community"} <= set(re.findall(r"\w+", first))  # every column of the table
    assert ("this page opens with no network" in first, "this page opens with no network" in last) == (False, True)
    assert (printed.min(axis=2) > 0.9).mean() > 0.6  # white paper
    assert (np.abs(printed - RING).max(axis=2) < 0.06).sum() > 30


def test_a_large_map_opens_on_communities_and_expands(browser, folder, record_property):
    seconds = browser.open(folder / "map_large.html")
    record_property("first picture of 6,000 accounts, seconds", round(seconds, 2))
    assert status(browser) == "15 communities; choose one to open it"
    assert seconds < 15  # a guard against hanging; the figure itself is in docs/map.md, measured on free cores
    browser.one("#table-body tr").click()
    assert status(browser) == "1 community is open; Escape goes back"
    assert len(browser.all("#table-body tr[data-account]")) == 200  # of 400, the rest behind "show more"
    browser.one("#stage").send_keys(Keys.ESCAPE)
    assert status(browser) == "15 communities; choose one to open it"
    browser.one("#overview").click()
    assert status(browser) == "6,000 of 6,000 accounts shown"
    assert browser.complaints() == []


def test_communities_are_reached_and_opened_by_keys(browser, folder):
    browser.open(folder / "map_large.html")
    browser.run("document.getElementById('stage').focus()")
    browser.one("#stage").send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ENTER)
    assert status(browser) == "1 community is open; Escape goes back"
    assert "open=" in browser.driver.current_url


def test_a_found_account_opens_its_community(browser, folder):
    browser.open(folder / "map_large.html")
    browser.one("#search").send_keys("handle_4321", Keys.ENTER)
    assert browser.one("#card h2").text == "@handle_4321"
    assert "open=10" in browser.driver.current_url  # 15 communities of 400 each


def test_without_webgl_the_still_picture_and_the_table_remain(folder, tmp_path):
    bare = Browser(tmp_path, "--disable-3d-apis")
    try:
        bare.open(folder / "map.html")
        assert "cannot draw the map" in bare.one("#cannot").text
        assert bare.one("svg.poster").is_displayed()
        assert len(bare.all("svg.poster polygon, svg.poster circle")) == 120
        bare.one("#search").send_keys("handle_22", Keys.ENTER)
        assert bare.one("#card h2").text == "@handle_22"
    finally:
        bare.driver.quit()


def test_hostile_names_are_shown_as_text_and_run_nowhere(browser, folder):
    browser.open(folder / "map_hostile.html")
    shown = set(accounts(browser))
    hidden = {60, 61, 62}
    wanted = {f"@{text.lstrip('@')}" for number, text in enumerate(hostile.EVERY) if number not in hidden}
    assert wanted - shown == set()
    for number in (0, 20, 30, 90):
        browser.run("document.querySelector(`tr[data-account='${arguments[0]}']`).click()", f"a{number:04d}")
        assert browser.texts("#card h2 bdi") == [f"@{hostile.EVERY[number]}"]
    assert browser.ran_nothing()
    assert browser.requests() == [(folder / "map_hostile.html").as_uri()]
    assert browser.complaints() == []


@pytest.mark.parametrize("dark", [False, True])
def test_colours_follow_the_theme_and_its_button(browser, folder, dark):
    theme = {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]}
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", theme)
    try:
        browser.open(folder / "map.html")
        before = browser.run("return getComputedStyle(document.body).backgroundColor")
        browser.one("#theme").click()
        after = browser.run("return getComputedStyle(document.body).backgroundColor")
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    light_and_dark = ["rgb(251, 250, 248)", "rgb(20, 23, 26)"]
    assert [before, after] == (light_and_dark[::-1] if dark else light_and_dark)


def test_on_a_phone_nothing_runs_out_of_the_page(browser, folder):
    browser.on_a_phone()
    try:
        browser.open(folder / "map.html")
        assert browser.run("return document.documentElement.scrollWidth") <= 390
    finally:
        browser.on_a_desk()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("view", ["", "#account=a0022&path=a0095&colour=finding", "#view=overview"])
def test_axe_finds_no_serious_fault(browser, folder, view, dark):
    browser.open(folder / "map.html", view)
    browser.run("document.documentElement.dataset.theme = arguments[0]", "dark" if dark else "light")
    browser.run("document.querySelectorAll('details').forEach(part => { part.open = true })")
    assert accessible.faults(browser) == []


def test_a_saved_notebook_shows_the_map_without_a_kernel(browser, folder, tmp_path):
    names = dict(enumerate(hostile.EVERY))
    names.pop(22)
    shown = draw(made_up.results(names=names))._repr_html_()
    (tmp_path / "notebook.html").write_text(f"<!doctype html><meta charset='utf-8'><body>{shown}", encoding="utf-8")
    browser.open(tmp_path / "notebook.html")
    browser.driver.switch_to.frame(browser.one("iframe"))
    try:
        WebDriverWait(browser.driver, 20, 0.05).until(lambda _: browser.all("html.ready"))
        assert status(browser) == "120 of 120 accounts shown"
        browser.one("#search").send_keys("handle_22", Keys.ENTER)
        assert browser.one("#card h2").text == "@handle_22"
        assert browser.ran_nothing()
    finally:
        browser.driver.switch_to.default_content()
    assert browser.ran_nothing()
    assert browser.complaints() == []


def test_the_widget_tells_python_who_is_selected_and_hears_it(browser, tmp_path):
    made = draw(made_up.results()).widget()
    model = """
    const changed = {}, model = {
      values: { page: PAGE, height: 640, selected: null },
      get: (name) => model.values[name],
      set: (name, value) => { model.values[name] = value; },
      save_changes: () => {},
      on: (name, act) => { changed[name.slice(7)] = act; },
    };
    window.model = model;
    window.change = (name, value) => { model.values[name] = value; changed[name](); };
    widget.render({ model, el: document.body });
    """.replace("PAGE", json.dumps(made.page).replace("</", "<\\/"))
    script = made._esm.replace("export default", "const widget =")
    (tmp_path / "widget.html").write_text(f"<!doctype html><body><script>{script}{model}</script>", encoding="utf-8")
    browser.open(tmp_path / "widget.html")
    browser.driver.switch_to.frame(browser.one("iframe"))
    WebDriverWait(browser.driver, 20, 0.05).until(lambda _: browser.all("html.ready"))
    browser.one("#search").send_keys("handle_22", Keys.ENTER)
    browser.driver.switch_to.default_content()
    WebDriverWait(browser.driver, 5, 0.05).until(lambda _: browser.run("return model.values.selected") == "a0022")
    browser.run("change('selected', 'a0045')")
    browser.driver.switch_to.frame(browser.one("iframe"))
    WebDriverWait(browser.driver, 5, 0.05).until(lambda _: browser.texts("#card h2") == ["@handle_45"])
    browser.driver.switch_to.default_content()
