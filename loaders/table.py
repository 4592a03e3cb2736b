"""Plain edge lists and tables by a column map: shipped for known files, else guessed, written down, and yours to edit.

A file `x.csv` is read by `x.csv.map.toml` next to it where that exists, else by a shipped map of the same columns
(`loaders/maps/`), else by a guess from the names and values of its columns. A guess is written next to the data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatch
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
from graphkit.loaders._guess import guess
from graphkit.loaders._look import sniffed

from graphkit.dataset import Batch, Dataset
from graphkit.sources import reading
from graphkit.sources.dialects import Sniffed
from graphkit.sources.files import Recognised, Sample, SourceFile, sample
from graphkit.sources.mapping import ABSENT, PRESENT, ColumnMap, from_toml, to_toml

NAME = "table"
VERSION = "2"

_HEAD = """How {name} is read: {says}.
Guessed from its columns. Correct it and load the file again; remove it to have it guessed anew.
[[rows]]: which table of graphkit each row feeds; columns = {{ column of graphkit = "column of the file" }}."""


def recognise(seen: Sample) -> Recognised | None:
    """The column map of the file: its own, a shipped one, or a guess."""
    own = seen.file.options.get("map", "")
    if own:
        return Recognised(1.0, {"map": to_toml(from_toml(own, f"the column map of {seen.file.shown}"))})
    found = sniffed(seen)
    if found is None or not found.rows:
        return None
    shipped = _shipped_for(found, seen.file)
    if shipped is not None:
        return Recognised(0.97, {"map": to_toml(shipped)})
    guessed = guess(found, seen.file.stem)
    if guessed is None or found.share < 0.5 and len(found.names) > 1:
        return None
    text = to_toml(guessed)
    head = _HEAD.format(name=seen.file.name, says=guessed.says)
    return Recognised(0.6 if len(found.names) > 1 else 0.3, {"map": text}, to_toml(guessed, head=head))


@cache
def shipped_maps() -> tuple[ColumnMap, ...]:
    """The column maps that come with graphkit, in the order of their names."""
    folder = resources.files("graphkit.loaders").joinpath("maps")
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)
    return tuple(from_toml(one.read_text(encoding="utf-8"), one.name) for one in found)


def _shipped_for(found: Sniffed, file: SourceFile) -> ColumnMap | None:
    fitting = [one for one in shipped_maps() if _fits(one, found, file)]
    if not fitting or not found.dialect.header:
        return None
    best = max(fitting, key=lambda one: (len(one.files) > 0, len(one.signature)))
    return replace(_named(best.trimmed(found.names), file.stem), dialect=found.dialect, signature=(), files=())


def _named(one: ColumnMap, stem: str) -> ColumnMap:
    """The map with the file's name, or the part of it before or behind the first "_", where it asks for them."""
    first, _, rest = stem.partition("_")

    def said(text: str) -> str:
        return text.replace("{stem}", stem).replace("{first}", first).replace("{rest}", rest)

    feeds = tuple(replace(feed, constants={k: said(v) for k, v in feed.constants.items()}) for feed in one.rows)
    rows, accounts = said(one.row_prefix), said(one.account_prefix)
    return replace(one, says=said(one.says), rows=feeds, row_prefix=rows, account_prefix=accounts)


def _fits(one: ColumnMap, found: Sniffed, file: SourceFile) -> bool:
    names = set(found.names)
    whole = set(one.signature) == names or (len(one.signature) > 3 and set(one.signature) <= names)
    if not whole or (one.files and not any(fnmatch(file.name.lower(), pattern) for pattern in one.files)):
        return False
    covered = np.zeros(len(found.rows), bool)
    for feed in one.trimmed(found.names).rows:
        mask = np.ones(len(found.rows), bool)
        for column, accepted in feed.when.items():
            cells = [cell.lower() for cell in found.column(column)]
            mask &= np.array([_accepted(cell, accepted) for cell in cells], bool)
        covered |= mask
    return bool(covered.mean() >= 0.9) if len(covered) else True


def _accepted(cell: str, accepted: tuple[str, ...]) -> bool:
    if accepted == (PRESENT,):
        return bool(cell)
    return not cell if accepted == (ABSENT,) else cell in accepted


def batches(file: SourceFile, first: int = 0) -> Iterator[Batch]:
    """The rows of the file, a batch at a time, from batch `first` on."""
    return reading.batches(file, from_toml(file.options["map"], f"the column map of {file.shown}"), first)


def load(path: str | Path) -> Dataset:
    """The file in memory."""
    file = SourceFile(Path(path))
    return reading.dataset(batches(reading.chosen(file, recognise(sample(file)))))
