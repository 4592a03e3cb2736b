"""What axe-core finds wrong on a page for people who do not see it, or do not use a mouse."""

from __future__ import annotations

import gzip
from pathlib import Path

from browsing import Browser

# axe-core 4.14.1 by Deque Systems, MPL-2.0, as published; for the tests alone.
_AXE = gzip.decompress((Path(__file__).parent / "vendor" / "axe-core-4.14.1.min.js.gz").read_bytes()).decode()
_RUN = """
const done = arguments[0];
axe.run(document, { resultTypes: ["violations"] }).then((found) => done(found.violations.map((rule) => [
  rule.impact, rule.id, rule.nodes.map((node) => node.target.join(" ")).slice(0, 4).join(", "),
])));
"""


def faults(browser: Browser) -> list[str]:
    """Serious and critical faults of the page that is open: rule and places."""
    browser.driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    browser.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": _AXE})
    found = browser.driver.execute_async_script(_RUN)
    return [f"{rule}: {places}" for impact, rule, places in found if impact in ("serious", "critical")]
