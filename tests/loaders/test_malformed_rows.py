"""25 kinds of malformed rows: each is refused with its place, its reason and its bytes, and the rows around it load."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.loaders.reading import Read, read_text

HEADER = b"follower,followed,at,position,ended_at\n"
BEFORE, AFTER = b"1,2,1600000000,,\n", b"3,4,1600000001,,\n"
BOTH = [("1", "2"), ("3", "4")]

IN_CSV = {
    "too few fields": (b"5,6\n", "columns"),
    "too many fields": (b"5,6,1600000000,,,7\n", "columns"),
    "another separator": (b"5;6;1600000000;;\n", "columns"),
    "a NUL byte": (b"5\x00,6,,,\n", "nul"),
    "only NUL bytes": (b"\x00\x00\x00\x00\n", "nul"),
    "a lone carriage return": (b"5\r,6,,,\n", "lone_cr"),
    "text behind a closing quote": (b'"5"x,6,,,\n', "quoting"),
    "a quote that is never closed": (b'"5,6,,,\n', "unclosed_quote"),
    "bytes that are no UTF-8": (b"caf\xe9,6,,,\n", "encoding"),
    "half a UTF-8 character": (b"5\xc3,6,,,\n", "encoding"),
    "no follower": (b",6,,,\n", "missing_key"),
    "no followed": (b"5,,,,\n", "missing_key"),
    "a key of blanks": (b"   ,6,,,\n", "missing_key"),
    "an id in scientific notation": (b"1.36471E+18,6,,,\n", "rounded_id"),
    "an id with a fraction beyond 2^53": (b"5,1364706921178087425.0,,,\n", "rounded_id"),
    "a word for a time": (b"5,6,yesterday,,\n", "bad_time"),
    "a day that does not exist": (b"5,6,2020-02-30,,\n", "bad_time"),
    "an hour that does not exist": (b"5,6,2020-02-20T25:00:00Z,,\n", "bad_time"),
    "a word for a number": (b"5,6,,first,\n", "bad_number"),
    "a fraction for a count": (b"5,6,,1.5,\n", "bad_number"),
    "a self-follow": (b"5,5,,,\n", "self_follow"),
}
IN_JSON = {
    "a broken JSON object": (b'{"follower": "5", "followed"\n', "json"),
    "NaN": (b'{"follower": NaN, "followed": "6"}\n', "json"),
    "a JSON list": (b'["5", "6"]\n', "json_shape"),
    "a key that is named twice": (b'{"follower": "5", "follower": "7", "followed": "6"}\n', "json_duplicate"),
    "an id that went through a float": (b'{"follower": 1.3647069211780874e18, "followed": "6"}\n', "rounded_id"),
    "JSON in Latin-1": (b'{"follower": "caf\xe9", "followed": "6"}\n', "encoding"),
    "JSON nested too deep": (b"[" * 100_000 + b"\n", "json"),
}


def test_there_are_at_least_25_kinds() -> None:
    assert len(IN_CSV) + len(IN_JSON) >= 25


@pytest.mark.parametrize("kind", IN_CSV)
def test_a_malformed_csv_row_is_refused_and_its_neighbours_load(kind: str, tmp_path: Path) -> None:
    bad, reason = IN_CSV[kind]
    _check(read_text(tmp_path, HEADER + BEFORE + bad + AFTER), bad, reason, at=len(HEADER + BEFORE), line=3)


@pytest.mark.parametrize("kind", IN_JSON)
def test_a_malformed_json_row_is_refused_and_its_neighbours_load(kind: str, tmp_path: Path) -> None:
    bad, reason = IN_JSON[kind]
    before, after = b'{"follower": "1", "followed": "2"}\n', b'{"follower": "3", "followed": "4"}\n'
    _check(read_text(tmp_path, before + bad + after, "follows.jsonl"), bad, reason, at=len(before), line=2)


def _check(done: Read, bad: bytes, reason: str, *, at: int, line: int) -> None:
    [refused] = done.refused
    assert (refused.reason, refused.line, refused.offset) == (reason, line, at)
    assert refused.raw == bad.rstrip(b"\n")[:4096]
    assert refused.detail
    assert done.read == 3
    assert [(row["follower"], row["followed"]) for row in done.rows("follows")] == BOTH


def test_all_kinds_in_one_file_are_refused_each_with_its_own_reason_and_place(tmp_path: Path) -> None:
    text, expected = HEADER + BEFORE, []
    for bad, reason in IN_CSV.values():
        expected.append((reason, text.count(b"\n") + 1, len(text)))
        text += bad + BEFORE
    done = read_text(tmp_path, text)
    assert [(row.reason, row.line, row.offset) for row in done.refused] == expected
    assert done.read == 1 + 2 * len(IN_CSV)
    assert len(done.rows("follows")) == 1 + len(IN_CSV)


def test_a_line_that_is_too_long_is_refused_and_the_next_one_loads(tmp_path: Path) -> None:
    done = read_text(tmp_path, HEADER + BEFORE + b"5," + b"x" * 5_000_000 + b",,,\n" + AFTER)
    [refused] = done.refused
    assert (refused.reason, refused.line, len(refused.raw)) == ("line_too_long", 3, 4096)
    assert [(row["follower"], row["followed"]) for row in done.rows("follows")] == BOTH


def test_impossible_times_are_left_out_and_counted_and_the_row_stays(tmp_path: Path) -> None:
    text = "follower,followed,at\n1,2,0\n3,4,1970-01-01\n5,6,2150-01-01\n7,8,2020-01-01\n"
    done = read_text(tmp_path, text)
    assert done.rows("follows")[:3] == [{"follower": a, "followed": b} for a, b in (("1", "2"), ("3", "4"), ("5", "6"))]
    assert done.rows("follows")[3]["at"] == 1_577_836_800_000
    assert done.aside == {"at (impossible time)": 3}
