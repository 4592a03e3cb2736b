"""Plain lists of followers, one account a line: whose list it is and when it was read stand in the names of file and folder.

`followers_star_2026-06-01.txt`, or `2026-06-01/followers_star.txt`; `following_star` for the accounts that star follows.
Two lists of one account, read on two days, are two snapshots: `graphkit diff` compares them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final

from graphkit.loaders._look import sniffed

from graphkit.dataset import Batch, Dataset
from graphkit.sources import reading
from graphkit.sources.dialects import normal
from graphkit.sources.files import Recognised, Sample, SourceFile, sample
from graphkit.sources.mapping import ColumnMap, Feed, from_toml, to_toml

NAME = "follower_list"
VERSION = "1"

_NAME: Final = re.compile(
    r"^(?:(?P<followers>followers|takip[cç]iler|seguidores)|(?P<following>following|takip_edilenler|seguidos))"
    r"[ _-]+(?:of[ _-]+)?@?(?P<account>.+)$",
    re.IGNORECASE,
)
_DATE: Final = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_HEADS: Final = (
    "id",
    "userid",
    "account",
    "accountid",
    "handle",
    "username",
    "follower",
    "following",
    "kullanici",
    "usuario",
)


def recognise(seen: Sample) -> Recognised | None:
    """Whether the name says whose list it is, and the file is one column."""
    found, named = sniffed(seen), _named(seen.file)
    if found is None or named is None or len(found.names) != 1 or seen.schema is not None:
        return None
    other, account, day = named
    head = normal(found.names[0]).replace("_", "").replace(" ", "") in _HEADS
    column = found.names[0] if head else other
    constants = {"followed" if other == "follower" else "follower": account}
    feed = Feed("follows", {other: column}, constants | ({"observed_at": day} if day else {}))
    said = ColumnMap(
        says=f"each line {'follows' if other == 'follower' else 'is followed by'} {account}",
        dialect=replace(found.dialect, header=head),
        names=() if head else (column,),
        rows=(feed,),
    )
    return Recognised(0.96, {"map": to_toml(said)})


def _named(file: SourceFile) -> tuple[str, str, str] | None:
    """What each line is, whose list it is, and the day in the file's name or in that of its folder."""
    stem = file.stem
    folder = PurePosixPath(file.member).parent.name if file.member else file.path.parent.name
    day = _DATE.search(stem) or _DATE.search(folder)
    said = _NAME.match(_DATE.sub("", stem).strip(" _-"))
    account = said["account"].strip(" _-") if said else ""
    if not said or not account:
        return None
    return "follower" if said["followers"] else "followed", account, "-".join(day.groups()) if day else ""


def batches(file: SourceFile, first: int = 0) -> Iterator[Batch]:
    """The rows of the file, a batch at a time, from batch `first` on."""
    return reading.batches(file, from_toml(file.options["map"], file.shown), first)


def load(path: str | Path) -> Dataset:
    """The file in memory."""
    file = SourceFile(Path(path))
    return reading.dataset(batches(reading.chosen(file, recognise(sample(file)))))
