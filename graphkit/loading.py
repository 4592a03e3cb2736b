"""From what a person gives (files, folders, archives, "-") to loads: which loader reads what, and what is passed over."""

from __future__ import annotations

import atexit
import importlib
import os
import pkgutil
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol, cast

from graphkit.dataset import TABLES, Batch, Dataset, FileReport, ImportReport, Source
from graphkit.errors import DataError, UsageError
from graphkit.language import say, told
from graphkit.sources import notes as said
from graphkit.sources import reading
from graphkit.sources.files import ENCODING, ENDINGS, Recognised, Sample, SourceFile, archive_kind, members, sample
from graphkit.sources.streams import beginning, digest, guessed_encoding, known_encoding

MAP_ENDING = ".map.toml"
_LOOKED_AT = 262_144  # bytes: a thousand lines and more tell UTF-8 from other encodings
_SHORT = 65_536  # bytes: a header alone is shorter
_NO_DATA = (
    ".md",
    ".rst",
    ".pdf",
    ".html",
    ".toml",
    ".yml",
    ".yaml",
    ".py",
    ".r",
    ".ipynb",
    ".png",
    ".jpg",
    ".svg",
    ".log",
)


class Loader(Protocol):
    """One source of data: a module `loaders/<name>.py`, or an entry point of the group `graphkit.loaders`."""

    NAME: str
    VERSION: str  # another version may give other rows, so it is part of a load's identity

    def recognise(self, seen: Sample, /) -> Recognised | None:
        """How sure this loader is, by the content, that the file is its own; nothing where it is not."""
        ...

    def batches(self, file: SourceFile, first: int = 0) -> Iterator[Batch]:
        """The batches from number `first` on; where they are cut depends on the bytes alone."""
        ...

    def load(self, path: str | Path, /) -> Dataset:
        """The file in memory."""
        ...


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """What a person says about all inputs of one load."""

    loader: str = ""  # a loader's name; empty: the surest one
    map: Path | None = None  # a column map for all files
    write_map: bool = True  # write a guessed map next to the data, where that folder may be written
    encoding: str = ""  # of all files; empty: UTF-8, or Windows-1254 where the text is plainly no UTF-8


