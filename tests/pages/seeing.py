"""What a map in a browser shows."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from browsing import Browser
from matplotlib.image import imread
from selenium.webdriver.support.ui import Select

INK = np.array([0x1C, 0x20, 0x24]) / 255
RING = np.array([0xB0, 0x48, 0x8F]) / 255  # the colour of "trades follows"
SVG = "{http://www.w3.org/2000/svg}"


def status(browser: Browser) -> str:
    return browser.one("#status").text


def accounts(browser: Browser) -> list[str]:
    return browser.texts("#table-body th")


def choose(browser: Browser, name: str, value: str) -> None:
    Select(browser.one(f"#{name}")).select_by_value(value)


def coloured(browser: Browser, colour: np.ndarray) -> int:
    """How many pixels of the drawing have a colour."""
    picture = imread(BytesIO(browser.one("#stage").screenshot_as_png))[:, :, :3]
    return int((np.abs(picture - colour).max(axis=2) < 0.04).sum())
