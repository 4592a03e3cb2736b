"""Files that are damaged, of another kind, or made to hurt: a clear word in bounded memory and time, never a traceback."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit.errors import DataError, GraphkitError, UsageError
from graphkit.loading import load, load_with_report, plan
from tests.loaders.reading import QUIET, Read, read, read_text

GOOD = b"follower,followed,at\n" + b"".join(b"%d,%d,%d\n" % (k, k + 1000, 1_600_000_000 + k) for k in range(300))


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


OTHER_KINDS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "is empty"),
    "only blank lines": (b"\n \n\n", "is empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "PNG picture"),
    "a pickle": (pickle.dumps({"a": [1, 2]}), "Python pickle"),
    "noise": (bytes((k * k * 31 + k) % 256 for k in range(5000)), "binary file"),
    "a web page": (b"<!DOCTYPE html><html></html>", "web page"),
    "XML with an entity bomb": (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "XML file"),
    "a PDF": (b"%PDF-1.4\n%abc", "PDF"),
    "UTF-16 without a mark": (("a,b\n1,2\n" * 30).encode("utf-16-le"), "UTF-16"),
    "an empty zip": (zipped(), "nothing readable"),
    "a zip of pictures": (zipped(a_dot_png=b"x"), "nothing readable"),
    "plain words": (
        b"Dear all, this is a letter. It has two lines;\nand says nothing of accounts.\n",
        "nothing recognisable",
    ),
    "half a Parquet file": (b"PAR1" + b"\x00" * 100, "Parquet"),
    "the start of a gz": (gzip.compress(GOOD)[:15], "is empty"),
    "a gz in a gz": (gzip.compress(gzip.compress(GOOD)), "inside another packing"),
    "a million columns": (b",".join(b"c%d" % k for k in range(1_000_000)) + b"\n1,2\n", "columns; at most 10,000"),
}


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_a_file_of_another_kind_is_refused_with_what_it_looks_like(kind: str, tmp_path: Path) -> None:
    data, message = OTHER_KINDS[kind]
    path = tmp_path / "follows.csv"
    path.write_bytes(data)
    with pytest.raises(DataError, match=message):
        read(path)


def test_a_database_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "follows.csv"
    base = sqlite3.connect(path)
    base.execute("create table t (a)")
    base.commit()
    base.close()
    with pytest.raises(DataError, match="SQLite database"):
        read(path)


def test_missing_files_folders_without_data_and_odd_names_are_refused(tmp_path: Path) -> None:
    for given_, message in (
        (tmp_path / "no.csv", "does not exist"),
        (tmp_path, "nothing to load"),
        ("a\x00b", "cannot be"),
    ):
        with pytest.raises(DataError, match=message):
            plan([given_], options=QUIET)
    with pytest.raises(UsageError, match="empty text"):
        plan([""], options=QUIET)
    (tmp_path / "follows.csv").mkdir()
    with pytest.raises(DataError, match="nothing to load"):
        plan([tmp_path / "follows.csv"], options=QUIET)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="no ordinary file"):
        plan([tmp_path / "pipe"], options=QUIET)


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "zst": lambda data: b"".join(map(zstandard.compress, (data[:3000], data[3000:]))),
}


@pytest.mark.parametrize("packer", PACKERS)
def test_a_truncated_packed_file_keeps_the_rows_before_the_cut_and_says_so(packer: str, tmp_path: Path) -> None:
    packed = PACKERS[packer](GOOD)
    done = read_text(tmp_path, packed[:-60], f"follows.csv.{packer}")
    assert [row.reason for row in done.refused] == ["truncated"]
    rows = done.rows("follows")
    assert 100 < len(rows) < 300
    assert rows == read_text(tmp_path, GOOD).rows("follows")[: len(rows)]


def test_damage_inside_a_packed_file_keeps_the_rows_before_it(tmp_path: Path) -> None:
    packed = gzip.compress(GOOD)
    done = read_text(tmp_path, packed[:500] + b"\xff" * 30 + packed[530:], "follows.csv.gz")
    rows = done.rows("follows")
    assert "corrupt" in {row.reason for row in done.refused}
    assert len(rows) > 10
    assert rows[:10] == read_text(tmp_path, GOOD).rows("follows")[:10]


def test_a_mark_at_the_beginning_says_the_encoding(tmp_path: Path) -> None:
    text = "follower,followed\nÖzgür,Şule\n"
    for encoding in ("utf-8-sig", "utf-16"):
        assert read_text(tmp_path, text.encode(encoding)).rows("follows") == [{"follower": "Özgür", "followed": "Şule"}]


def test_mixed_encodings_refuse_only_the_rows_in_the_other_one(tmp_path: Path) -> None:
    rows = [f"u{k},v{k}\n".encode() for k in range(50)] + [
        "é1,ü2\n".encode("latin-1"),
        "ş,ı\n".encode("cp1254"),
        "é,ü\n".encode(),
    ]
    done = read_text(tmp_path, b"follower,followed\n" + b"".join(rows))
    assert [row.reason for row in done.refused] == ["encoding", "encoding"]
    assert done.rows("follows")[-1] == {"follower": "é", "followed": "ü"}


LIMITED = """
import resource, sys, time
from graphkit.loading import LoadOptions, load_with_report
start = time.monotonic()
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
_, report = load_with_report(sys.argv[1], options=LoadOptions(write_map=False))
[file] = report.files
peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) // 1024
print(file.read, file.kept, sorted(file.reasons.items()), peak, round(time.monotonic() - start))
"""


@pytest.mark.parametrize("how", ["plain", "quoted", "many columns"])
def test_a_field_of_100_mib_is_refused_in_bounded_memory(how: str, tmp_path: Path) -> None:
    path = tmp_path / "follows.csv"
    filler = {"plain": b"x" * (1 << 20), "quoted": b"y" * (1 << 20), "many columns": b"z," * (1 << 19)}[how]
    with path.open("wb") as file:
        file.write(b"follower,followed\n1,2\n" + (b'"' if how == "quoted" else b""))
        for _ in range(100):
            file.write(filler)
        file.write((b'"' if how == "quoted" else b"") + b",5\n3,4\n")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, path], capture_output=True, text=True, check=True, timeout=150
    )
    read_, kept, reasons, peak = (
        done.stdout.split(" ", 2)[0],
        done.stdout.split(" ", 2)[1],
        done.stdout,
        done.stdout.split()[-2],
    )
    assert (read_, kept) == ("3", "2")
    assert "[('line_too_long', 1)]" in reasons
    assert int(peak) < 256


def test_standard_input_is_read_like_a_file(tmp_path: Path) -> None:
    code = "import sys; from graphkit.loading import load; d = load('-'); print(d.follows.num_rows, d.sources[0].file)"
    done = subprocess.run(
        [sys.executable, "-c", code], input=gzip.compress(GOOD), capture_output=True, check=True, timeout=120
    )
    assert done.stdout.decode().split() == ["300", "-"]


# ---------------------------------------------------------------- archives


def tarred(names: list[tuple[str, bytes]], kind: bytes = tarfile.REGTYPE) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in names:
            entry = tarfile.TarInfo(name)
            entry.size, entry.type, entry.linkname = (len(data) if kind == tarfile.REGTYPE else 0), kind, "/etc/passwd"
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def test_members_of_archives_are_read_without_being_extracted(tmp_path: Path) -> None:
    accounts = b"id,handle\n1,a\n"
    (tmp_path / "a.zip").write_bytes(
        zipped(data__follows_dot_csv=GOOD, data__accounts_dot_csv=accounts, cat_dot_png=b"x")
    )
    (tmp_path / "b.tar.gz").write_bytes(tarred([("data/follows.csv", GOOD), ("data/accounts.csv", accounts)]))
    before = sorted(tmp_path.iterdir())
    for name in ("a.zip", "b.tar.gz"):
        found = plan([tmp_path / name], options=QUIET)
        done = Read(tuple(batch for one in found for batch in one.batches()))
        assert done.counts() == {"accounts": 1, "follows": 300}
    assert sorted(tmp_path.iterdir()) == before
    assert [one.file for one in plan([tmp_path / "a.zip"], options=QUIET).passed] == [f"{tmp_path / 'a.zip'}:cat.png"]


def twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("follows.csv", GOOD)
        archive.writestr("follows.csv", GOOD)
    return out.getvalue()


def linked() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("follows.csv")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


def encrypted() -> bytes:
    data = bytearray(zipped(follows_dot_csv=GOOD))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    return bytes(data)


HOSTILE_ARCHIVES: dict[str, tuple[Callable[[], bytes], str]] = {
    "up and out": (lambda: zipped(**{"..__..__follows.csv": GOOD}), "outside the archive"),
    "an absolute name": (lambda: zipped(**{"__etc__follows.csv": GOOD}), "outside the archive"),
    "a drive letter": (lambda: zipped(**{"C:__follows.csv": GOOD}), "outside the archive"),
    "backslashes": (lambda: zipped(**{"..\\follows.csv": GOOD}), "outside the archive"),
    "a name twice": (twice, "twice"),
    "a link": (linked, "nothing readable"),
    "an encrypted member": (encrypted, "nothing readable"),
    "a zip in a zip": (lambda: zipped(**{"inner.zip": zipped(follows_dot_csv=GOOD)}), "nothing readable"),
    "a gz in a zip": (lambda: zipped(**{"follows.csv.gz": gzip.compress(GOOD)}), "nothing readable"),
    "a bomb": (lambda: zipped(**{"follows.csv": b"1,2\n" * 30_000_000}), "decompression bomb"),
    "a cut zip": (lambda: zipped(follows_dot_csv=GOOD)[:-40], "damaged zip"),
    "tar: up and out": (lambda: tarred([("../follows.csv", GOOD)]), "outside the archive"),
    "tar: absolute": (lambda: tarred([("/follows.csv", GOOD)]), "outside the archive"),
    "tar: twice": (lambda: tarred([("follows.csv", GOOD), ("follows.csv", GOOD)]), "twice"),
    "tar: symbolic link": (lambda: tarred([("follows.csv", b"")], tarfile.SYMTYPE), "nothing readable"),
    "tar: hard link": (lambda: tarred([("follows.csv", b"")], tarfile.LNKTYPE), "nothing readable"),
    "tar: device": (lambda: tarred([("follows.csv", b"")], tarfile.CHRTYPE), "nothing readable"),
    "tar: pipe": (lambda: tarred([("follows.csv", b"")], tarfile.FIFOTYPE), "nothing readable"),
}


@pytest.mark.parametrize("kind", HOSTILE_ARCHIVES)
def test_a_hostile_archive_is_refused_and_nothing_is_written(kind: str, tmp_path: Path) -> None:
    make, message = HOSTILE_ARCHIVES[kind]
    folder = tmp_path / "in" / "side"
    folder.mkdir(parents=True)
    (folder / "a.zip").write_bytes(make())
    with pytest.raises(DataError, match=message):
        read(folder / "a.zip")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["a.zip"]


# ---------------------------------------------------------------- whatever else


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400),
    st.integers(0, len(GOOD)),
    st.sampled_from(["csv", "jsonl", "json", "gz", "zst", "parquet", "zip"]),
)
def test_whatever_damage_is_done_the_answer_is_rows_or_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, place: int, form: str
) -> None:
    path = tmp_path_factory.mktemp("noise") / f"follows.{form}"
    whole = {"gz": gzip.compress(GOOD), "zst": zstandard.compress(GOOD), "zip": zipped(follows_dot_csv=GOOD)}.get(
        form, GOOD
    )
    if form.startswith("json"):
        lines = [b'{"follower": "%d", "followed": "x"}' % k for k in range(100)]
        whole = b"\n".join(lines) if form == "jsonl" else b"[" + b",\n".join(lines) + b"]"
    if form == "parquet":
        out = io.BytesIO()
        pq.write_table(pa.table({"follower": ["1", "2"], "followed": ["3", "4"]}), out)
        whole = out.getvalue()
    place %= len(whole) + 1
    path.write_bytes(whole[:place] + noise + whole[place + len(noise) // 2 :])
    try:
        data, report = load_with_report(path, options=QUIET)
    except GraphkitError as error:
        assert str(path.name) in str(error) or "nothing to load" in str(error) or "archive" in str(error)
        return
    assert report.read == report.kept + report.refused
    assert data.follows["follower"].null_count == 0


def test_a_merged_load_of_several_inputs_keeps_all_sources(tmp_path: Path) -> None:
    (tmp_path / "follows.csv").write_bytes(GOOD)
    (tmp_path / "accounts.csv").write_text("id,handle\n1,a\n")
    data = load(tmp_path / "follows.csv", tmp_path / "accounts.csv", options=QUIET)
    assert (data.follows.num_rows, data.accounts.num_rows, len(data.sources)) == (300, 1, 2)


def test_rubbish_behind_a_packed_file_is_named_and_costs_no_row(tmp_path: Path) -> None:
    for text in (GOOD, GOOD.rstrip(b"\n")):
        done = read_text(tmp_path, gzip.compress(text) + b"trailing rubbish", "follows.csv.gz")
        assert [row.reason for row in done.refused] == ["trailing"]
        assert len(done.rows("follows")) == 300
    assert read_text(tmp_path, gzip.compress(GOOD) + bytes(512), "follows.csv.gz").refused == ()


def test_an_array_that_is_never_closed_is_truncated_although_its_objects_are_whole(tmp_path: Path) -> None:
    whole = b"[" + b",".join(b'{"follower":"%d","followed":"x"}' % k for k in range(50)) + b"]\n"
    assert read_text(tmp_path, whole, "follows.json").refused == ()
    done = read_text(tmp_path, whole.rstrip()[:-1], "follows.json")
    assert [row.reason for row in done.refused] == ["truncated"]
    assert len(done.rows("follows")) == 50


def test_a_header_without_rows_is_refused_alone_and_passed_over_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "follows.csv").write_text("follower,followed\n")
    with pytest.raises(DataError, match="a header and no rows"):
        plan([tmp_path / "follows.csv"], options=QUIET)
    (tmp_path / "accounts.csv").write_text("id\n1\n")
    found = plan([tmp_path], options=QUIET)
    assert [one.file.name for one in found] == ["accounts.csv"]
    assert [one.reason for one in found.passed] == ["a header and no rows"]


def test_a_disk_that_fails_and_a_folder_without_files_are_named(tmp_path: Path) -> None:
    if Path("/proc/self/mem").exists():
        with pytest.raises(DataError, match="cannot be read from byte 0"):
            plan(["/proc/self/mem"], options=QUIET)
    with pytest.raises(DataError, match="the folder holds no files"):
        plan([tmp_path], options=QUIET)
