"""A browser for the maps of these tests, and the maps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import browsing
import hostile
import made_up
import pytest
from browsing import Browser

from graphkit.maps import draw


@pytest.fixture(scope="module")
def browser(tmp_path_factory) -> Iterator[Browser]:
    opened = Browser(tmp_path_factory.mktemp("profile"), *browsing.SOFTWARE)
    yield opened
    opened.driver.quit()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("pages")
    draw(made_up.results()).save(made / "map.html")
    draw(made_up.results(names=dict(enumerate(hostile.EVERY)))).save(made / "map_hostile.html")
    draw(made_up.results(6_000)).save(made / "map_large.html")
    return made
