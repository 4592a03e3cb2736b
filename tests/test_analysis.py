"""The whole way from files to the results folder: its contract, its bytes, and what it does with odd input."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

import graphkit as gk
from graphkit import detectors
from graphkit.analysis.detecting import digest_of
from graphkit.dataset import TABLES
from graphkit.lab import worlds
from tests.analysing import SMALL, digests, write

ACCOUNTS = "id p_bot p_ring p_pod p_compromised authentic label reason community camp role tier".split()
FINDINGS = "finding kind account role p q".split()
REACH = (
    "id followers seen removed_bot removed_bought removed_ring removed_inactive real real_low real_high "
    "engaged moved moved_low moved_high"
).split()
FILES = {
    "accounts.parquet",
    "accounts.csv",
    "findings.parquet",
    "findings.csv",
    "findings.json",
    "reach.parquet",
    "reach.csv",
    "signals.parquet",
    "streams.parquet",
    "streams.csv",
    "trends.parquet",
    "trends.csv",
    "rivals.json",
    "report.html",
    "map.html",
    "map.gexf",
    "map.png",
    "run.json",
    "import.json",
    "quarantine.csv",
    "graphkit.duckdb",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up world of 1,000 accounts as CSV, with something planted in it."""
    folder = tmp_path_factory.mktemp("world")
    worlds.make("default", accounts=1000, seed=5).save(folder, form="csv")
    for name in ("truth.csv", "truth"):
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return folder


