"""Damaged files given to the command: code 3 where nothing can be read, else every row accounted for; never a traceback."""

from __future__ import annotations

import gzip
import io
import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graphkit.cli import main

HEAD = b"follower,followed,at\n"
ROWS = [b"%d,%d,%d\n" % (k, k + 1000, 1_600_000_000 + k) for k in range(1, 301)]
GOOD = HEAD + b"".join(ROWS)
LINE = b'{"follower":"%d","followed":"x"}'
LINES = [LINE % k for k in range(300)]


def parquet(rows: int) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"follower": list(map(str, range(rows))), "followed": ["x"] * rows}), out)
    return out.getvalue()


def no_columns() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"x": pa.array([], pa.int64())}).drop(["x"]), out)
    return out.getvalue()


# What is read and what is refused of it; the number alone is the exit code where nothing is.
TAKEN: dict[str, tuple[bytes, int, dict[str, int]]] = {
    "mark.csv": (b"\xef\xbb\xbf" + GOOD, 300, {}),
    "utf16.csv": (GOOD.decode().encode("utf-16"), 300, {}),
    "mixed_ends.csv": (
        HEAD + b"".join(row if k % 2 else row.replace(b"\n", b"\r\n") for k, row in enumerate(ROWS)),
        300,
        {},
    ),
    "old_mac.csv": (GOOD.replace(b"\n", b"\r"), 300, {}),
    "quote.csv": (HEAD + b'"5,6,7\n' + b"".join(ROWS), 301, {"unclosed_quote": 1}),
    "array.jsonl": (b"[" + b",".join(LINES) + b"]", 300, {}),
    "cut_array.json": (b"[" + b",".join(LINES), 301, {"truncated": 1}),
    "deep.jsonl": (
        b"\n".join([*LINES, b'{"follower":"1","followed":' + b"[" * 10_000 + b"]" * 10_000 + b"}"]),
        301,
        {"json": 1},
    ),
    "long_number.jsonl": (
        b"\n".join([*LINES, b'{"follower":' + b"9" * 5_000 + b',"followed":"2"}']),
        301,
        {"json": 1},
    ),
    "rubbish.csv.gz": (gzip.compress(GOOD) + b"trailing rubbish", 301, {"trailing": 1}),
    "two.csv.gz": (gzip.compress(HEAD + b"".join(ROWS[:200])) + gzip.compress(b"".join(ROWS[200:])), 300, {}),
    "same_names.csv": (b"follower,follower,followed\n1,2,3\n4,5,6\n", 2, {}),
    "same_keys.jsonl": (
        b"\n".join([*LINES, b'{"follower":"1","follower":"3","followed":"2"}']),
        301,
        {"json_duplicate": 1},
    ),
    "nul.csv": (GOOD + b"1,2\x003,4\n", 301, {"nul": 1}),
    "other_separator.csv": (GOOD.replace(b",", b";"), 300, {}),
    "other_encoding.csv": (GOOD + "é,ü,1600000000\n".encode("latin-1"), 301, {"encoding": 1}),
}
REFUSED: dict[str, bytes] = {
    "nothing.csv": b"",
    "header.csv": HEAD,
    "deep.json": b"[" * 10_000 + b"]" * 10_000,
    "cut.parquet": parquet(5_000)[:-100],
    "half.parquet": parquet(5_000)[:2_000],
    "no_rows.parquet": parquet(0),
    "no_columns.parquet": no_columns(),
    "empty_array.json": b"[]",
    "start.csv.gz": gzip.compress(GOOD)[:12],
    "bomb.csv.gz": gzip.compress((b"1," + b"2" * 1_000 + b"\n") * 80_000),
    "text.csv": b"Dear all, this is a letter.\nIt says nothing of accounts.\n",
    "book.xlsx": b"PK\x03\x04" + bytes(300),
    "two_separators.csv": HEAD + b"".join(r if k % 2 else r.replace(b",", b";") for k, r in enumerate(ROWS)),
    "scientific.csv": HEAD + b"".join(b"1.36E+18,%d,1600000000\n" % k for k in range(200)),
}


def load(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(["load", str(path), "--store", str(path.parent / "store.duckdb"), "--json"])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return code, out, err


@pytest.mark.parametrize("name", TAKEN)
def test_what_can_be_read_is_loaded_and_every_row_is_accounted_for(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, read, reasons = TAKEN[name]
    (tmp_path / name).write_bytes(data)
    code, out, err = load(tmp_path / name, capsys)
    assert code == 0, err
    said = json.loads(out)
    assert (said["read"], said["refused"]) == (read, sum(reasons.values()))
    assert said["read"] == said["kept"] + said["merged"] + said["refused"]
    assert said["files"][0]["reasons"] == reasons


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_ends_with_code_3_and_names_the_file(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(REFUSED[name])
    code, out, err = load(tmp_path / name, capsys)
    assert (code, out) == (3, "")
    assert name in err


def test_what_is_no_file_ends_with_code_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    for name, says in (
        ("folder.csv", "holds no files"),
        ("pipe.csv", "no ordinary file"),
        ("loop.csv", "cannot be"),
        ("absent.csv", "does not exist"),
    ):
        code, _, err = load(tmp_path / name, capsys)
        assert (code, says in err) == (3, True), err


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read every file")
def test_a_file_without_permission_ends_with_code_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "locked.csv").write_bytes(GOOD)
    (tmp_path / "locked.csv").chmod(0)
    code, _, err = load(tmp_path / "locked.csv", capsys)
    assert (code, "may not be read" in err) == (3, True)