@dataclass(frozen=True, slots=True)
class FileLoad:
    """One file with the loader that reads it."""

    source: Source
    file: SourceFile
    loader: Loader
    notes: tuple[str, ...] = ()

    def batches(self, first: int = 0) -> Iterator[Batch]:
        """The batches from number `first` on."""
        for batch in self.loader.batches(self.file, first):
            yield reading.told(batch, self.notes) if batch.number == 0 and self.notes else batch


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that was not loaded, and why."""

    file: str
    reason: str


@dataclass(frozen=True)
class Plan(Sequence[FileLoad]):
    """The loads of all inputs in order, and the files that were passed over."""

    loads: tuple[FileLoad, ...]
    passed: tuple[Passed, ...] = ()

    def __len__(self) -> int:
        return len(self.loads)

    def __getitem__(self, place: int) -> FileLoad:  # type: ignore[override]
        return self.loads[place]


@cache
def loaders() -> dict[str, Loader]:
    """Every loader by name: ours by file name, others by entry point."""
    package = importlib.import_module("graphkit.loaders")
    names = sorted(found.name for found in pkgutil.iter_modules(package.__path__) if not found.name.startswith("_"))
    modules = [importlib.import_module(f"graphkit.loaders.{name}") for name in names]
    modules += [point.load() for point in sorted(entry_points(group="graphkit.loaders"), key=lambda point: point.name)]
    return {loader.NAME: loader for loader in (cast(Loader, module) for module in modules)}


def plan(inputs: Sequence[str | Path], *, options: LoadOptions | None = None) -> Plan:
    """What would be loaded: one load a file, folders and archives opened, "-" read from standard input."""
    options = options or LoadOptions()
    if options.loader and options.loader not in loaders():
        raise UsageError(
            say("{loader!r} is no loader; there are {listed}.", loader=options.loader, listed=", ".join(loaders()))
        )
    if options.encoding and not known_encoding(options.encoding):
        raise UsageError(
            say("{encoding!r} is no encoding known here; try utf-8, cp1254 or latin-1.", encoding=options.encoding)
        )
    loads: list[FileLoad] = []
    passed: list[Passed] = []
    for given in inputs:
        _plan_input(str(given), options, loads, passed=passed)
    if not loads:
        why = "; ".join(f"{one.file}: {told(one.reason)}" for one in passed[:3]) or say("no input was given")
        raise DataError(
            say(
                "nothing to load ({why}). Give files or folders with accounts, ties or acts; see docs/loaders.md.",
                why=why,
            )
        )
    return Plan(tuple(loads), tuple(passed))


def _plan_input(given: str, options: LoadOptions, loads: list[FileLoad], *, passed: list[Passed]) -> None:
    if given == "-":
        loads.append(_load(SourceFile(_spooled()), options, shown="-"))
        return
    if not given:
        raise UsageError(say("an input is an empty text; give a file, a folder, or '-' for standard input."))
    path = Path(given)
    try:
        is_folder = path.is_dir()
    except (OSError, ValueError) as error:
        raise DataError(
            say(
                "{given!r} cannot be opened ({error}); give a file or a folder of files.",
                given=given[:200],
                error=error,
            )
        ) from error
    if not is_folder:
        _plan_file(path, options, loads, passed=passed, in_folder=False)
        return
    found = sorted(_files(path))
    if not found:
        passed.append(Passed(given, say("the folder holds no files")))
    for file in found:
        _plan_file(file, options, loads, passed=passed, in_folder=True)


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        yield from (Path(root) / name for name in names if not name.startswith(".") and not name.endswith(MAP_ENDING))


def _plan_file(
    path: Path, options: LoadOptions, loads: list[FileLoad], *, passed: list[Passed], in_folder: bool
) -> None:
    if in_folder and (path.suffix.lower() in _NO_DATA or not path.is_file()):
        passed.append(Passed(str(path), say("no data by its ending") if path.is_file() else say("no ordinary file")))
        return
    if "\x00" not in str(path) and path.exists() and not path.is_file():
        raise DataError(say("{path} is no ordinary file; pass a stream by '-' or save it to a file first.", path=path))
    kind = archive_kind(path)
    if not kind:
        _plan_one(SourceFile(path), options, loads, passed=passed, in_folder=in_folder)
        return
    names, left = members(path, kind)
    passed.extend(Passed(f"{path}:{name}", why) for name, why in left)
    if not names and not in_folder:
        raise DataError(
            say(
                "{path} looks like a {kind} archive, and holds nothing readable ({endings}).",
                path=path,
                kind=kind,
                endings=" ".join(ENDINGS),
            )
        )
    for name in names:
        _plan_one(SourceFile(path, name), options, loads, passed=passed, in_folder=True)


def _plan_one(
    file: SourceFile, options: LoadOptions, loads: list[FileLoad], *, passed: list[Passed], in_folder: bool
) -> None:
    try:
        load = _load(file, options)
        if not _rowless(load):
            loads.append(load)
        elif in_folder:
            passed.append(Passed(file.shown, say("a header and no rows")))
        else:
            raise DataError(
                say("{shown} holds a header and no rows; give a file with rows, or leave it out.", shown=file.shown)
            )
    except DataError as error:
        if not in_folder or file.name.split(".")[0].lower() in TABLES or options.map:
            raise
        passed.append(Passed(file.shown, error.args[0]))


def _rowless(load: FileLoad) -> bool:
    """Whether a short file is its header alone."""
    try:
        if load.file.member or load.file.path.stat().st_size > _SHORT:
            return False
        first = next(iter(load.loader.batches(load.file)), None)
    except OSError:
        return False  # loading it says what is wrong
    return first is not None and first.read == 0


def _load(file: SourceFile, options: LoadOptions, *, shown: str = "") -> FileLoad:
    own = _own_map(file, options)
    written = _encoding(own, file) or options.encoding or _guessed_encoding(file)
    how = {ENCODING: written} if written else {}
    file = SourceFile(file.path, file.member, how | ({"map": own} if own else {}))
    seen = sample(file)
    wanted = options.loader or ("table" if own else "")
    name, found = _surest(seen, [wanted] if wanted else list(loaders()))
    loader = loaders()[name]
    told = {**found.options, **how, **({"member": file.member} if file.member else {})}
    source = Source(shown or file.shown, digest(file.path), loader.NAME, loader.VERSION, told)
    notes = _write_map(file, found, options) if not shown else ()
    if written and not own and not options.encoding:
        notes = (said.OTHER_ENCODING.format(encoding=written), *notes)
    return FileLoad(source, SourceFile(file.path, file.member, {**found.options, **how}), loader, notes)


def _surest(seen: Sample, names: Iterable[str]) -> tuple[str, Recognised]:
    found = [(name, said) for name in names if (said := loaders()[name].recognise(seen)) is not None]
    if not found:
        raise DataError(
            say(
                "{shown} holds nothing recognisable as accounts, ties, acts or posts; accepted are tables with "
                "ids (CSV, JSON lines, Parquet) and the sources of `graphkit loaders`. Say what its columns "
                "mean with --map.",
                shown=seen.file.shown,
            )
        )
    return max(found, key=lambda one: one[1].certainty)


def _own_map(file: SourceFile, options: LoadOptions) -> str:
    path = options.map or file.path.with_name(file.path.name + MAP_ENDING)
    if options.map is None and (file.member or not path.is_file()):
        return ""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            say("{path} cannot be read as a column map ({error}); mend or remove it.", path=path, error=error)
        ) from error


def _encoding(own: str, file: SourceFile) -> str:
    from graphkit.sources.mapping import from_toml

    return from_toml(own, f"the column map of {file.shown}").encoding if own else ""


def _guessed_encoding(file: SourceFile) -> str:
    if not file.member and beginning(file.path, 4) == b"PAR1":
        return ""
    with file.stream() as stream:
        return guessed_encoding(stream.read(_LOOKED_AT))


def _write_map(file: SourceFile, found: Recognised, options: LoadOptions) -> tuple[str, ...]:
    """Write a guessed map next to the data for a person to correct; gives a note where that is not possible."""
    if not found.guessed:
        return ()
    path = file.path.with_name(file.path.name + MAP_ENDING)
    if not options.write_map or file.member:
        return (said.GUESSED,)
    try:
        if not path.parent.stat().st_mode & 0o222:
            return (said.GUESSED_LOCKED.format(map=path.name),)
        path.write_text(found.guessed, encoding="utf-8")
    except OSError as error:
        return (said.GUESSED_FAILED.format(map=path.name, fault=error.strerror),)
    return (said.GUESSED_MAP.format(map=path.name),)


def _spooled() -> Path:
    """Standard input as a file, since a load is known by its digest before it is read; removed at the end."""
    folder = tempfile.mkdtemp(prefix="graphkit-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "stdin"
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return path


def load(*inputs: str | Path, options: LoadOptions | None = None) -> Dataset:
    """The inputs in memory."""
    return load_with_report(*inputs, options=options)[0]


def load_with_report(*inputs: str | Path, options: LoadOptions | None = None) -> tuple[Dataset, ImportReport]:
    """The inputs in memory, and what became of every row."""
    loads = plan(inputs, options=options)
    counted = [_Counted(one.source) for one in loads]
    read = (batch for one, count in zip(loads, counted, strict=True) for batch in count.through(one.batches()))
    whole = Dataset(**reading.dataset(read).tables, sources=tuple(one.source for one in loads))
    return whole, ImportReport(tuple(count.report() for count in counted))


@dataclass
class _Counted:
    source: Source
    read: int = 0
    refused: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    aside: Counter[str] = field(default_factory=Counter)
    notes: dict[str, None] = field(default_factory=dict)

    def through(self, batches: Iterable[Batch]) -> Iterator[Batch]:
        for batch in batches:
            self.read += batch.read
            self.refused += len(batch.refused)
            self.reasons.update(row.reason for row in batch.refused)
            self.aside.update(batch.aside)
            self.notes.update(dict.fromkeys(batch.notes))
            yield batch

    def report(self) -> FileReport:
        kept = self.read - self.refused
        counts = {"read": self.read, "kept": kept, "merged": 0, "refused": self.refused}
        return FileReport(self.source, **counts, reasons=self.reasons, aside=self.aside, notes=tuple(self.notes))  # type: ignore[arg-type]
