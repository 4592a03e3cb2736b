"""The documentation as a site: built without a warning, nothing left out, and no page asks a network for anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import graphkit as gk

ROOT = Path(__file__).parents[1]
FETCHED = re.compile(
    r"<(?:script|img|iframe|source)[^>]+src=\"?https?:|<link[^>]+href=\"?https?:|@import|url\(['\"]?https?:"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [Path(sys.executable).with_name("mkdocs"), "build", "--strict", "--quiet", "--site-dir", str(folder)]
    quiet = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=quiet)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


def test_every_page_of_the_docs_is_a_page_of_the_site(site):
    pages = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    assert len(pages) > 30
    menu = (site / "index.html").read_text(encoding="utf-8")
    assert [str(page) for page in sorted(pages) if not (site / page).is_file()] == []
    assert [str(page) for page in sorted(pages) if f'href="{page}"' not in menu] == []


def test_no_page_fetches_anything(site):
    files = [*site.rglob("*.html"), *site.rglob("*.css")]
    assert [str(path.relative_to(site)) for path in files if FETCHED.search(path.read_text(encoding="utf-8"))] == []


def test_every_public_name_stands_in_the_reference_with_its_words(site):
    page = (site / "reference.html").read_text(encoding="utf-8")
    for name in gk.__all__:
        thing = getattr(gk, name)
        assert f'id="{thing.__module__}.{thing.__name__}"' in page, name
        first = (thing.__doc__ or "").strip().splitlines()[0]
        assert first.endswith("."), name
