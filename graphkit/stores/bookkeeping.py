"""How input rows are counted, the same for every store: read = kept + merged + refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from graphkit.dataset import Batch, FileReport, Source, Tables, conform
from graphkit.errors import InterruptedLoadError, StoreError, TooManyRefusedError
from graphkit.language import say
from graphkit.settings import Loading
from graphkit.sources.notes import OTHER_VERSION

FEWEST_REFUSED = 20  # a short file with a few bad rows is not a misread one


@dataclass(frozen=True, slots=True)
class Tally:
    """What the committed batches of one load have said so far."""

    batches: Mapping[int, int] = field(default_factory=dict)  # number -> input rows taken
    read: int = 0
    taken: int = 0
    refused: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    aside: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, batch: Batch) -> Self:
        """The tally of one batch."""
        return cls(
            batches={batch.number: batch.taken},
            read=batch.read,
            taken=batch.taken,
            refused=len(batch.refused),
            reasons=Counter(row.reason for row in batch.refused),
            aside=batch.aside,
            notes=tuple(batch.notes),
        )

    def __add__(self, more: Self) -> Self:
        """Both together."""
        return type(self)(
            batches={**self.batches, **more.batches},
            read=self.read + more.read,
            taken=self.taken + more.taken,
            refused=self.refused + more.refused,
            reasons=Counter(self.reasons) + Counter(more.reasons),
            aside=Counter(self.aside) + Counter(more.aside),
            notes=tuple(dict.fromkeys((*self.notes, *more.notes))),
        )

    @property
    def next(self) -> int:
        """The smallest batch number that is not committed yet."""
        return next(number for number in range(len(self.batches) + 1) if number not in self.batches)


@dataclass(frozen=True, slots=True)
class Said:
    """What one load says in one table, by batch: its rows, and how many of them no earlier row said."""

    rows: Mapping[int, int] = field(default_factory=dict)
    new: Mapping[int, int] = field(default_factory=dict)
    plain: bool = True  # no two rows of it, and none of an earlier load, have the same key

    def kept(self, batch: int, taken: int) -> int:
        """How many of the taken input rows of a batch said something new in this table."""
        rows, new = self.rows.get(batch, 0), self.new.get(batch, 0)
        return min(new, -(-taken * new // rows)) if rows else 0


def checked(batch: Batch, source: Source) -> Tables:
    """The tables of the batch with exactly the columns of the contract; a batch that does not add up is refused."""
    if batch.read != batch.taken + len(batch.refused):
        raise StoreError(
            say(
                "{file}, batch {number}: {read} rows read, but {taken} taken and {refused} refused; the loader "
                "{loader!r} must account for every row.",
                file=source.file,
                number=batch.number,
                read=batch.read,
                taken=batch.taken,
                refused=len(batch.refused),
                loader=source.loader,
            )
        )
    return {name: conform(name, table) for name, table in batch.tables.items() if table.num_rows}


def complete(tally: Tally, source: Source) -> None:
    """Refuses to seal a load whose batches have a gap."""
    if tally.next != len(tally.batches):
        raise StoreError(
            say(
                "{file}: batch {next} is missing among {batches} committed ones; the loader {loader!r} must "
                "number its batches 0, 1, 2, ... without gaps.",
                file=source.file,
                next=tally.next,
                batches=len(tally.batches),
                loader=source.loader,
            )
        )


def most_refused(read: int, limits: Loading) -> int:
    """How many of so many rows may be refused before the file counts as misread."""
    return max(FEWEST_REFUSED, min(limits.most_refused_rows, int(read * limits.most_refused_share)))


def check_refused(tally: Tally, source: Source, *, limits: Loading, whole: bool) -> None:
    """Refuses a load with too many refused rows: during it by the number alone, of the whole also by the share."""
    most = most_refused(tally.read, limits) if whole else max(FEWEST_REFUSED, limits.most_refused_rows)
    if tally.refused <= most:
        return
    commonest = ", ".join(f"{reason} ({rows:,})" for reason, rows in Counter(tally.reasons).most_common(3))
    raise TooManyRefusedError(
        say(
            "{file}: {refused} of {read} rows were refused, more than the {most} allowed; commonest: "
            "{commonest}. Nothing of it is visible; the rows are in the quarantine of load {load_id}. Mend "
            "the file or its column map, or raise most_refused_rows and most_refused_share in the settings.",
            file=source.file,
            refused=tally.refused,
            read=tally.read,
            most=most,
            commonest=commonest,
            load_id=source.load_id,
        )
    )


def interrupted(source: Source, tally: Tally) -> InterruptedLoadError:
    """The error that ends a load at a batch edge on request."""
    return InterruptedLoadError(
        say(
            "{file}: stopped after {batches} batches ({read} rows), all of them safe; the same command goes "
            "on from there.",
            file=source.file,
            batches=len(tally.batches),
            read=tally.read,
        )
    )


def kept_rows(batches: Mapping[int, int], said: Iterable[Said]) -> int:
    """How many of the input rows taken by the batches said something new in at least one table.

    Exact where one input row is one row of some table. Where input rows fill a table unevenly, its share of new rows
    stands for theirs; the table that says most counts. Never more than were taken.
    """
    tables = list(said)
    return sum(
        min(taken, max((table.kept(number, taken) for table in tables), default=0)) for number, taken in batches.items()
    )


def report_of(source: Source, tally: Tally, *, kept: int, notes: tuple[str, ...] = (), resumed: int = 0) -> FileReport:
    """The import report of a sealed load."""
    return FileReport(
        source=source,
        read=tally.read,
        kept=kept,
        merged=tally.taken - kept,
        refused=tally.refused,
        reasons=dict(sorted(tally.reasons.items())),
        aside=dict(sorted(tally.aside.items())),
        notes=(*tally.notes, *notes),
        resumed=resumed,
    )


def other_version(source: Source, earlier: Iterable[Source]) -> tuple[str, ...]:
    """A note if a file of the same name with other content is in the store already."""
    ids = [before.load_id for before in earlier if before.file == source.file and before.digest != source.digest]
    if not ids:
        return ()
    return (OTHER_VERSION.format(load=ids[-1]),)
