"""What a command would read and take is said before it is done, and what cannot fit is refused with a cheaper way."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graphkit.cli import main
from graphkit.cli.everywhere.estimated import LIMIT, rows_of
from graphkit.dataset import Dataset
from graphkit.stores import open_store

ROWS = 300


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    address = str(tmp_path_factory.mktemp("estimates") / "x.duckdb")
    table = pa.table({"follower": [f"a{n}" for n in range(ROWS)], "followed": ["hub"] * ROWS})
    with open_store(address) as opened:
        opened.add(Dataset.of({"follows": table}))
    return address


def said(capsys, *words):
    code = main(list(words))
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("command", [("detect",), ("reach",), ("report", "-o", "x.html"), ("export", "-o", "x"), ("push", "--to", "bolt://localhost")])  # fmt: skip
def test_an_estimate_counts_the_rows_of_the_store_and_does_nothing(command, store, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code, out, _ = said(capsys, *command, "--store", store, "--estimate", "--json")
    assert code == 0
    assert {step["rows"] for step in json.loads(out)} == {ROWS}
    assert all(step["seconds"] > 0 and step["memory"] > 0 for step in json.loads(out))
    assert list(tmp_path.iterdir()) == []


def test_files_are_counted_before_they_are_read(tmp_path, capsys):
    (tmp_path / "follows.csv").write_text("follower,followed\n" + "".join(f"a{n},b\n" for n in range(999)))
    pq.write_table(pa.table({"follower": ["a"] * 50, "followed": ["b"] * 50}), tmp_path / "more.parquet")
    assert (rows_of(tmp_path / "follows.csv"), rows_of(tmp_path / "more.parquet"), rows_of(tmp_path)) == (
        1000,
        50,
        1050,
    )
    out = tmp_path / "run"
    code, told, _ = said(capsys, "analyze", str(tmp_path), "--out", str(out), "--estimate", "--json")
    assert (code, out.exists(), {step["rows"] for step in json.loads(told)}) == (0, False, {1050})


def test_what_cannot_fit_is_refused_with_a_cheaper_way_unless_more_is_allowed(store, monkeypatch, capsys):
    monkeypatch.setenv(LIMIT, "1000000")
    code, _, err = said(capsys, "detect", "--store", store)
    assert (code, len(err.splitlines())) == (2, 1)
    assert "graphkit ask" in err
    assert LIMIT in err
    monkeypatch.setenv(LIMIT, str(10**12))
    assert said(capsys, "detect", "follow_rings", "--store", store)[0] == 0
