"""An analysis done again from its run.json: the same bytes, or a refusal in words."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import graphkit as gk
from graphkit import settings
from tests.analysing import SMALL, digests, write


@pytest.fixture(autouse=True)
def _stay_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_rerun_keeps_own_settings_and_seed_and_may_start_anywhere(tmp_path, monkeypatch):
    write(tmp_path / "data", SMALL["three accounts of every kind of row"])
    (tmp_path / "own.toml").write_text("[pages]\nstrong_q = 0.002\n")
    own = settings.from_file(tmp_path / "own.toml")
    gk.analyze("data", out="run", seed=41, settings=own)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    again = gk.rerun(tmp_path / "run" / "run.json", out=tmp_path / "again")
    assert again.different == ()
    assert again.analysis.run.seed == 41
    assert again.analysis.question.settings.pages.strong_q == 0.002
    assert digests(tmp_path / "again") == digests(tmp_path / "run")


def test_a_rerun_names_the_one_file_of_several_that_changed(tmp_path):
    inputs = write(tmp_path / "data", SMALL["three accounts of every kind of row"])
    gk.analyze(*inputs, out=tmp_path / "run")
    (tmp_path / "data" / "posts.csv").write_text("id,author\n2,c\n")
    with pytest.raises(gk.DataError, match=r"posts\.csv changed since the run") as refused:
        gk.rerun(tmp_path / "run" / "run.json")
    assert "follows.csv" not in str(refused.value)


def test_a_rerun_works_after_data_and_results_moved_together(tmp_path):
    write(tmp_path / "here" / "data", SMALL["only acts"])
    os.chdir(tmp_path / "here")
    gk.analyze("data", out="run")
    (tmp_path / "here").rename(tmp_path / "there")
    os.chdir(tmp_path)
    assert gk.rerun(tmp_path / "there" / "run" / "run.json").different == ()


def test_a_rerun_refuses_a_file_that_changed(tmp_path):
    inputs = write(tmp_path / "data", SMALL["only follows"])
    gk.analyze(*inputs, out=tmp_path / "run")
    Path(inputs[0]).write_text("follower,followed\na,b\n")
    with pytest.raises(gk.DataError, match=r"follows\.csv changed since the run"):
        gk.rerun(tmp_path / "run" / "run.json")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "cannot be read as a run"),
        ("{}", "JSON of another kind"),
        ("[]", "JSON of another kind"),
        (None, "does not exist"),
    ],
)
def test_a_rerun_of_something_else_is_refused_in_words(text, says, tmp_path):
    if text is not None:
        (tmp_path / "run.json").write_text(text)
    with pytest.raises(gk.DataError, match=says):
        gk.rerun(tmp_path / "run.json")
