"""The notebooks run from top to bottom on shipped data and hold no large output."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import graphkit as gk
from graphkit.dataset import Dataset
from graphkit.language import speaking

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
SAYS = {
    "first_look": ["9,509 accounts, 35,124 acts", "follow_rings: needs follows, and the input holds none"],
    "an_investigation": ["not ruled out: ", "farm: 2 of 2 found", "acts by its"],
    "a_roster": ["of the smaller audience", "distinct people (exact; at least 100.0% of the best possible)"],
    "cypher_with_pandas": ["findings in the store", "follow each other", "equal: True"],
    "an_own_detector": ["10 accounts follow exactly the same list.", "'copy0', 'copy1'", "all promises kept"],
}


def code_of(notebook: Path) -> list[str]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def test_there_are_those_that_the_docs_name():
    assert {path.stem for path in NOTEBOOKS} == set(SAYS)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_says_what_its_words_promise(notebook, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "__main__"}
    for number, code in enumerate(code_of(notebook)):
        exec(
            compile(code, f"{notebook.name}, code cell {number}", "exec", dont_inherit=True), names
        )  # our own notebooks
    out = capsys.readouterr().out
    assert [line for line in SAYS[notebook.stem] if line not in out] == [], out


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_small(notebook):
    assert notebook.stat().st_size < 100_000


def test_what_a_user_holds_shows_itself_without_script_network_or_kernel():
    name = "<script>alert(1)</script>"
    ties = [("a", "b"), ("b", "a"), ("c", name), (name, "c")]
    follows = pa.table({"follower": [one for one, _ in ties], "followed": [two for _, two in ties]})
    graph = gk.InfluenceGraph.build(Dataset.of({"follows": follows}))
    evidence = gk.Evidence("<b>4</b> pairs follow each other", 4.0, 0.5, "shuffled follows", 1e-6)
    found = gk.Finding(
        "follow_ring", (gk.Member("a"), gk.Member("b")), (evidence,), against=(evidence,), innocent=("fans",)
    )
    run = gk.detect(graph)
    shown = [dataclasses.replace(run, findings=(found,)), found, gk.reach(graph, name, run)]
    for html in (one._repr_html_() for one in shown):
        assert not re.search(r"<script|<b>4|https?:|src=|href=|@import", html)
    assert "&lt;b&gt;4&lt;/b&gt; pairs follow each other" in found._repr_html_()
    assert found.id in shown[0]._repr_html_()
    assert "interactions" in run._repr_html_()  # what was not asked, and why
    drawn = gk.draw(graph, run)._repr_html_()
    assert drawn.startswith("<iframe")
    assert "srcdoc=" in drawn


def test_a_run_shows_itself_in_the_language_that_is_spoken():
    graph = gk.InfluenceGraph.build(Dataset.of({"follows": pa.table({"follower": ["a"], "followed": ["b"]})}))
    with speaking("es"):
        assert "Nada destacó más allá del azar." in gk.detect(graph)._repr_html_()
