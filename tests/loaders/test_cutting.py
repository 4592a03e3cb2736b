"""Laws of cutting: the rows of a file do not depend on where its blocks are cut, nor on where reading begins."""

from __future__ import annotations

import gzip
import random
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from graphkit import settings as shipped
from graphkit.dataset import Batch
from graphkit.sources import lexer
from graphkit.sources.records import Cutter, Dialect
from graphkit.sources.streams import Stream, unpacked
from tests.loaders.reading import one_load, read

# A small alphabet in which every trap is likely: separators, quotes, line breaks, blanks, NUL, half characters.
TRAPS = st.lists(st.sampled_from([b"a", b"1", b",", b'"', b"\n", b"\r\n", b"\r", b" ", b"\t", b"#", b"\x00", b"\xc3"]))


def records(text: bytes, size: int, longest: int, **dialect: Any) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for block in Cutter(Stream(iter([text])), Dialect(**dialect), size, longest).blocks():
        widths = block.widths()
        for place, row in enumerate(block.records):
            fields = [block.text[block.begins[k] : block.ends[k]] for k in range(row[3], row[3] + widths[place])]
            found.append((int(row[2]), block.offset + int(row[0]), lexer.TROUBLES[row[4]], tuple(fields)))
        found += [(row.line, row.offset, row.reason, ()) for row in block.beyond]
    return found


@settings(max_examples=400, deadline=None)
@given(TRAPS, st.integers(1, 60), st.sampled_from([12, 1000]), st.booleans(), st.sampled_from(["", "#"]))
def test_where_a_file_is_cut_changes_no_record(
    parts: list[bytes], size: int, longest: int, squeeze: bool, comment: str
) -> None:
    text = b"".join(parts)
    dialect = {"separator": " " if squeeze else ",", "squeeze": squeeze, "comment": comment}
    assert records(text, size, longest, **dialect) == records(text, 100_000, longest, **dialect)


@given(st.lists(st.lists(st.text("abc,\"'\n ", max_size=5), min_size=2, max_size=2), min_size=1, max_size=20))
def test_what_the_csv_writer_of_python_writes_is_read_back(rows: list[list[str]]) -> None:
    import csv
    from io import StringIO

    out = StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    found = [fields for _, _, _, fields in records(out.getvalue().encode(), 50, 10_000)]
    assert [[field.decode().replace('""', '"') for field in fields] for fields in found] == rows


@given(st.binary(max_size=3000), st.integers(1, 200))
def test_packing_changes_no_byte(data: bytes, size: int) -> None:
    for packed in (gzip.compress(data), zstandard.compress(data), data):
        if (
            data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:3] == b"\xef\xbb\xbf" or data[:2] == b"\x1f\x8b"
        ):  # looks encoded itself
            return
        if data[:6] == b"\xfd7zXZ\x00" or data[:4] in (b"\x28\xb5\x2f\xfd", b"PK\x03\x04") or data[:3] == b"BZh":
            return
        stream = unpacked(BytesIO(packed))
        pieces = []
        while piece := stream.read(size):
            pieces.append(piece)
        assert b"".join(pieces) == data
        assert all(len(piece) == size for piece in pieces[:-1])


def test_two_packed_files_one_behind_the_other_are_one_stream() -> None:
    assert unpacked(BytesIO(gzip.compress(b"a\n") + gzip.compress(b"b\n"))).read(99) == b"a\nb\n"
    assert unpacked(BytesIO(zstandard.compress(b"a\n") + zstandard.compress(b"b\n"))).read(99) == b"a\nb\n"


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = shipped.defaults()
    loading = usual.loading.model_copy(update={"batch_bytes": 700, "batch_json_bytes": 700, "batch_rows": 60})
    small = usual.model_copy(update={"loading": loading})
    for module in ("records", "reading", "documents", "files"):
        monkeypatch.setattr(f"graphkit.sources.{module}.defaults", lambda: small)


def write(folder: Path, form: str) -> Path:
    dice = random.Random(7)
    rows = [(str(dice.randrange(10**18)), str(dice.randrange(10**18)), 1_600_000_000 + k) for k in range(500)]
    path = folder / f"follows.{form}"
    if form == "parquet":
        columns = list(zip(*rows, strict=True))
        table = pa.table({"follower": columns[0], "followed": columns[1], "at": columns[2]})
        pq.write_table(table, path, row_group_size=130)
        return path
    if form == "jsonl":
        text = "".join(f'{{"follower": "{a}", "followed": "{b}", "at": {t}}}\n' for a, b, t in rows)
    elif form == "json":
        text = "[" + ",\n".join(f'{{"follower": "{a}", "followed": "{b}", "at": {t}}}' for a, b, t in rows) + "]"
    else:
        text = "follower,followed,at\n" + "".join(f"{a},{b},{t}\n" for a, b, t in rows[:200]) + '"broken,1,\n'
        text += "".join(f"{a},{b},{t}\n" for a, b, t in rows[200:])
    path.write_bytes(gzip.compress(text.encode()) if form.endswith("gz") else text.encode())
    return path


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("form", ["csv", "csv.gz", "jsonl", "json", "parquet"])
def test_reading_from_any_batch_on_gives_the_same_batches(form: str, tmp_path: Path) -> None:
    path = write(tmp_path, form)
    whole = list(one_load(path).batches())
    assert len(whole) > 5
    assert sum(batch.taken for batch in whole) == 500
    for first in (1, 3, len(whole) - 1, len(whole)):
        assert list(map(said, one_load(path).batches(first))) == list(map(said, whole[first:]))


def said(batch: Batch) -> tuple[Any, ...]:
    tables = {name: table.to_pylist() for name, table in batch.tables.items()}
    return batch.number, batch.read, batch.taken, batch.refused, tables, dict(batch.aside), batch.notes


def test_one_flipped_byte_is_another_load(tmp_path: Path) -> None:
    path = tmp_path / "follows.csv"
    path.write_text("follower,followed\n1,2\n")
    first = one_load(path).source.load_id
    assert one_load(path).source.load_id == first
    path.write_text("follower,followed\n1,3\n")
    assert one_load(path).source.load_id != first


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    from graphkit.errors import DataError

    path = tmp_path / "follows.csv"
    path.write_text("follower,followed\n1,2\n")
    load = one_load(path)
    reading = load.file.stream()
    with reading as stream:
        assert stream.read(5) == b"follo"
        path.write_text("follower,followed\n1,2\n3,4\n")
        with pytest.raises(DataError, match="changed while it was read"):
            stream.read(1000)


def test_the_same_rows_come_from_every_form(tmp_path: Path) -> None:
    rows = {form: read(write(tmp_path, form)).rows("follows") for form in ("csv", "csv.gz", "jsonl", "json", "parquet")}
    assert len(rows["csv"]) == 500
    assert all(rows[form] == rows["csv"] for form in rows)
