"""A file as a loader meets it: its first bytes to recognise it by, its whole stream to read it, and what it looks like."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, cast

import pyarrow as pa
import pyarrow.parquet as pq

from graphkit.errors import DataError
from graphkit.language import say
from graphkit.settings import defaults
from graphkit.sources.streams import Bytes, Counted, Stream, beginning, opened, packing, unchanged, unpacked

ENDINGS: Final = (".csv", ".tsv", ".txt", ".edges", ".tab", ".jsonl", ".ndjson", ".json")  # read from archives
_PASSED: Final = ("__macosx/",)  # what packing programs add
PACKED: Final = (".gz", ".zst", ".bz2", ".xz")
_LOOKS: Final = (
    (b"\x89PNG", say("a PNG picture")),
    (b"\xff\xd8\xff", say("a JPEG picture")),
    (b"GIF8", say("a GIF picture")),
    (b"%PDF", say("a PDF document")),
    (b"SQLite format 3\x00", say("an SQLite database")),
    (b"\x80\x02", say("a Python pickle (never opened: it could run code)")),
    (b"\x80\x03", say("a Python pickle (never opened: it could run code)")),
    (b"\x80\x04", say("a Python pickle (never opened: it could run code)")),
    (b"\x80\x05", say("a Python pickle (never opened: it could run code)")),
    (b"\x93NUMPY", say("a NumPy array")),
    (b"\x89HDF", say("an HDF5 file")),
    (b"ARROW1", say("an Arrow IPC file")),
    (b"ORC", say("an ORC file")),
    (b"\x7fELF", say("a program")),
    (b"MZ", say("a program")),
    (b"\xd0\xcf\x11\xe0", say("an old Office document")),
    (b"Rar!", say("a RAR archive")),
    (b"7z\xbc\xaf", say("a 7z archive")),
    (b"<?xml", say("an XML file")),
    (b"<html", say("a web page")),
    (b"<!DOCTYPE", say("a web page")),
    (b"<!doctype", say("a web page")),
    (b"RDX", say("an R data file")),
)


ENCODING: Final = "encoding"  # the option that names how the text of a file is written down; absent: UTF-8


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file, or one member of an archive, with the options that change its meaning."""

    path: Path
    member: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """The name for people."""
        return f"{self.path}:{self.member}" if self.member else str(self.path)

    @property
    def name(self) -> str:
        """The bare name without endings that say how it is packed."""
        name = PurePosixPath(self.member).name if self.member else self.path.name
        for ending in PACKED:
            name = name[: -len(ending)] if name.lower().endswith(ending) else name
        return name

    @property
    def stem(self) -> str:
        """The name without any ending."""
        return self.name.split(".")[0]

    @contextmanager
    def stream(self, encoding: str = "") -> Iterator[Stream]:
        """The unpacked text, to be read once; a file that changes meanwhile is refused."""
        encoding = encoding or self.options.get(ENCODING, "")
        check = unchanged(self.path) if self.path.exists() else None
        with opened(self.path) as file:
            if self.member:
                with member(file, self.member) as inside:
                    yield unpacked(Counted(inside, self.shown), encoding, check)
            else:
                yield unpacked(Counted(file, self.shown), encoding, check)


@dataclass(frozen=True, slots=True)
class Sample:
    """What a loader sees of a file to recognise it: the first whole lines, or the first rows of a Parquet file."""

    file: SourceFile
    text: bytes = b""  # UTF-8
    whole: bool = True  # the text is all there is
    schema: pa.Schema | None = None  # Parquet only
    rows: tuple[Mapping[str, Any], ...] = ()  # Parquet only


@dataclass(frozen=True, slots=True)
class Recognised:
    """That a loader can read a file: how sure it is, what it takes it for, and the options that say so."""

    certainty: float  # 0..1; the surest loader reads the file
    options: Mapping[str, str] = field(default_factory=dict)
    guessed: str = ""  # a text to write next to the data, for a person to correct


def looks_like(head: bytes) -> str:
    """What the first bytes look like, in words; nothing where they may be text."""
    for magic, words in _LOOKS:
        if head.startswith(magic):
            return words
    seen = head[:4096]
    zeros = seen.count(b"\x00")
    if zeros > 0.3 * max(1, len(seen)):
        return say("UTF-16 text without a byte order mark (save it as UTF-8) or a binary file")
    strange = zeros + sum(seen.count(byte) for byte in range(1, 32) if byte not in (9, 10, 12, 13, 27, 30))
    return say("a binary file") if strange > 20 and strange > 0.05 * len(seen) else ""


def sample(file: SourceFile, encoding: str = "") -> Sample:
    """The beginning of a file; refuses what is empty or no text at all."""
    if not file.member and _is_parquet(file.path):
        return _parquet_sample(file)
    limit = defaults().sources.sample_bytes
    with file.stream(encoding) as stream:
        text = stream.read(limit)
        trouble = stream.trouble
    if not text.strip():
        why = f" ({trouble.detail})" if trouble.reason else ""
        raise DataError(
            say("{shown} is empty{why}; give a file with at least one row, or leave it out.", shown=file.shown, why=why)
        )
    words = f"a {packing(text)} stream inside another packing" if packing(text) else looks_like(text)
    if words:
        raise DataError(
            say(
                "{shown} looks like {words}; accepted are CSV, TSV, JSON lines and Parquet, also gz or zst.",
                shown=file.shown,
                words=words,
            )
        )
    whole = len(text) < limit
    end = text.rfind(b"\n") if text.rfind(b"\n") > 0 else text.rfind(b"\r")
    return Sample(file, text if whole or end < 0 else text[: end + 1], whole)


