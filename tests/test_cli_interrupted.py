"""Commands that are stopped, read by nobody, or find no room: one line, the right code, and nothing lost."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time

import pytest

from tests import commands
from tests.commands import PROGRAM, run


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return commands.small_store(tmp_path_factory.mktemp("store"))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_a_load_at_a_batch_edge_and_the_same_command_resumes(number, code, tmp_path):
    data, address = tmp_path / "follows.csv", tmp_path / "s.duckdb"
    with data.open("w") as file:
        file.write("follower,followed\n")
        for n in range(1_500_000):
            file.write(f"account{n},account{(n * 7 + 1) % 99991 + 2_000_000}\n")
    words = [*PROGRAM, "load", str(data), "--store", str(address)]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not (address.exists() and address.stat().st_size > 1_000_000):
        time.sleep(0.01)
    process.send_signal(number)
    asked = time.monotonic()
    _, err = process.communicate(timeout=60)
    assert process.returncode == code, err
    assert time.monotonic() - asked < 5
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err
    done = subprocess.run([*words, "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["read"], answer["kept"]) == (1_500_000, 1_500_000)


def test_a_reader_that_leaves_early_is_no_error():
    command = f"{sys.executable} -m graphkit.cli detectors --json | head -c 5"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert os.environ.get("PYTHONUNBUFFERED") or done.stdout


@pytest.mark.parametrize("words", ["--help", "analyze --help"])
def test_a_reader_that_leaves_before_the_help_is_no_error(words):
    command = f"{sys.executable} -m graphkit.cli {words} | true"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_place_that_takes_no_file_is_named_with_the_remedy(store, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    for target, says in (
        (tmp_path, "is a directory; name a file in it"),
        (tmp_path / "absent" / "r.html", "make the folder first"),
        (tmp_path / "file" / "r.html", "a part of the path is a file"),
    ):
        code, _, err = run("report", "--store", store, "-o", target, capsys=capsys)
        assert (code, len(err.splitlines())) == (4, 1), err
        assert says in err
        assert str(target) in err


def test_a_full_disk_is_told_in_one_line():
    with open("/dev/full", "w") as full:
        done = subprocess.run([*PROGRAM, "detectors"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        4,
        "Error: the output: no space left on device; make room, or name another place.\n",
    )


def test_results_that_find_no_room_leave_the_old_ones_as_they_were(tmp_path):
    data, out = tmp_path / "follows.csv", tmp_path / "run"
    data.write_text("follower,followed\na,b\n")
    words = [*PROGRAM, "analyze", str(data), "--out", str(out), "--store", str(tmp_path / "s.duckdb"), "-q"]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    limit = (50_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1])  # the map alone is larger
    words[words.index(str(tmp_path / "s.duckdb"))] = ":memory:"
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (4, 1), done.stderr
    assert "cannot be written (File too large)" in done.stderr
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_nothing_but_the_result_is_written_where_no_terminal_is(store):
    done = subprocess.run([*PROGRAM, "detect", "--store", store], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout


def test_a_store_of_a_newer_version_is_named_and_left_alone(tmp_path, capsys):
    import duckdb

    address = tmp_path / "newer.duckdb"
    (tmp_path / "follows.csv").write_text("follower,followed\na,b\n")
    assert run("load", tmp_path / "follows.csv", "--store", address, capsys=capsys)[0] == 0
    with duckdb.connect(str(address)) as connection:
        connection.execute("INSERT INTO migrations VALUES (99, 0)")
    code, _, err = run("detect", "--store", address, capsys=capsys)
    assert code == 4
    assert "written by a newer graphkit (store format 99" in err
