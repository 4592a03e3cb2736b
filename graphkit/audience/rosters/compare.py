"""Two or more accounts side by side: counts, shares and costs together, so that none hides the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from graphkit.audience.fit.context import Inside
from graphkit.audience.rosters.overlap import Overlap


@dataclass(frozen=True, slots=True)
class Side:
    """One account of a comparison; None: the data do not say."""

    account: str
    followers: int  # claimed, or where the source does not say, seen
    real: int
    real_low: int
    real_high: int
    engaged: int | None
    moved: float | None
    fitting: float  # people inside the context, those of whom nothing is known at the share of the others
    fit: float | None  # share of the people inside the context
    cost: float | None

    @property
    def real_share(self) -> float | None:
        """People as a share of the followers."""
        return self.real / self.followers if self.followers else None

    @property
    def per_person(self) -> float | None:
        """Cost for each fitting person."""
        return self.cost / self.fitting if self.cost is not None and self.fitting > 0 else None

    @property
    def per_engaged(self) -> float | None:
        """Cost for each person who engages."""
        return self.cost / self.engaged if self.cost is not None and self.engaged else None

    def explain(self) -> Iterator[str]:
        """The account in counts, shares and costs."""
        share = "" if self.real_share is None else f", {self.real_share:.0%} of its followers"
        yield f"{self.account}: {self.followers:,} followers, {self.real:,} people ({self.real_low:,} to {self.real_high:,}){share}"
        fit = "cannot be said" if self.fit is None else f"{self.fit:.0%}"
        yield f"  fit {fit}: {self.fitting:,.0f} people it is wanted for"
        said = [
            f"{value:,.1f} {words}"
            for value, words in ((self.engaged, "engaged"), (self.moved, "moved by a post"))
            if value is not None
        ]
        yield "  " + (", ".join(said) or "who engages cannot be said")
        if self.cost is not None:
            each = [
                f"{value:,.2f} {words}"
                for value, words in (
                    (self.per_person, "for each fitting person"),
                    (self.per_engaged, "for each engaged one"),
                )
                if value is not None
            ]
            yield f"  costs {self.cost:,.0f}" + (f": {', '.join(each)}" if each else "")


@dataclass(frozen=True)
class Comparison:
    """Accounts side by side, in the order they were named; there is no winner but by a measure that is named."""

    sides: tuple[Side, ...]
    overlap: Overlap
    context: str

    def explain(self) -> Iterator[str]:
        """All sides, what they share, and who leads by which measure."""
        yield self.context
        for side in self.sides:
            yield from side.explain()
        for i, j in zip(*np.triu_indices(len(self.sides), 1), strict=True):
            share = self.overlap.of_smaller[i, j]
            said = (
                ""
                if np.isnan(share)
                else f", {share:.0%} of the smaller audience and {self.overlap.of_union[i, j]:.0%} of both"
            )
            yield f"{self.sides[i].account} and {self.sides[j].account} share {self.overlap.shared[i, j]:,} followers{said}."
        yield from self.leaders()

    def leaders(self) -> Iterator[str]:
        """Who has most by each measure; a small account may lead by share and a large one by count."""
        measures: dict[str, Callable[[Side], float | None]] = {
            "most people": lambda side: side.real,
            "most fitting people": lambda side: side.fitting,
            "largest share of people": lambda side: side.real_share,
            "best fit": lambda side: side.fit,
            "least cost for each fitting person": lambda side: None if side.per_person is None else -side.per_person,
        }
        for words, measure in measures.items():
            values = [value for side in self.sides if (value := measure(side)) is not None]
            if len(values) == len(self.sides) and len(set(values)) > 1:
                best = max(range(len(values)), key=lambda k: values[k])
                yield f"{words.capitalize()}: {self.sides[best].account}."


def compare(
    reach: pa.Table,
    overlap: Overlap,
    inside: tuple[Inside, ...],
    *,
    context: str,
    costs: Mapping[str, float] | None = None,
) -> Comparison:
    """A comparison from the reach table, the overlap of the accounts and what of each lies within the context."""
    rows: dict[str, dict[str, Any]] = {row["id"]: row for row in reach.to_pylist()}
    nothing = dict.fromkeys(reach.column_names) | {"seen": 0, "real": 0, "real_low": 0, "real_high": 0}
    sides = tuple(
        _side(account, rows.get(account, nothing), part, (costs or {}).get(account))
        for account, part in zip(overlap.accounts, inside, strict=True)
    )
    return Comparison(sides, overlap, context)


def _side(account: str, row: Mapping[str, Any], part: Inside, cost: float | None) -> Side:
    return Side(
        account=account,
        followers=row["followers"] if row["followers"] is not None else row["seen"],
        real=row["real"],
        real_low=row["real_low"],
        real_high=row["real_high"],
        engaged=row["engaged"],
        moved=row["moved"],
        fitting=row["real"] * part.share if part.share is not None else 0.0,
        fit=part.share,
        cost=cost,
    )
