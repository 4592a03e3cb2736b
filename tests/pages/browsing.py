"""A real browser with no network, for pages opened from disk."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
ALWAYS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1360,900",
]
SOFTWARE = ("--enable-unsafe-swiftshader", "--use-gl=angle", "--use-angle=swiftshader")
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}


def skip_without_a_browser() -> None:
    """Skips the tests of a module where no browser is installed; never where tests must not be skipped."""
    if not (CHROMIUM and DRIVER) and os.environ.get("CI") != "true":
        pytest.skip(
            "chromium and chromedriver are not installed (Debian: chromium, chromium-driver)", allow_module_level=True
        )


class Browser:
    """A chromium with no network, and what its pages asked for and complained of."""

    def __init__(self, folder: Path, *flags: str) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM or "chromium"
        for flag in (*ALWAYS, *flags, f"--user-data-dir={folder}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(DRIVER))
        self.driver.execute_cdp_cmd("Network.enable", {})
        nothing = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
        self.driver.execute_cdp_cmd("Network.emulateNetworkConditions", nothing)

    def open(self, path: Path, view: str = "") -> float:
        """Opens the page afresh and gives the seconds until it can be used."""
        self.driver.get("about:blank")
        self.driver.get_log("performance")
        self.driver.get_log("browser")
        began = time.perf_counter()
        self.driver.get(path.as_uri() + view)
        if path.name.startswith("map"):
            WebDriverWait(self.driver, 60, 0.05).until(
                lambda driver: "ready" in (driver.find_element(By.TAG_NAME, "html").get_attribute("class") or "")
            )
            self.painted()
        return time.perf_counter() - began

    def painted(self) -> None:
        """Waits until everything that was asked for is on the screen."""
        self.run("return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def run(self, script: str, *values: object):
        return self.driver.execute_script(script, *values)

    def one(self, selector: str):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def click(self, selector: str) -> None:
        """A click by script: on what lies outside of the window or in a closed menu as well."""
        self.run("document.querySelector(arguments[0]).click()", selector)

    def texts(self, selector: str) -> list[str]:
        return self.run("return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)", selector)

    def requests(self) -> list[str]:
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        sent = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
        return [address for address in sent if not address.startswith(("data:", "blob:", "about:"))]

    def complaints(self) -> list[str]:
        """Errors and policy violations; a software renderer's remarks on its own speed are none."""
        entries = self.driver.get_log("browser")
        return [
            entry["message"]
            for entry in entries
            if entry["level"] != "INFO" and "GL Driver Message" not in entry["message"]
        ]

    def ran_nothing(self) -> bool:
        try:
            self.driver.switch_to.alert.dismiss()
        except NoAlertPresentException:
            return self.run("return window.__hit === undefined")
        return False

    def saving_to(self, folder: Path) -> None:
        """What the page saves goes into this folder."""
        self.driver.execute_cdp_cmd("Page.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)})

    def saved(self, folder: Path, suffix: str) -> Path:
        """The file that the page has just saved; the browser holds its place with an empty one until it is whole."""

        def whole(_: object) -> list[Path]:
            return [path for path in folder.glob(f"*{suffix}") if path.stat().st_size]

        return WebDriverWait(self.driver, 20, 0.05).until(whole)[0]

    def on_a_phone(self) -> None:
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)

    def on_a_desk(self) -> None:
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
