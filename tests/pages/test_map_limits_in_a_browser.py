"""The map where less is borne: people who ask for less motion, and networks that are too large for a browser."""

from __future__ import annotations

import re

import browsing
import made_up
import pytest
from browsing import Browser
from seeing import status
from selenium.webdriver.common.keys import Keys

from graphkit.maps import draw, page
from graphkit.reports import report
from graphkit.settings import defaults

browsing.skip_without_a_browser()
pytestmark = pytest.mark.browser

STILL, MOVING = "reduce", "no-preference"
FRAMES = """
const done = arguments[arguments.length - 1], act = arguments[0], ask = window.requestAnimationFrame;
let frames = 0;
window.requestAnimationFrame = (draw) => { frames += 1; return ask.call(window, draw); };
document.querySelector(act).click();
setTimeout(() => { window.requestAnimationFrame = ask; done(frames); }, 900);
"""


@pytest.fixture
def motion(browser):
    """Opens pages as somebody who asks for less motion, or who does not."""

    def asked(value: str) -> Browser:
        wanted = {"features": [{"name": "prefers-reduced-motion", "value": value}]}
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", wanted)
        return browser

    yield asked
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.mark.parametrize("act", ["#closer", "#table-body tr"])
def test_the_camera_glides_unless_less_motion_is_asked_for(motion, folder, act):
    frames = {}
    for value in (STILL, MOVING):
        motion(value).open(folder / "map.html")
        frames[value] = motion(value).driver.execute_async_script(FRAMES, act)
    assert frames[STILL] <= 3  # one picture of the new place, and none on the way
    assert frames[MOVING] > frames[STILL] + 2


def test_nothing_fades_or_scrolls_by_itself_where_less_motion_is_asked_for(motion, folder, tmp_path):
    running = "return document.getAnimations().length"
    fading = "return [...document.querySelectorAll('*')].filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0 || getComputedStyle(e).animationName !== 'none').length"
    scrolling = "return getComputedStyle(document.documentElement).scrollBehavior"
    made = report(made_up.results()).save(tmp_path / "report.html")
    calm = motion(STILL)
    calm.open(folder / "map.html")
    calm.one("#search").send_keys("handle_22", Keys.ENTER)
    assert calm.run(running) == 0
    assert calm.run(fading) == 0
    calm.open(made)
    assert (calm.run(fading), calm.run(scrolling)) == (0, "auto")
    lively = motion(MOVING)
    lively.open(folder / "map.html")
    assert lively.run(fading) > 0
    lively.open(made)
    assert lively.run(scrolling) == "smooth"


def test_above_what_a_browser_bears_the_map_says_so_and_opens_on_communities(browser, tmp_path, monkeypatch):
    usual = defaults()
    limits = usual.pages.model_copy(update={"map_most": 500, "map_overview_above": 50})
    monkeypatch.setattr(page, "defaults", lambda: usual.model_copy(update={"pages": limits}))
    sentence = "More than a browser can draw; a picture of every tie: graphkit map --poster -o poster.png"
    assert f">{sentence}</p>" not in draw(made_up.results(500)).html
    drawn = draw(made_up.results(700), most=100)
    browser.open(drawn.save(tmp_path / "map.html"))
    said = browser.one("header .title").text
    assert sentence in said
    assert "100 of 700 accounts" in said
    assert re.match(r"\d+ communities; choose one to open it", status(browser))
    members = [int(re.sub(r"\D", "", text)) for text in browser.texts("#table-body td:nth-child(2)")]
    assert sum(members) == 700  # the communities count everybody
    assert (
        len(re.findall(r"<(?:circle|polygon)", re.search(r'<svg[^>]*class="poster".*?</svg>', drawn.html, re.S)[0]))
        >= 100
    )
    assert browser.complaints() == []
