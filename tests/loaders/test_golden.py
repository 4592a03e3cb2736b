"""Golden samples: every loader has a sample with its expected tables, an empty file and a broken one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graphkit.errors import DataError
from graphkit.loading import LoadOptions, loaders, plan
from tests.loaders.reading import QUIET, Read

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


def whole(folder: Path, loader: str) -> Read:
    loads = plan([folder], options=LoadOptions(write_map=False))
    assert {load.source.loader for load in loads} == {loader}
    return Read(tuple(batch for load in loads for batch in load.batches()))


@pytest.mark.parametrize("name", loaders())
def test_the_sample_gives_its_expected_tables(name: str) -> None:
    expected: dict[str, Any] = json.loads((GOLDEN / name / "expected.json").read_text(encoding="utf-8"))
    done = whole(GOLDEN / name / "sample", name)
    assert {table: done.rows(table) for table in done.counts()} == expected["tables"]
    assert [row.reason for row in done.refused] == expected["refused"]
    assert done.read == done.taken + len(done.refused)


@pytest.mark.parametrize("name", loaders())
def test_an_empty_file_is_refused_by_name(name: str) -> None:
    [file] = (GOLDEN / name / "empty").iterdir()
    with pytest.raises(DataError, match=f"{file.name} is empty"):
        plan([file], options=QUIET)


@pytest.mark.parametrize("name", loaders())
def test_a_broken_file_gives_its_good_rows_and_names_the_place_of_the_bad_ones(name: str) -> None:
    done = whole(GOLDEN / name / "broken", name)
    assert done.taken >= 1
    assert all(row.line > 1 and row.offset > 0 and row.detail for row in done.refused)
    assert len(done.refused) >= 1


@pytest.mark.parametrize("name", loaders())
def test_a_loader_alone_loads_the_same_tables_in_memory(name: str) -> None:
    for load in plan([GOLDEN / name / "sample"], options=QUIET):
        alone = load.loader.load(load.file.path)
        together = Read(tuple(load.batches()))
        assert {t: table.num_rows for t, table in alone.tables.items() if table.num_rows} == together.counts()


@pytest.mark.parametrize("name", loaders())
def test_no_account_stands_in_two_spellings(name: str) -> None:
    done = whole(GOLDEN / name / "sample", name)
    ids = {row["id"] for row in done.rows("accounts")}
    assert len({one.lower().lstrip("@0") for one in ids}) == len(ids)
