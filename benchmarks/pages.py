"""How soon a map is seen in a browser without a graphics card: `python -m benchmarks.pages`, `--map FILE` for a map of one's own.

Made-up networks of 1,000, 20,000 and 100,000 accounts with three ties an account are written as pages and opened from disk in
headless chromium with software rendering. What counts is the screen: a picture of it is taken again and again, and the time
is the one from the start of the navigation to the end of the first picture that holds the communities.
"""

from __future__ import annotations

import argparse
import base64
import io
import tempfile
import time
from pathlib import Path

import matplotlib.image

from graphkit.maps.map import draw
from tests.pages import made_up
from tests.pages.browsing import SOFTWARE, Browser

SIZES = (1_000, 20_000, 100_000)
RUNS = 3
INKED = 0.02  # share of the pixels of the stage that differ from the page from which something is drawn
OVERVIEW = "#view=overview"


def written(accounts: int, folder: Path) -> Path:
    """The page of a made-up network."""
    results = made_up.results(accounts, ties_each=3)
    return draw(results, most=accounts).save(folder / f"map-{accounts}.html")


def seen(browser: Browser, path: Path) -> dict[str, float]:
    """Seconds until communities are seen, until every part answers, and until all accounts are drawn after a click."""
    browser.driver.get("about:blank")
    began = time.perf_counter()
    browser.driver.execute_cdp_cmd("Page.navigate", {"url": path.as_uri() + OVERVIEW})
    while not _inked(browser):
        pass
    first = time.perf_counter() - began
    while not browser.run("return document.documentElement.classList.contains('ready')"):
        time.sleep(0.02)
    ready = time.perf_counter() - began
    clicked = time.perf_counter()
    browser.click("#overview")
    browser.painted()
    return {
        "communities seen": first,
        "everything answers": ready,
        "accounts drawn after": time.perf_counter() - clicked,
    }


def _inked(browser: Browser) -> bool:
    """Whether the stage shows more than its ground: read from a picture of the screen."""
    shot = browser.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
    picture = matplotlib.image.imread(io.BytesIO(base64.b64decode(shot["data"])))
    high, wide = picture.shape[:2]
    stage = picture[high // 6 : high // 2, wide // 3 : wide - 20, :3]
    return bool((abs(stage - stage[0, 0]).max(axis=2) > 0.05).mean() > INKED) and browser.run(
        "return document.documentElement.classList.contains('drawn')"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--map", type=Path, help="a map written before, in place of the made-up ones")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pages = [given.map] if given.map else [written(size, Path(folder)) for size in SIZES]
        browser = Browser(Path(folder) / "profile", *SOFTWARE)
        for page in pages:
            told = [seen(browser, page) for _ in range(RUNS)]
            middle = {name: sorted(each[name] for each in told)[RUNS // 2] for name in told[0]}
            parts = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in middle.items())
            print(f"{page.name}: {page.stat().st_size / 1e6:.1f} MB, {parts}", flush=True)
        browser.driver.quit()


if __name__ == "__main__":
    main()
