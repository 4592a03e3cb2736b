"""The notebooks run from top to bottom on shipped data and hold no large output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
SAYS = {
    "first_look": ["9,509 accounts, 35,124 acts", "follow_rings: needs follows, and the input holds none"],
    "an_investigation": ["not ruled out: ", "farm: 2 of 2 found"],
}


def code_of(notebook: Path) -> list[str]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def test_there_are_the_two_that_the_docs_name():
    assert {path.stem for path in NOTEBOOKS} == set(SAYS)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_says_what_its_words_promise(notebook, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for number, code in enumerate(code_of(notebook)):
        exec(compile(code, f"{notebook.name}, code cell {number}", "exec"), names)  # our own notebooks
    out = capsys.readouterr().out
    assert [line for line in SAYS[notebook.stem] if line not in out] == [], out


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_small(notebook):
    assert notebook.stat().st_size < 100_000
