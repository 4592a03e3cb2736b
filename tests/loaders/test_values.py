"""What cells say: ids stay texts to the last digit, times are told apart, and nothing unreadable passes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.sources import values
from tests.loaders.reading import read, read_text

NOON = 1_599_998_400_000  # 2020-09-13 12:00:00 UTC


def times(*said: Any, kind: pa.DataType | None = None) -> list[int | None]:
    return values.times(pa.array(list(said), kind or pa.string()), "at").values.to_pylist()


@pytest.mark.parametrize(
    "said",
    [
        "1599998400",
        "1599998400.0",
        "1599998400000",
        "1599998400000000",
        "1599998400000000000",
        "1.5999984e9",
        "2020-09-13 12:00:00",
        "2020-09-13T12:00:00",
        "2020-09-13T12:00:00Z",
        "2020-09-13T12:00:00.000Z",
        "2020-09-13T15:00:00+03:00",
        "2020-09-13T15:00:00+0300",
        "2020-09-13 12:00:00 UTC",
        "2020-09-13T12:00",
        "2020/09/13 12:00:00",
        "Sun Sep 13 12:00:00 +0000 2020",
        "Sun, 13 Sep 2020 12:00:00 GMT",
        "13/09/2020 12:00",
        "13.09.2020 12:00:00",
        " 1599998400 ",
    ],
)
def test_every_known_form_of_a_time_is_the_same_moment(said: str) -> None:
    assert times(said) == [NOON]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Istanbul"])
def test_arrow_moments_of_any_unit_and_zone_are_utc(unit: str, zone: str | None) -> None:
    assert times(datetime(2020, 9, 13, 12, tzinfo=UTC), kind=pa.timestamp(unit, zone)) == [NOON]


def test_numbers_and_days_of_arrow_are_moments() -> None:
    assert times(1_599_998_400, kind=pa.int32()) == [NOON]
    assert times(1_599_998_400.5, kind=pa.float64()) == [NOON + 500]
    assert times(date(2020, 9, 13), kind=pa.date32()) == [NOON - 43_200_000]
    assert times(date(2020, 9, 13), kind=pa.date64()) == [NOON - 43_200_000]


@given(st.datetimes(datetime(1990, 1, 2), datetime(2034, 12, 30)), st.integers(-14 * 60, 14 * 60))
def test_iso_times_are_read_as_python_reads_them(moment: datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    exact = (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert times(aware.isoformat()) == [exact]


@pytest.mark.parametrize(
    "said", ["yesterday", "2020-13-01", "2021-02-29", "2020-01-01T24:01:00", "12:00", "2020-01-01x"]
)
def test_what_is_no_time_is_bad(said: str) -> None:
    converted = values.times(pa.array([said]), "at")
    assert converted.bad is not None and converted.bad.tolist() == [True]


@pytest.mark.parametrize("said", ["", "NA", "null", "None", "NaN", "\\N", "-"])
def test_words_for_nothing_are_null_in_times_and_counts(said: str) -> None:
    for converted in (values.times(pa.array([said]), "at"), values.counts(pa.array([said]))):
        assert (converted.values.to_pylist(), converted.bad) == ([None], None)


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("24", 24),
        ("24.0", 24),
        ("1,234", 1234),
        ("1.234.567", 1_234_567),
        ("1.2K", 1200),
        ("3M", 3_000_000),
        ("1e3", 1000),
    ],
)
def test_counts_are_read_as_people_write_them(said: str, count: int) -> None:
    assert values.counts(pa.array([said])).values.to_pylist() == [count]


@pytest.mark.parametrize(
    ("yes", "no"), [("true", "False"), ("1", "0"), ("YES", "no"), ("1.0", "0.0"), ("evet", "hayır"), ("sí", "no")]
)
def test_yes_and_no_in_many_spellings(yes: str, no: str) -> None:
    assert values.convert(pa.bool_(), pa.array([yes, no, ""]), name="").values.to_pylist() == [True, False, None]


@pytest.mark.parametrize("said", ['["a","b"]', "['a', 'b']", "a|b", "a, b", "a b", "a;b", '[{"tag":"a"},{"text":"b"}]'])
def test_lists_in_many_spellings(said: str) -> None:
    assert values.texts_in(said) == ["a", "b"]


def test_ids_above_2_to_the_53_and_with_leading_zeros_survive(tmp_path: Path) -> None:
    ids = ["9007199254740993", "1364706921178087425", "18446744073709551617", "007", "0"]
    text = "id,handle\n" + "".join(f"{one},x\n" for one in ids)
    assert [row["id"] for row in read_text(tmp_path, text, "accounts.csv").rows("accounts")] == ids
    lines = "".join(f'{{"id": "{one}", "handle": "x"}}\n' for one in ids)
    assert [row["id"] for row in read_text(tmp_path, lines, "accounts.jsonl").rows("accounts")] == ids


def test_whole_numbers_as_ids_in_parquet_and_json_are_their_digits(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"id": pa.array([1364706921178087425, 7], pa.uint64()), "handle": ["a", "b"]}), tmp_path / "a.parquet"
    )
    assert [row["id"] for row in read(tmp_path / "a.parquet").rows("accounts")] == ["1364706921178087425", "7"]
    done = read_text(tmp_path, '{"id": 1364706921178087425, "handle": "a"}\n', "accounts.jsonl")
    assert done.rows("accounts")[0]["id"] == "1364706921178087425"


def test_fractions_as_ids_in_parquet_are_refused_where_digits_are_lost(tmp_path: Path) -> None:
    pq.write_table(
        pa.table({"id": [7.0, 1.364706921178087e18, None], "handle": ["a", "b", "c"]}), tmp_path / "a.parquet"
    )
    done = read(tmp_path / "a.parquet")
    assert [row["id"] for row in done.rows("accounts")] == ["7"]
    assert [(row.line, row.reason) for row in done.refused] == [(2, "rounded_id"), (3, "missing_key")]
    assert any("above 2^53" in note for note in done.notes)


def test_many_long_ids_that_end_in_00_are_named_with_their_share(tmp_path: Path) -> None:
    rounded = "".join(f"{10**18 + k * 25_600},x\n" for k in range(80)) + "".join(
        f"{10**18 + k * 7 + 1},x\n" for k in range(20)
    )
    [note] = read_text(tmp_path, "id,handle\n" + rounded, "accounts.csv").notes
    assert "column id: about 80 % of the ids" in note
    honest = "".join(f"{10**18 + k * 7},x\n" for k in range(300))
    assert read_text(tmp_path, "id,handle\n" + honest, "accounts.csv").notes == ()


def test_names_that_other_readers_take_for_nothing_stay_ids(tmp_path: Path) -> None:
    done = read_text(tmp_path, "follower,followed\nNA,null\nnone,nan\n")
    assert [(row["follower"], row["followed"]) for row in done.rows("follows")] == [("NA", "null"), ("none", "nan")]


def test_unknown_columns_are_kept_aside_and_counted(tmp_path: Path) -> None:
    done = read_text(tmp_path, "id,handle,ring,remark\n1,a,7,\n2,b,8,x\n", "accounts.csv")
    assert done.aside == {"ring": 2, "remark": 1}
