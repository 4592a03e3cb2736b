"""The card of an account on the map, in a real browser: its words, its ties, and the way to another account."""

from __future__ import annotations

import browsing
import made_up
import pytest
from lxml import etree
from seeing import SVG, status
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from graphkit import words
from graphkit.language import speaking, told
from graphkit.maps import draw

browsing.skip_without_a_browser()
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["tr", "es"])
def test_card_and_filters_say_sizes_roles_and_languages_in_words(browser, tmp_path, language):
    with speaking(language):
        draw(made_up.results()).save(tmp_path / "map.html")
        size = told(words.TIERS["micro"])
    wanted = {size, {"tr": "Türkçe (tr)", "es": "español (es)"}[language]}
    browser.open(tmp_path / "map.html", "#account=a0000")
    card = set(browser.texts("#card dd"))
    offered = set(browser.texts("#tier option, #lang option"))
    assert wanted & offered == wanted
    assert size in card
    assert any(text.endswith(")") and text in offered for text in card)  # the language, named as in the filter


def test_the_account_under_the_pointer_is_named(browser, folder):
    browser.open(folder / "map.html")
    stage = browser.one("#stage")
    high, wide = stage.size["height"], stage.size["width"]
    assert not browser.one("#hint").is_displayed()
    places = [(x, y) for y in range(-high // 3, high // 3, 12) for x in range(-wide // 3, wide // 3, 12)]
    for x, y in places:  # until the pointer meets somebody
        ActionChains(browser.driver, duration=0).move_to_element_with_offset(stage, x, y).perform()
        if browser.run("return document.getElementById('stage').style.cursor") == "pointer":
            break
    browser.painted()
    assert browser.one("#hint").is_displayed()
    assert browser.one("#hint").text.startswith("@handle_")


def test_neighbours_in_the_card_lead_on_and_ego_shows_only_them(browser, folder):
    browser.open(folder / "map.html", "#account=a0022")
    tied = int(browser.texts("#card section:last-child h3")[0].split(" ")[2])
    browser.click("#ego")
    assert status(browser) == f"{tied + 1} of 120 accounts shown"
    assert "ego=1" in browser.driver.current_url
    name = browser.texts("#card .ties button")[0].strip()
    browser.click("#card .ties button")
    assert browser.one("#card h2").text == name


def test_the_way_between_two_accounts_says_what_ties_each_step(browser, folder):
    results = made_up.results()
    browser.open(folder / "map.html", "#account=a0022")
    browser.one("#way-to").send_keys("handle_95", Keys.ENTER)
    way = [text.strip() for text in browser.texts("#way li button")]
    assert (way[0], way[-1]) == ("@handle_22", "@handle_95")
    assert f"{len(way) - 1} steps; what ties each:" in browser.one("#way-said").text
    graph = results.graph.follows + results.graph.follows.T + results.graph.layer() + results.graph.layer().T
    nodes = [results.graph.node(name) for name in way]
    assert all(graph[one, other] for one, other in zip(nodes, nodes[1:], strict=False))
    assert len(way) - 1 == shortest(graph, nodes[0], nodes[-1])
    said = browser.texts("#way .why")
    assert all("follow" in text or "share" in text or "answer" in text for text in said)
    assert "path=a0095" in browser.driver.current_url


@pytest.mark.parametrize("view", ["#view=accounts&account=a0022&path=a0095", "#view=accounts"])
def test_a_way_is_seen_whole_and_clear_of_the_card(browser, folder, tmp_path, view):
    browser.saving_to(tmp_path)
    jumping = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}  # as on a slow machine
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", jumping)
    browser.open(folder / "map_large.html", view)
    if "path" not in view:  # chosen by hand: the card opens at the same moment
        browser.one("#search").send_keys("handle_22", Keys.ENTER)
        browser.one("#way-to").send_keys("handle_95", Keys.ENTER)
    browser.painted()
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    free = browser.run(
        "return document.getElementById('card').getBoundingClientRect().left - document.getElementById('stage').getBoundingClientRect().left"
    )
    browser.click("#save-svg")
    drawing = etree.fromstring(browser.saved(tmp_path, ".svg").read_bytes())
    high = float(drawing.get("height"))
    places = {text.text: (float(text.get("x")), float(text.get("y"))) for text in drawing.iter(f"{SVG}text")}
    ends = [places["@handle_22"], places["@handle_95"]]
    assert all(0 < x < free and 58 < y < high - 64 for x, y in ends)  # between head and foot of the picture
    assert max(abs(ends[0][axis] - ends[1][axis]) for axis in (0, 1)) > 100


def test_the_account_under_the_pointer_says_what_was_measured_and_why(browser, folder):
    still = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}  # it stands in the middle at once
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", still)
    browser.open(folder / "map.html", "#account=a0022&view=accounts")
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    card, stage = (browser.one(name).rect for name in ("#card", "#stage"))
    x, y = (stage["x"] + card["x"]) / 2 - 12, stage["y"] + stage["height"] / 2
    point = {"type": "mouseMoved", "y": y}
    browser.driver.execute_cdp_cmd("Input.dispatchMouseEvent", {**point, "x": x + 60})
    browser.driver.execute_cdp_cmd("Input.dispatchMouseEvent", {**point, "x": x})
    WebDriverWait(browser.driver, 5, 0.05).until(lambda _: browser.one("#hint").is_displayed())
    said = browser.one("#hint").text
    assert said.splitlines()[:3] == ["@handle_22", "trades follows", "measured as ring"]
    assert "For: 28 pairs among 8 accounts follow each other" in said
    hint = browser.one("#hint").rect
    assert hint["x"] + hint["width"] < card["x"]
    browser.driver.execute_cdp_cmd("Input.dispatchMouseEvent", {**point, "x": stage["x"] + 5, "y": stage["y"] + 5})
    WebDriverWait(browser.driver, 5, 0.05).until(lambda _: not browser.one("#hint").is_displayed())


def shortest(graph, start: int, end: int) -> int:
    from scipy.sparse.csgraph import shortest_path

    return int(shortest_path(graph, unweighted=True, indices=start)[end])