def _is_parquet(path: Path) -> bool:
    return beginning(path, 4) == b"PAR1"


def parquet(file: SourceFile) -> pq.ParquetFile:
    """The Parquet file, or an error that says why it is none."""
    try:
        return pq.ParquetFile(file.path, memory_map=False)
    except (pa.ArrowException, OSError) as error:
        first = str(error).splitlines()[0]
        raise DataError(
            say(
                "{shown} is a damaged or truncated Parquet file ({first}); fetch or write it again.",
                shown=file.shown,
                first=first,
            )
        ) from error


def _parquet_sample(file: SourceFile) -> Sample:
    table = parquet(file)
    try:
        batch = next(table.iter_batches(batch_size=1000), None)
    except (pa.ArrowException, OSError) as error:
        raise DataError(
            say(
                "{shown} is a damaged Parquet file ({splitlines}); fetch it again.",
                shown=file.shown,
                splitlines=str(error).splitlines()[0],
            )
        ) from error
    rows = tuple(batch.to_pylist()) if batch is not None else ()
    return Sample(file, schema=table.schema_arrow, rows=rows)


def archive_kind(path: Path) -> str:
    """zip or tar where the bytes say so."""
    head = beginning(path, 4)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    return "tar" if _is_tar(path) else ""


def _is_tar(path: Path) -> bool:
    with opened(path) as file:
        head = unpacked(Counted(file, str(path))).read(512)
    return len(head) == 512 and head[257:262] == b"ustar"


# ---------------------------------------------------------------- archives: capped, by an allow-list, never extracted


def members(path: Path, kind: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The names that may be read, and the names that are passed over with the reason; refuses hostile archives."""
    limits = defaults().sources
    taken: list[str] = []
    passed: list[tuple[str, str]] = []
    seen: set[str] = set()
    total = packed = 0
    for name, size, small, trouble in _entries(path, kind):
        if len(seen) >= limits.archive_members:
            raise DataError(
                say(
                    "{path} has more than {archive_members} members; unpack it and give the folder.",
                    path=path,
                    archive_members=limits.archive_members,
                )
            )
        if name in seen:
            raise DataError(
                say(
                    "{path} holds {name!r} twice; it is not read, since one could stand for the other.",
                    path=path,
                    name=name,
                )
            )
        seen.add(name)
        trouble = trouble or _trouble(name)
        if trouble == "hostile":
            raise DataError(
                say(
                    "{path} holds the member {name!r}, which points outside the archive; it is not read.",
                    path=path,
                    name=name,
                )
            )
        total, packed = total + size, packed + small
        if trouble:
            passed.append((name, trouble))
        else:
            taken.append(name)
    if total > limits.archive_bytes or (total > limits.expansion_from and total > limits.expansion * max(packed, 1)):
        raise DataError(
            say(
                "{path} expands to {total} bytes, as a decompression bomb does; unpack it yourself if you trust it.",
                path=path,
                total=total,
            )
        )
    return tuple(sorted(taken)), tuple(sorted(passed))


def _trouble(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or (path.parts and ":" in path.parts[0]) or "\x00" in name:
        return "hostile"
    if str(path).lower().startswith(_PASSED) or path.name.startswith("."):
        return say("a file of the packing program")
    if not path.name.lower().endswith(ENDINGS):
        return say("only {endings} are read from archives", endings=" ".join(ENDINGS))
    return ""


def _entries(path: Path, kind: str) -> Iterator[tuple[str, int, int, str]]:
    """Name, size, packed size and trouble of each file in the archive."""
    try:
        if kind == "zip":
            yield from _zip_entries(path)
        else:
            yield from _tar_entries(path)
    # what the libraries raise for broken or unheard-of archives: NotImplementedError is zipfile's for packing it lacks
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise DataError(
            say("{path} is a damaged {kind} archive ({error}); fetch it again.", path=path, kind=kind, error=error)
        ) from error


def _zip_entries(path: Path) -> Iterator[tuple[str, int, int, str]]:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            link = (entry.external_attr >> 16) & 0o170000 == 0o120000
            locked = say("it is encrypted; unpack it yourself") if entry.flag_bits & 1 else ""
            yield entry.filename, entry.file_size, entry.compress_size, say("a link, not a file") if link else locked


def _tar_entries(path: Path) -> Iterator[tuple[str, int, int, str]]:
    with opened(path) as file, tarfile.open(fileobj=file, mode="r|*") as archive:
        for entry in archive:
            if entry.isdir():
                continue
            yield (
                entry.name,
                entry.size,
                max(1, entry.size // 2),
                "" if entry.isreg() else say("a link or device, not a file"),
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
        raise DataError(
            say("the archive is damaged at {name} ({error}); fetch it again.", name=name, error=error)
        ) from error
    raise DataError(say("the archive has no member {name}; it changed since it was listed.", name=name))