@pytest.fixture(scope="module")
def analysed(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results folder of that world."""
    out = tmp_path_factory.mktemp("analysed") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1790000000")
        gk.analyze(world, out=out, seed=3)
    return out


@pytest.mark.parametrize("name", SMALL)
def test_every_input_that_loads_gives_every_file_with_the_columns_of_the_contract(name, tmp_path):
    inputs = write(tmp_path / "data", SMALL[name])
    gk.analyze(*inputs, out=tmp_path / "run")
    assert {path.name for path in (tmp_path / "run").iterdir()} == FILES
    for table, columns in (("accounts", ACCOUNTS), ("findings", FINDINGS), ("reach", REACH)):
        assert pq.read_schema(tmp_path / "run" / f"{table}.parquet").names == columns
        assert (tmp_path / "run" / f"{table}.csv").read_text().splitlines()[0] == ",".join(f'"{c}"' for c in columns)
    assert json.loads((tmp_path / "run" / "findings.json").read_text()) == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("only accounts", "the input holds none"),
        ("only follows", "the input holds none"),
        ("only acts", "the input holds none"),
        ("only posts", "the input holds none"),
        ("acts without times", "the input holds none"),
    ],
)
def test_the_report_of_a_partial_input_says_what_was_not_looked_at_and_why(name, says, tmp_path):
    inputs = write(tmp_path / "data", SMALL[name])
    gk.analyze(*inputs, out=tmp_path / "run")
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    skipped = json.loads((tmp_path / "run" / "run.json").read_text())["skipped"]
    assert skipped
    for detector, reason in skipped.items():
        assert says in reason
        assert detector.replace("_", " ") in page.replace("_", " ")
        assert reason in page


def test_a_table_without_rows_is_refused_alone_and_passed_over_in_a_folder(tmp_path):
    write(tmp_path / "data", {"follows.csv": "follower,followed\n", "accounts.csv": "id,handle\na,ann\n"})
    with pytest.raises(gk.DataError, match=r"follows\.csv holds a header and no rows"):
        gk.analyze(tmp_path / "data" / "follows.csv", out=tmp_path / "run")
    gk.analyze(tmp_path / "data", out=tmp_path / "run")
    assert pq.read_table(tmp_path / "run" / "accounts.parquet")["id"].to_pylist() == ["a"]
    [passed] = json.loads((tmp_path / "run" / "run.json").read_text())["asked"]["passed_over"]
    assert (Path(passed["file"]).name, passed["reason"]) == ("follows.csv", "a header and no rows")


def test_ids_with_blanks_and_emoji_come_out_as_they_went_in(tmp_path):
    inputs = write(tmp_path / "data", SMALL["ids with blanks and emoji"])
    gk.analyze(*inputs, out=tmp_path / "run")
    assert pq.read_table(tmp_path / "run" / "accounts.parquet")["id"].to_pylist() == ["çay ☕", "üç şey", "😀 a"]


def test_ids_stay_text_to_the_end(tmp_path):
    inputs = write(tmp_path / "data", SMALL["only accounts"])
    gk.analyze(*inputs, out=tmp_path / "run")
    table = pq.read_table(tmp_path / "run" / "accounts.parquet")
    assert table["id"].to_pylist() == ["007", "9007199254740993"]
    assert [line.split(",")[0] for line in (tmp_path / "run" / "accounts.csv").read_text().splitlines()[1:]] == [
        '"007"',
        '"9007199254740993"',
    ]


def test_an_account_of_which_nothing_is_known_is_unknown_and_not_accused(tmp_path):
    inputs = write(tmp_path / "data", SMALL["only accounts"])
    gk.analyze(*inputs, out=tmp_path / "run")
    row = pq.read_table(tmp_path / "run" / "accounts.parquet").to_pylist()[0]
    assert [row[name] for name in ("p_bot", "p_ring", "p_pod", "p_compromised")] == [None] * 4
    assert row["label"] == "unknown"


def test_tables_agree_between_parquet_and_csv(analysed):
    for name in ("accounts", "findings", "reach"):
        table = pq.read_table(analysed / f"{name}.parquet")
        read = pa.csv.read_csv(
            analysed / f"{name}.csv",
            convert_options=pa.csv.ConvertOptions(
                column_types=table.schema, strings_can_be_null=True, quoted_strings_can_be_null=False
            ),
        )
        assert read.equals(table)


def test_accounts_and_reach_are_ordered_by_id_and_findings_by_q(analysed):
    for name in ("accounts", "reach"):
        ids = pq.read_table(analysed / f"{name}.parquet")["id"].to_pylist()
        assert ids == sorted(ids)
    whole = json.loads((analysed / "findings.json").read_text())
    assert whole
    keys = [(2.0 if finding["q"] is None else finding["q"], finding["finding"]) for finding in whole]
    assert keys == sorted(keys)
    rows = pq.read_table(analysed / "findings.parquet").to_pylist()
    assert list(dict.fromkeys(row["finding"] for row in rows)) == [finding["finding"] for finding in whole]


def test_chances_are_chances_and_reach_lies_in_its_interval(analysed):
    accounts = pq.read_table(analysed / "accounts.parquet").to_pylist()
    for row in accounts:
        for name in ("p_bot", "p_ring", "p_pod", "p_compromised", "authentic"):
            assert row[name] is None or 0 <= row[name] <= 1
    for row in pq.read_table(analysed / "reach.parquet").to_pylist():
        assert 0 <= row["real_low"] <= row["real"] <= row["real_high"]


def test_every_finding_brings_evidence_and_what_speaks_against_it(analysed):
    for finding in json.loads((analysed / "findings.json").read_text()):
        assert finding["evidence"], finding["finding"]
        assert finding["against"] or finding["innocent"], finding["finding"]
        assert finding["sentence"].endswith(".")


def test_the_run_file_says_what_is_needed_to_do_it_again(analysed, world):
    run = json.loads((analysed / "run.json").read_text())
    assert run["seed"] == 3
    assert {Path(file["file"]).name for file in run["asked"]["files"]} == {p.name for p in world.iterdir()}
    for file in run["asked"]["files"]:
        assert file["sha256"] == hashlib.sha256((world / Path(file["file"]).name).read_bytes()).hexdigest()
    assert set(run["detectors"]) == {kind.NAME for kind in detectors.every()}
    assert run["import"]["read"] == run["import"]["kept"] + run["import"]["merged"] + run["import"]["refused"]
    assert run["outputs"] == digests(analysed)
    assert {"recognise inputs", "load", "build graph", "reach", "write tables", "map"} <= {
        s["step"] for s in run["steps"]
    }
    assert all(step["peak_bytes"] > 10_000_000 for step in run["steps"])
    assert {row["relation"] for row in run["coverage"]} == {"followers"}


def test_a_detector_without_its_tables_is_skipped_and_the_run_says_so(tmp_path):
    inputs = write(tmp_path / "data", SMALL["only accounts"])
    gk.analyze(*inputs, out=tmp_path / "run")
    skipped = json.loads((tmp_path / "run" / "run.json").read_text())["skipped"]
    assert skipped == {
        kind.NAME: f"needs {' and '.join(sorted(kind.needs))}, and the input holds none"
        for kind in detectors.every()
        if kind.needs - {"accounts"}
    }
    assert len(skipped) >= 2


def test_a_detector_that_fails_is_not_swallowed_and_the_old_results_stay(tmp_path, monkeypatch):
    inputs = write(tmp_path / "data", SMALL["only follows"])
    gk.analyze(*inputs, out=tmp_path / "run")
    before = digests(tmp_path / "run")

    def broken(*_args: object, **_more: object) -> None:
        raise ZeroDivisionError("inside a detector")

    monkeypatch.setattr(detectors.every()[0], "detect", broken)
    with pytest.raises(ZeroDivisionError, match="inside a detector"):
        gk.analyze(*inputs, out=tmp_path / "run", seed=1)
    assert digests(tmp_path / "run") == before
    assert [path.name for path in (tmp_path / "run").iterdir() if path.name.startswith(".")] == []


def test_a_rerun_gives_the_same_bytes(analysed, tmp_path):
    again = gk.rerun(analysed / "run.json", out=tmp_path / "again")
    assert again.different == ()
    assert digests(tmp_path / "again") == digests(analysed)


@pytest.fixture(autouse=True)
def _stay_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_analysing_twice_into_one_folder_loads_once_and_gives_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    inputs = write(tmp_path / "data", SMALL["only follows"])
    first = gk.analyze(*inputs, out=tmp_path / "run")
    before = digests(tmp_path / "run")
    second = gk.analyze(*inputs, out=tmp_path / "run")
    assert [file.already for file in first.imported.files] == [False]
    assert [file.already for file in second.imported.files] == [True]
    assert digests(tmp_path / "run") == before


def test_other_data_in_the_same_store_does_not_mix_in(tmp_path):
    [first] = write(tmp_path / "one", {"follows.csv": "follower,followed\na,b\n"})
    [second] = write(tmp_path / "two", {"follows.csv": "follower,followed\nx,y\n"})
    gk.analyze(first, out=tmp_path / "run")
    gk.analyze(second, out=tmp_path / "run")
    assert pq.read_table(tmp_path / "run" / "accounts.parquet")["id"].to_pylist() == ["x", "y"]


def test_results_inside_an_input_folder_are_refused(tmp_path):
    write(tmp_path / "data", SMALL["only follows"])
    with pytest.raises(gk.UsageError, match="lies inside the input"):
        gk.analyze(tmp_path / "data", out=tmp_path / "data" / "run")


def test_a_file_in_place_of_the_results_folder_is_refused(tmp_path):
    inputs = write(tmp_path / "data", SMALL["only follows"])
    (tmp_path / "run").write_text("")
    with pytest.raises(gk.UsageError, match="is a file"):
        gk.analyze(*inputs, out=tmp_path / "run")


def test_refused_rows_stand_in_the_quarantine_with_their_bytes(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "follows.csv").write_bytes(b"follower,followed\na,b\n\xff\xfe,c\n,d\n")
    gk.analyze(data, out=tmp_path / "run")
    rows = pa.csv.read_csv(tmp_path / "run" / "quarantine.csv").to_pylist()
    assert [(row["line"], row["offset"]) for row in rows] == [(3, 22), (4, 27)]
    assert rows[0]["raw"] == "\\xff\\xfe,c"
    assert rows[1]["reason"] == "missing_key"


def test_the_order_of_rows_changes_nothing(world, analysed, tmp_path):
    shuffled = tmp_path / "shuffled"
    shuffled.mkdir()
    for path in sorted(world.iterdir()):
        head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        random.Random(1).shuffle(rows)
        (shuffled / path.name).write_text("".join([head, *rows]), encoding="utf-8")
    gk.analyze(shuffled, out=tmp_path / "run", seed=3)
    for name in ("accounts.csv", "findings.csv", "findings.json", "reach.csv"):
        assert (tmp_path / "run" / name).read_bytes() == (analysed / name).read_bytes(), name


def test_the_same_input_and_seed_give_the_same_bytes_in_another_process(world, analysed, tmp_path):
    code = "import sys, graphkit; graphkit.analyze(sys.argv[1], out=sys.argv[2], seed=3)"
    started = str(json.loads((analysed / "run.json").read_text())["started_at"] // 1000)
    environment = os.environ | {"PYTHONHASHSEED": "4242", "SOURCE_DATE_EPOCH": started}
    subprocess.run([sys.executable, "-c", code, world, tmp_path / "run"], env=environment, check=True)
    assert digests(tmp_path / "run") == digests(analysed)


def test_a_graph_knows_its_data_by_content_alone(world):
    tables = gk.load(world).tables
    turned = {name: table.take(pa.array(range(table.num_rows - 1, -1, -1))) for name, table in tables.items()}
    less = tables | {"follows": tables["follows"].slice(1)}
    first, second, third = (digest_of(gk.InfluenceGraph.build(data)) for data in (tables, turned, less))
    assert first == second
    assert first != third
    assert set(tables) == set(TABLES)


def test_python_and_the_results_folder_say_the_same(world, analysed):
    run = gk.detect(gk.InfluenceGraph.build(gk.load(world)), seed=3)
    assert [finding.id for finding in run.findings] == [
        finding["finding"] for finding in json.loads((analysed / "findings.json").read_text())
    ]


def test_a_run_from_a_store_answers_like_the_fresh_one(world, tmp_path):
    graph = gk.InfluenceGraph.build(gk.load(world))
    run = gk.detect(graph, seed=3)
    with gk.open_store(":memory:") as store:
        store.add_run(run)
        [kept] = store.runs()
    account = run.findings[0].accounts[0]
    assert str(gk.why(graph, account, kept)) == str(gk.why(graph, account, run))
    assert gk.reach(graph, account, kept) == gk.reach(graph, account, run)
