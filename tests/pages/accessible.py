"""What axe-core finds wrong on a page for people who do not see it, or do not use a mouse."""

from __future__ import annotations

from pathlib import Path

from browsing import Browser

_AXE = (Path(__file__).parent / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
_RUN = """
const done = arguments[0];
axe.run(document).then((found) => done([
  found.violations.map((rule) => [rule.impact, rule.id, rule.nodes.map((node) => node.target.join(" ")).slice(0, 4).join(", ")]),
  found.passes.map((rule) => rule.id),
]));
"""


def faults(browser: Browser) -> list[str]:
    """Serious and critical faults of the page that is open: rule and places."""
    browser.driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    browser.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": _AXE})
    found, passed = browser.driver.execute_async_script(_RUN)
    assert {"color-contrast", "button-name", "label"} <= set(passed)  # it has looked
    return [f"{rule}: {places}" for impact, rule, places in found if impact in ("serious", "critical")]
