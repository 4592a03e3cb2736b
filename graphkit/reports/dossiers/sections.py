"""What a section of a dossier is made of; the page, the document and the JSON are made from the same values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from graphkit.evidence import Rival
from graphkit.language import Moment, Percent, say, told
from graphkit.reports.figures import Figure
from graphkit.reports.findings import EvidenceView, RivalView, rival_view
from graphkit.results import Names


@dataclass(frozen=True, slots=True)
class Span:
    """A number with the middle 95 % of what it may be."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, row: Mapping[str, float | None], name: str) -> Self | None:
        """The number of this name in a row of the reach table; None where it is not known."""
        value, low, high = row.get(name), row.get(f"{name}_low"), row.get(f"{name}_high")
        if value is None or low is None or high is None:
            return None
        return cls(round(value, 1), round(low, 1), round(high, 1))

    def __str__(self) -> str:
        return told(say("{value} ({low} to {high})", value=self.value, low=self.low, high=self.high))


Value = str | int | float | Percent | Moment | Span | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One value with its name."""

    name: str  # told where it is shown
    value: Value

    @property
    def key(self) -> str:
        """The name for machines: the same in every language."""
        return re.sub(r"[^a-z0-9]+", "_", self.name.lower()).strip("_")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values under a title and a head."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a dossier. Where it holds nothing, `missing` says why: "no data" is an answer."""

    name: str
    title: str
    facts: tuple[Fact, ...] = ()
    lines: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    proofs: tuple[EvidenceView, ...] = ()
    rivals: tuple[RivalView, ...] = ()
    missing: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing but a reason stands in it."""
        drawn = any(figure.svg for figure in self.figures)
        return not (self.facts or self.lines or drawn or self.tables or self.proofs or self.rivals)


def known(*facts: Fact) -> tuple[Fact, ...]:
    """The facts whose value is known."""
    return tuple(fact for fact in facts if fact.value not in (None, ""))


def table(title: str, head: Iterable[str], rows: Iterable[tuple[Value, ...]]) -> tuple[Table, ...]:
    """A table, or none where it has no row."""
    held = tuple(rows)
    return (Table(title, tuple(head), held),) if held else ()


def rival_rows(rivals: Iterable[Rival], names: Names) -> tuple[RivalView, ...]:
    """Explanations laid out, the likeliest first."""
    return tuple(rival_view(rival, names) for rival in sorted(rivals, key=lambda rival: -rival.weight))


def as_json(section: Section) -> dict[str, object]:
    """The section as JSON values: numbers as numbers, shares from 0 to 1, times in UTC milliseconds."""
    return {
        "name": section.name,
        "title": section.title,
        "facts": {fact.key: _plain(fact.value) for fact in section.facts},
        "lines": list(section.lines),
        "pictures": [
            {"title": figure.title, "says": figure.said, "drawn": figure.svg is not None} for figure in section.figures
        ],
        "tables": [
            {
                "title": each.title,
                "head": list(each.head),
                "rows": [[_plain(cell) for cell in row] for row in each.rows],
            }
            for each in section.tables
        ],
        "evidence": [
            {"claim": row.claim, "observed": row.observed, "expected": row.expected, "chance": row.chance}
            for row in section.proofs
        ],
        "rivals": [
            {
                "name": row.name,
                "weight": row.weight,
                "for": list(row.speaks_for),
                "against": list(row.speaks_against),
                "missing": list(row.missing),
            }
            for row in section.rivals
        ],
        "no_data": section.missing if section.is_empty else None,
    }


def _plain(value: Value) -> object:
    if isinstance(value, Percent):
        return value.share
    if isinstance(value, Span):
        return {"value": value.value, "low": value.low, "high": value.high}
    return value.at if isinstance(value, Moment) else value
