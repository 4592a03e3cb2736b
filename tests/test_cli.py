"""The command line: exit codes, one line for every failure, help with examples, and the same words as in Python."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from graphkit import errors
from graphkit.cli.app import app
from tests import commands
from tests.commands import PROGRAM, run

COMMANDS = (
    "analyze ask bench camps compare demo detect detectors diff doctor dossier engagement explain export find fit "
    "inside layers load loaders map moves neighbours overlap picture pull push queries reach report rerun risks "
    "roles roster tomorrow why"
).split()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return commands.small_store(tmp_path_factory.mktemp("store"))


def test_the_commands_are_those_of_the_docs():
    assert sorted(command.name or command.callback.__name__ for command in app.registered_commands) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example_that_it_understands(command, capsys):
    code, out, _ = run(command, "--help", capsys=capsys)
    assert code == 0
    examples = re.findall(r"\$ (.*?)\s*$", out, re.MULTILINE)
    assert any(
        example.removeprefix("zcat edges.csv.gz | ").startswith(f"graphkit {command}") for example in examples
    ), out
    assert "--json" in out
    assert "--quiet" in out


def test_help_and_version_need_no_heavy_library():
    code = "import sys; from graphkit.cli import main; main(['--version']); print(sorted({'numba', 'igraph', 'duckdb'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


ENDINGS = [
    (["analyze"], 2, "Missing argument"),
    (["analyze", "x.csv"], 2, "Missing option"),
    (["nonsense"], 2, "No such command"),
    (["detect", "--store", "absent.duckdb"], 2, "absent.duckdb does not exist; load into it first"),
    (["analyze", "absent.csv", "--out", "run"], 3, "absent.csv"),
    (["analyze", "empty.csv", "--out", "run"], 3, "empty.csv"),
    (["analyze", "picture.png", "--out", "run"], 3, "picture.png"),
    (["analyze", "truncated.csv.gz", "--out", "run"], 3, "truncated.csv.gz"),
    (["analyze", "bad.csv", "--out", "run"], 3, "refused"),
    (["analyze", "good.csv", "--out", "run", "--loader", "nonsense"], 2, "'nonsense' is no loader"),
    (["analyze", "good.csv", "--out", "run", "--settings", "absent.toml"], 2, "absent.toml does not exist"),
    (["analyze", "good.csv", "--out", "run", "--settings", "wrong.toml"], 2, "loading.nonsense"),
    (["analyze", "good.csv", "--out", "good.csv"], 2, "lies inside the input"),
    (["analyze", "good.csv", "--out", "run", "--store", "nowhere://x"], 2, "is no address of a store"),
    (["analyze", "good.csv", "--out", "run", "--store", "bad.csv"], 4, "bad.csv"),
    (["rerun", "good.csv"], 3, "cannot be read as a run"),
    (["doctor", "absent.csv"], 3, "absent.csv"),
    (["rerun", "cut.json"], 3, "cannot be read as a run"),
    (["rerun", "odd.json"], 3, "odd.json is damaged at asked.files"),
    (["rerun", "newer.json"], 3, "written by graphkit 9.9"),
    (["analyze", "good.csv", "--out", "empty.csv"], 2, "empty.csv is a file"),
    (["analyze", "good.csv", "--out", "/sys/graphkit"], 4, "/sys/graphkit cannot be made"),
    (["demo", "--out", "good.csv"], 2, "good.csv is a file"),
]


@pytest.mark.parametrize(
    ("words", "code", "says"), ENDINGS, ids=lambda value: " ".join(value) if isinstance(value, list) else None
)
def test_a_failure_ends_with_its_code_and_words_and_no_traceback(words, code, says, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("good.csv").write_text("follower,followed\na,b\n")
    Path("empty.csv").write_bytes(b"")
    Path("picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    Path("truncated.csv.gz").write_bytes(bytes.fromhex("1f8b0800000000000003") + b"\x4b\x4c")
    Path("bad.csv").write_text("follower,followed\n" + ",\n" * 500)
    Path("cut.json").write_text('{"format": 1, "asked"')
    Path("odd.json").write_text(
        '{"format": 1, "version": "0", "seed": 1, "started_at": 1, "outputs": {},'
        ' "asked": {"inputs": [], "inputs_from_here": [], "loader": "", "column_map": null, "settings": {}}}'
    )
    Path("newer.json").write_text('{"format": 99, "version": "9.9", "seed": 1, "asked": {}, "outputs": {}}')
    Path("wrong.toml").write_text("[loading]\nnonsense = 1\n")
    ended, out, err = run(*words, capsys=capsys)
    assert ended == code, err
    assert says in " ".join(re.sub("[│╭╮╰╯─]", " ", err).split()), err
    assert "Traceback" not in out + err
    if code > 2:
        assert len(err.strip().splitlines()) == 1, err


def test_every_error_class_ends_with_its_own_code_and_one_line(monkeypatch, capsys):
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.GraphkitError)
    ]
    assert len(kinds) == 7
    for kind in kinds:

        def fail(*_args: object, kind: type[Exception] = kind, **_more: object) -> None:
            raise kind("first line\nsecond line")

        monkeypatch.setattr("graphkit.loading.loaders", fail)
        code, _, err = run("loaders", capsys=capsys)
        assert (code, "Traceback" in err) == (kind.exit_code, False)
        assert err.splitlines() in (["Error: first line second line"], ["first line second line"])


def test_a_fault_of_ours_is_one_line_and_code_70_and_a_traceback_only_on_request(monkeypatch, capsys):
    def fail() -> None:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr("graphkit.loading.loaders", fail)
    assert run("loaders", capsys=capsys) == (
        70,
        "",
        "Error: a fault in graphkit: ZeroDivisionError: of ours; run again with --debug.\n",
    )
    code, _, err = run("loaders", "--debug", capsys=capsys)
    assert code == 70
    assert "Traceback" in err


def test_analyze_says_what_it_found_and_where_and_nothing_on_stderr_but_the_import(tmp_path, capsys):
    data = tmp_path / "follows.csv"
    data.write_text("follower,followed\na,b\na,b\n")
    code, out, err = run("analyze", data, "--out", tmp_path / "run", capsys=capsys)
    assert code == 0
    assert str(tmp_path / "run" / "report.html") in out
    assert "No finding: nothing stood out beyond chance." in out
    assert err == f"{data} (dataset): 2 rows read, 1 kept, 1 merged, 0 refused\n"
    code, out, err = run("analyze", data, "--out", tmp_path / "run", "--quiet", "--json", capsys=capsys)
    assert (code, err) == (0, "")
    assert json.loads(out)["accounts"] == 2


def test_standard_input_can_be_analysed(tmp_path):
    words = [*PROGRAM, "analyze", "-", "--out", str(tmp_path / "run"), "--json", "-q"]
    done = subprocess.run(words, input=b"follower,followed\n007,b\n", capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["read"] == 1
    again = subprocess.run(
        [*PROGRAM, "rerun", str(tmp_path / "run" / "run.json")], capture_output=True, text=True, check=False
    )
    assert again.returncode == 3
    assert "standard input" in again.stderr


def test_rerun_tells_sameness_by_its_exit_code(tmp_path, capsys):
    data = tmp_path / "follows.csv"
    data.write_text("follower,followed\na,b\n")
    assert run("analyze", data, "--out", tmp_path / "run", "-q", capsys=capsys)[0] == 0
    code, out, _ = run("rerun", tmp_path / "run" / "run.json", capsys=capsys)
    assert (code, out) == (0, "19 of 19 files are the same, byte for byte.\n")
    said = json.loads((tmp_path / "run" / "run.json").read_text())
    said["outputs"]["accounts.csv"] = "0" * 64
    (tmp_path / "run" / "run.json").write_text(json.dumps(said))
    code, out, _ = run("rerun", tmp_path / "run" / "run.json", "--json", capsys=capsys)
    assert code == 1
    assert json.loads(out)["different"] == ["accounts.csv"]


def test_loading_the_same_file_again_changes_nothing(tmp_path, capsys):
    data = tmp_path / "follows.csv"
    data.write_text("follower,followed\na,b\n")
    address = tmp_path / "s.duckdb"
    assert "1 kept" in run("load", data, "--store", address, capsys=capsys)[1]
    assert "known already, nothing changed" in run("load", data, "--store", address, capsys=capsys)[1]


def test_detect_answers_and_keeps_the_run(store, capsys):
    code, out, _ = run("detect", "--store", store, "--json", "--seed", "4", capsys=capsys)
    assert code == 0
    answer = json.loads(out)
    assert answer["findings"] == []
    assert answer["skipped"]["trend_pushes"] == "needs posts, and the input holds none"
    from graphkit import open_store

    with open_store(store) as opened:
        assert [kept.id for kept in opened.runs() if kept.seed == 4] == [answer["run"]]


def test_detect_takes_names_with_either_dash_and_refuses_others(store, capsys):
    assert run("detect", "follow-rings", "--store", store, capsys=capsys)[0] == 0
    code, _, err = run("detect", "nonsense", "--store", store, capsys=capsys)
    assert code == 2
    assert "'nonsense' is no detector; there are: bot_clusters" in err


def test_reach_of_an_account_adds_up(store, capsys):
    code, out, _ = run("reach", "@brand", "--store", store, "--json", capsys=capsys)
    assert code == 0
    [estimate] = json.loads(out)
    assert (estimate["account_id"], estimate["claimed"], estimate["seen"]) == ("star", 900, 12)
    assert estimate["whole"] == sum(estimate["removed"].values()) + estimate["real"]
    code, out, _ = run("reach", "--store", store, "--top", "1", "--json", capsys=capsys)
    assert [row["id"] for row in json.loads(out)] == ["star"]


def test_why_says_that_nothing_is_held_against_an_account(store, capsys):
    code, out, _ = run("why", "@fan", "--store", store, capsys=capsys)
    assert code == 0
    assert out.startswith("f1: ")
    assert "No finding names this account." in out
    code, _, err = run("why", "nobody", "--store", store, capsys=capsys)
    assert code == 2
    assert "nobody" in err


def test_report_map_and_export_write_what_they_name(store, tmp_path, capsys):
    for words in (["report", "-o", "r.html"], ["map", "-o", "m.html"], ["export", "-o", "n.graphml"]):
        target = tmp_path / words[-1]
        code, out, _ = run(words[0], "--store", store, "-o", target, capsys=capsys)
        assert (code, out) == (0, f"{target}\n")
        assert target.stat().st_size > 1000
    code, out, _ = run("export", "--store", store, "-o", tmp_path / "tables", capsys=capsys)
    assert code == 0
    assert sorted(path.name for path in (tmp_path / "tables").iterdir()) == sorted(
        Path(line).name for line in out.split()
    )
    code, _, err = run("export", "--store", store, "-o", tmp_path / "n.docx", capsys=capsys)
    assert code == 2
    assert "n.docx: accepted are" in err


def test_doctor_finds_ids_that_a_spreadsheet_rounded(tmp_path, capsys):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(
        "follower,followed\n" + "".join(f"{10**17 + 7919 * n},{3 * 10**17 + 31 * n}\n" for n in range(1, 300))
    )
    bad.write_text("follower,followed\n" + "".join(f"{(10**17 + 7919 * n) // 1000 * 1000},9\n" for n in range(300)))
    code, out, _ = run("doctor", good, capsys=capsys)
    assert code == 0
    assert "no sign of rounding" in out
    code, out, err = run("doctor", bad, capsys=capsys)
    assert code == 3
    assert "export them again as text" in err


def test_doctor_knows_what_is_installed(capsys):
    code, out, _ = run("doctor", "--json", capsys=capsys)
    assert code == 0
    packages = {package["package"]: package for package in json.loads(out)["packages"]}
    assert packages["duckdb"]["fits"]
    assert not [name for name, package in packages.items() if package["needed"] and not package["fits"]]


def test_doctor_fails_where_a_needed_library_is_missing(monkeypatch, capsys):
    from importlib import metadata

    installed = metadata.version

    def version(name: str) -> str:
        if name == "igraph":
            raise metadata.PackageNotFoundError(name)
        return installed(name)

    monkeypatch.setattr("graphkit.cli.doctor.metadata.version", version)
    code, out, err = run("doctor", "--quiet", capsys=capsys)
    assert code == 5
    assert "igraph - (wanted >=0.11.8): MISSING" in out
    assert "missing or too old: igraph; run: pip install" in err


def test_lists_name_every_loader_and_detector(capsys):
    detectors = json.loads(run("detectors", "--json", capsys=capsys)[1])
    assert [row["detector"] for row in detectors] == sorted(row["detector"] for row in detectors)
    assert {"bot_clusters", "follow_rings"} <= {row["detector"] for row in detectors}
    assert all(row["question"].endswith("?") for row in detectors)
    loaders = json.loads(run("loaders", "--json", capsys=capsys)[1])
    assert {"dataset", "table"} <= {row["loader"] for row in loaders}
    assert all(row["reads"] for row in loaders)


def test_an_unknown_account_is_answered_with_those_that_read_alike(store, capsys):
    for command in ("why", "reach"):
        code, _, err = run(command, "@brnd", "--store", store, capsys=capsys)
        assert code == 2
        assert "Did you mean @brand?" in err
