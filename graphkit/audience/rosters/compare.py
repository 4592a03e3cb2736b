"""Two or more accounts side by side: counts, shares and costs together, so that none hides the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from graphkit.audience.fit.context import Inside
from graphkit.audience.rosters.overlap import Overlap
from graphkit.language import amount, percent, say, told


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
        counts = say(
            "{followers} followers, {real} people ({low} to {high})",
            followers=self.followers,
            real=self.real,
            low=self.real_low,
            high=self.real_high,
        )
        if self.real_share is None:
            yield say("{account}: {counts}", account=self.account, counts=counts)
        else:
            share = percent(self.real_share)
            yield say("{account}: {counts}, {share} of its followers", account=self.account, counts=counts, share=share)
        yield self._fit()
        yield from self._engagement()
        if self.cost is not None:
            yield from self._costs(self.cost)

    def _fit(self) -> str:
        fitting = amount(self.fitting)
        if self.fit is None:
            return say("  fit cannot be said: {people} people it is wanted for", people=fitting)
        return say("  fit {fit}: {people} people it is wanted for", fit=percent(self.fit), people=fitting)

    def _engagement(self) -> Iterator[str]:
        if self.engaged is None and self.moved is None:
            yield say("  who engages cannot be said")
        if self.engaged is not None:
            yield say("  {people} engaged", people=amount(self.engaged, 1))
        if self.moved is not None:
            yield say("  {people} moved by a post", people=amount(self.moved, 1))

    def _costs(self, cost: float) -> Iterator[str]:
        yield say("  costs {cost}", cost=amount(cost))
        if self.per_person is not None:
            yield say("  {cost} for each fitting person", cost=amount(self.per_person, 2))
        if self.per_engaged is not None:
            yield say("  {cost} for each engaged one", cost=amount(self.per_engaged, 2))


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
            yield self._shared(int(i), int(j))
        yield from self.leaders()

    def _shared(self, i: int, j: int) -> str:
        one, other, shared = self.sides[i].account, self.sides[j].account, self.overlap.shared[i, j]
        smaller = self.overlap.of_smaller[i, j]
        if np.isnan(smaller):
            return say("{one} and {other} share {shared} followers.", one=one, other=other, shared=shared)
        return say(
            "{one} and {other} share {shared} followers, {smaller} of the smaller audience and {both} of both.",
            one=one,
            other=other,
            shared=shared,
            smaller=percent(smaller),
            both=percent(self.overlap.of_union[i, j]),
        )

    def leaders(self) -> Iterator[str]:
        """Who has most by each measure; a small account may lead by share and a large one by count."""
        for words, measure in _MEASURES.items():
            values = [value for side in self.sides if (value := measure(side)) is not None]
            if len(values) == len(self.sides) and len(set(values)) > 1:
                best = max(range(len(values)), key=lambda k: values[k])
                yield f"{told(words)}: {self.sides[best].account}."


_MEASURES: Final[Mapping[str, Callable[[Side], float | None]]] = {
    say("Most people"): lambda side: side.real,
    say("Most fitting people"): lambda side: side.fitting,
    say("Largest share of people"): lambda side: side.real_share,
    say("Best fit"): lambda side: side.fit,
    say("Least cost for each fitting person"): lambda side: None if side.per_person is None else -side.per_person,
}


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
        real=row["real"] or 0,
        real_low=row["real_low"] or 0,
        real_high=row["real_high"] or 0,
        engaged=row["engaged"],
        moved=row["moved"],
        fitting=(row["real"] or 0) * part.share if part.share is not None else 0.0,
        fit=part.share,
        cost=cost,
    )
