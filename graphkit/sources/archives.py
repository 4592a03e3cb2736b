"""Members of zip and tar archives as streams: named by an allow-list, capped, never extracted."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Final, cast

from graphkit.errors import DataError
from graphkit.settings import defaults
from graphkit.sources.streams import Bytes, opened

ENDINGS: Final = (".csv", ".tsv", ".txt", ".edges", ".tab", ".jsonl", ".ndjson", ".json")
_PASSED: Final = ("__macosx/",)  # what packing programs add


def members(path: Path, kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that may be read, and the names that are passed over with the reason; refuses hostile archives."""
    limits = defaults().sources
    taken: list[str] = []
    passed: list[str] = []
    seen: set[str] = set()
    total = packed = 0
    for name, size, small, trouble in _entries(path, kind):
        if len(seen) >= limits.archive_members:
            raise DataError(f"{path} has more than {limits.archive_members:,} members; unpack it and give the folder.")
        if name in seen:
            raise DataError(f"{path} holds {name!r} twice; it is not read, since one could stand for the other.")
        seen.add(name)
        trouble = trouble or _trouble(name)
        if trouble == "hostile":
            raise DataError(f"{path} holds the member {name!r}, which points outside the archive; it is not read.")
        total, packed = total + size, packed + small
        if trouble:
            passed.append(f"{name}: {trouble}")
        else:
            taken.append(name)
    if total > limits.archive_bytes or (total > limits.expansion_from and total > limits.expansion * max(packed, 1)):
        raise DataError(
            f"{path} expands to {total:,} bytes, as a decompression bomb does; unpack it yourself if you trust it."
        )
    return tuple(sorted(taken)), tuple(sorted(passed))


def _trouble(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or (path.parts and ":" in path.parts[0]) or "\x00" in name:
        return "hostile"
    if str(path).lower().startswith(_PASSED) or path.name.startswith("."):
        return "a file of the packing program"
    if not path.name.lower().endswith(ENDINGS):
        return f"only {' '.join(ENDINGS)} are read from archives"
    return ""


def _entries(path: Path, kind: str) -> Iterator[tuple[str, int, int, str]]:
    """Name, size, packed size and trouble of each file in the archive."""
    try:
        if kind == "zip":
            yield from _zip_entries(path)
        else:
            yield from _tar_entries(path)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise DataError(f"{path} is a damaged {kind} archive ({error}); fetch it again.") from error


def _zip_entries(path: Path) -> Iterator[tuple[str, int, int, str]]:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            link = (entry.external_attr >> 16) & 0o170000 == 0o120000
            locked = "it is encrypted; unpack it yourself" if entry.flag_bits & 1 else ""
            yield entry.filename, entry.file_size, entry.compress_size, "a link, not a file" if link else locked


def _tar_entries(path: Path) -> Iterator[tuple[str, int, int, str]]:
    with opened(path) as file, tarfile.open(fileobj=file, mode="r|*") as archive:
        for entry in archive:
            if entry.isdir():
                continue
            yield (
                entry.name,
                entry.size,
                max(1, entry.size // 2),
                "" if entry.isreg() else "a link or device, not a file",
            )


@contextmanager
def member(file: IO[bytes], name: str) -> Iterator[Bytes]:
    """One member, unpacked as it is read."""
    head = file.read(4)
    file.seek(0)
    try:
        if head.startswith(b"PK"):
            with zipfile.ZipFile(file) as archive, archive.open(name) as inside:
                yield cast(Bytes, inside)
            return
        with tarfile.open(fileobj=file, mode="r|*") as tar:
            for entry in tar:
                if entry.name == name and (content := tar.extractfile(entry)) is not None:
                    yield cast(Bytes, content)
                    return
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, RuntimeError) as error:
        raise DataError(f"the archive is damaged at {name} ({error}); fetch it again.") from error
    raise DataError(f"the archive has no member {name}; it changed since it was listed.")
