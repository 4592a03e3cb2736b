"""Byte streams: plain or compressed files as UTF-8 text, read in bounded memory and never trusted to end well."""

from __future__ import annotations

import bz2
import codecs
import hashlib
import lzma
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, Protocol

import zstandard

from graphkit.errors import DataError
from graphkit.language import say
from graphkit.settings import defaults
from graphkit.sources.reasons import sentence

CHUNK: Final = 262_144
_ZSTD_FEED: Final = 2_048  # a zstd block of 4 bytes may expand to 128 KiB, so it is fed in small bites
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

_OTHER_LEAST: Final = 3  # lines with other letters; one or two may be damaged lines of a UTF-8 file
_OTHER_SHARE: Final = 0.8  # of them that are no UTF-8


class Bytes(Protocol):
    """What can be read: a file, a member of an archive."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass
class Trouble:
    """What went wrong with a stream: an empty reason while all is well."""

    reason: str = ""
    detail: str = ""


def packing(head: bytes) -> str:
    """How the bytes are packed: gz, zst, bz2, xz, or nothing."""
    if head.startswith(b"\x1f\x8b"):
        return "gz"
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return "zst"
    if head.startswith(b"BZh"):
        return "bz2"
    return "xz" if head.startswith(b"\xfd7zXZ\x00") else ""


@dataclass
class Stream:
    """The unpacked bytes of a source, `read` piece by piece; `trouble` says how it ended."""

    pieces: Iterator[bytes]
    trouble: Trouble = field(default_factory=Trouble)
    _left: bytes = b""

    def read(self, size: int) -> bytes:
        """Exactly `size` bytes, fewer only at the end."""
        got, have = [self._left], len(self._left)
        while have < size:
            piece = next(self.pieces, None)
            if piece is None:
                break
            got.append(piece)
            have += len(piece)
        data = b"".join(got)
        self._left = data[size:]
        return data[:size]


def unpacked(source: Bytes, encoding: str = "", check: Callable[[], None] | None = None) -> Stream:
    """The text of a source as UTF-8 bytes without a mark, whatever it is packed in; `check` runs at the end."""
    trouble = Trouble()
    head = source.read(CHUNK)
    how = packing(head)
    pieces = _chunks(source, head) if not how else _bounded(_unpack(how, source, head, trouble), source)
    return Stream(_checked(_as_utf8(pieces, encoding, trouble), check), trouble)


def _checked(pieces: Iterator[bytes], check: Callable[[], None] | None) -> Iterator[bytes]:
    yield from pieces
    if check is not None:
        check()


def _chunks(source: Bytes, head: bytes = b"") -> Iterator[bytes]:
    data = head or source.read(CHUNK)
    while data:
        yield data
        data = source.read(CHUNK)


def _unpack(how: str, source: Bytes, head: bytes, trouble: Trouble) -> Iterator[bytes]:
    try:
        yield from {"gz": _gz, "zst": _zst}.get(how, _bz2_xz)(_chunks(source, head), how, trouble)
    except (zlib.error, zstandard.ZstdError, lzma.LZMAError, OSError, EOFError) as error:
        trouble.reason, trouble.detail = (
            "corrupt",
            f"the {how} stream is damaged ({error}); what came before it was read",
        )


def _ended_early(how: str, trouble: Trouble) -> None:
    trouble.reason, trouble.detail = "truncated", f"the {how} stream ends before its end mark; fetch the file again"


def _gz(chunks: Iterator[bytes], how: str, trouble: Trouble) -> Iterator[bytes]:
    decoder, data = zlib.decompressobj(wbits=31), b""
    while data or (data := next(chunks, b"")):
        before, fed = decoder.copy(), data
        try:
            piece = decoder.decompress(data, CHUNK)
        except zlib.error:
            yield from _salvaged(before, fed)
            raise
        yield piece
        data = decoder.unconsumed_tail
        if decoder.eof:
            data = decoder.unused_data.lstrip(b"\x00") or next(chunks, b"").lstrip(b"\x00")
            if not data.startswith(b"\x1f"):  # the end, or zeros as padding, or rubbish behind it
                if data:
                    trouble.reason, trouble.detail = "trailing", f"{sentence('trailing')} ({data[:20]!r} ...)"
                return
            decoder = zlib.decompressobj(wbits=31)
    yield decoder.flush()
    _ended_early(how, trouble)


def _salvaged(decoder: Any, data: bytes) -> Iterator[bytes]:
    """What stands before the damage, which a decoder withholds when it is fed the damage in one piece with it."""
    for at in range(0, len(data), 64):
        try:
            yield decoder.decompress(data[at : at + 64])
        except zlib.error:
            return


def _zst(chunks: Iterator[bytes], how: str, trouble: Trouble) -> Iterator[bytes]:
    decoder = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
    for chunk in chunks:
        data = chunk
        while data:
            if decoder.eof:
                decoder = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
            bite, data = data[:_ZSTD_FEED], data[_ZSTD_FEED:]
            yield decoder.decompress(bite)
            data = decoder.unused_data + data if decoder.eof else data
    if not decoder.eof:
        _ended_early(how, trouble)


def _bz2_xz(chunks: Iterator[bytes], how: str, trouble: Trouble) -> Iterator[bytes]:
    new: Callable[[], Any] = bz2.BZ2Decompressor if how == "bz2" else lzma.LZMADecompressor
    decoder = new()
    for chunk in chunks:
        data = chunk
        while data or not (decoder.eof or decoder.needs_input):
            if decoder.eof:
                decoder = new()
            yield decoder.decompress(data, CHUNK)
            data = decoder.unused_data if decoder.eof else b""
    if not decoder.eof:
        _ended_early(how, trouble)


@dataclass
class Counted:
    """A source that knows how many bytes were taken from it."""

    source: Bytes
    shown: str = "the packed file"
    taken: int = 0

    def read(self, size: int = -1, /) -> bytes:
        try:
            data = self.source.read(size)
        except OSError as error:
            why = error.strerror or str(error)
            raise DataError(
                say(
                    "{shown} cannot be read from byte {taken} on ({why}); copy it from a sound disk.",
                    shown=self.shown,
                    taken=self.taken,
                    why=why,
                )
            ) from error
        self.taken += len(data)
        return data


def _bounded(pieces: Iterator[bytes], source: Bytes) -> Iterator[bytes]:
    """The pieces, unless they expand as only a bomb does."""
    limits = defaults().sources
    given = 0
    for piece in pieces:
        given += len(piece)
        if given > limits.expansion_from and isinstance(source, Counted) and given > limits.expansion * source.taken:
            raise DataError(
                say(
                    "{shown} expands more than {expansion} times, as a decompression bomb does; unpack it yourself "
                    "and give the plain file if you trust it.",
                    shown=source.shown,
                    expansion=limits.expansion,
                )
            )
        if piece:
            yield piece


def _as_utf8(pieces: Iterator[bytes], encoding: str, trouble: Trouble) -> Iterator[bytes]:
    first = b""
    for piece in pieces:  # a mark may be cut in two
        first += piece
        if len(first) >= 4:
            break
    marked, mark = next(((name, bom) for bom, name in _BOMS if first.startswith(bom)), (encoding, b""))
    rest = first[len(mark) :]
    if marked in ("", "utf-8", "utf8"):
        if rest:
            yield rest
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(marked)(errors="replace")
    for piece in _then(rest, pieces):
        yield decoder.decode(piece).encode("utf-8")
    tail = decoder.decode(b"", final=True).encode("utf-8")
    if tail and not trouble.reason:
        trouble.reason, trouble.detail = "truncated", f"the {marked} text ends in half a character"


def _then(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def known_encoding(name: str) -> bool:
    """Whether Python can read this encoding."""
    try:
        return codecs.lookup(name)._is_text_encoding
    except LookupError:
        return False


def guessed_encoding(text: bytes) -> str:
    """The encoding of a text most of whose lines with other letters are no UTF-8; empty where UTF-8 will do.

    Spreadsheets of Turkish and Western systems save Windows-1254 or 1252; they differ in six letters, Turkish in the one
    and Icelandic in the other, so 1254 reads Spanish as well.
    """
    if b"\x00" in text:
        return ""
    other = [line for line in text.split(b"\n") if not line.isascii()]
    wrong = sum(not _is_utf8(line) for line in other)
    return "cp1254" if len(other) >= _OTHER_LEAST and wrong >= _OTHER_SHARE * len(other) else ""


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def digest(path: Path) -> str:
    """SHA-256 of the bytes of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unchanged(path: Path) -> Callable[[], None]:
    """A check that refuses the file when it changed since this call."""
    before = _stamp(path)

    def check() -> None:
        if _stamp(path) != before:
            raise DataError(say("{path} changed while it was read; start again when nothing writes to it.", path=path))

    return check


def _stamp(path: Path) -> tuple[int, int]:
    facts = os.stat(path)
    return facts.st_size, facts.st_mtime_ns


def beginning(path: Path, size: int) -> bytes:
    """The first bytes of a file, fewer where it is shorter."""
    with opened(path) as file:
        return Counted(file, str(path)).read(size)


def opened(path: Path) -> IO[bytes]:
    """The file, or an error that says what is there instead."""
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise DataError(say("{path} does not exist; give a file or a folder of files.", path=path)) from error
    except IsADirectoryError as error:
        raise DataError(
            say("{path} is a folder where a file is expected; give the folder itself or one file.", path=path)
        ) from error
    except PermissionError as error:
        raise DataError(
            say("{path} may not be read by this user; change its permissions or copy it.", path=path)
        ) from error
    except (OSError, ValueError) as error:
        raise DataError(
            say("{path!r} cannot be read ({error}); give the path of a file.", path=str(path)[:200], error=error)
        ) from error
