"""The results folder: files that appear whole or not at all, the same bytes for the same run."""

from __future__ import annotations

import hashlib
import math
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet

from graphkit.errors import StoreError, UsageError
from graphkit.language import say
from graphkit.maps.formats.spreadsheets import write_csv

UNFINISHED = ".unfinished-"  # folders of runs that did not get to their end


@contextmanager
def whole_or_nothing(out: Path) -> Iterator[Path]:
    """A folder to write into; when all is well its files replace those of `out`, one rename each."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise UsageError(say("{out} is a file; name a folder for the results with --out.", out=out)) from error
    except OSError as error:
        raise StoreError(
            say("{out} cannot be made ({strerror}); name another folder with --out.", out=out, strerror=error.strerror)
        ) from error
    for left in out.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)
    scratch = out / f"{UNFINISHED}{uuid.uuid4().hex[:8]}"
    scratch.mkdir()
    try:
        yield scratch
        for file in sorted(scratch.iterdir()):
            os.replace(file, out / file.name)
    except OSError as error:
        raise StoreError(
            say(
                "{out} cannot be written ({strerror}); make room or name another folder.",
                out=out,
                strerror=error.strerror,
            )
        ) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def write_table(table: pa.Table, folder: Path, name: str) -> None:
    """`name`.parquet, exact, and `name`.csv of the same rows for a spreadsheet, in which no text starts a formula."""
    pa.parquet.write_table(table, folder / f"{name}.parquet", compression="zstd", store_schema=True)
    write_csv(table, folder / f"{name}.csv")


def write_json(value: Any, path: Path) -> None:
    """A JSON file for people and machines: indented, keys in order, unknown numbers as null."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    path.write_bytes(orjson.dumps(plain(value), option=options))


def plain(value: Any) -> Any:
    """The value in JSON's own types: numpy numbers unpacked, NaN and infinities as null, keys as text."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        inner = [plain(item) for item in value]
        return sorted(inner) if isinstance(value, set | frozenset) else inner
    if hasattr(value, "tolist"):  # numpy arrays and scalars
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
