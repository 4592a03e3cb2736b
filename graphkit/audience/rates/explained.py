"""Every score taken apart: a version, a formula, and parts that sum to it, beside what speaks for caution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from graphkit.audience.lift import Lift
from graphkit.audience.reach import REASONS, ReachEstimate
from graphkit.audience.rosters.roster import Roster
from graphkit.errors import UsageError
from graphkit.language import say

VERSION: Final = "1"  # of the formulas below; a changed formula has a new number
_ROUNDING: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Score:
    """A number with the parts that sum to it."""

    name: str
    account: str
    value: float
    formula: str
    parts: tuple[tuple[str, float], ...]
    cautions: tuple[str, ...] = ()
    version: str = VERSION

    def __post_init__(self) -> None:
        total = sum(value for _, value in self.parts)
        if abs(total - self.value) > _ROUNDING * max(1.0, abs(self.value)):
            raise UsageError(
                say(
                    "the parts of {name} sum to {total}, not to {value}; give all of them.",
                    name=self.name,
                    total=total,
                    value=self.value,
                )
            )

    def explain(self) -> Iterator[str]:
        """The formula, the parts, the sum and the cautions."""
        yield f"{self.name} of {self.account}, version {self.version}: {self.formula}"
        for words, value in self.parts:
            yield f"{value:+,.2f}  {words}"
        yield f"= {self.value:,.2f}"
        yield from self.cautions


def moved_of(told: ReachEstimate) -> Score:
    """How many people one post moves, with its parts."""
    if told.moved is None:
        raise UsageError(
            say("what one post of {account_id} moves cannot be said; see graphkit reach.", account_id=told.account_id)
        )
    formula = "people who react to one post, expected over all posts"
    span = f"95 % interval {told.moved.low:,.1f} to {told.moved.high:,.1f}"
    return Score("moved", told.account_id, told.moved.value, formula, told.moved_parts, (span, *told.notes))


def score_of(told: ReachEstimate | Lift | Roster) -> Score:
    """The score in an estimate of reach, a lift or a roster, with its parts."""
    if isinstance(told, ReachEstimate):
        removed = tuple((REASONS[reason], -float(count)) for reason, count in told.removed.items())
        span = f"95 % interval {told.low:,} to {told.high:,}"
        formula = "followers less those taken off, each for one reason"
        parts = (("followers", float(told.whole)), *removed)
        return Score("real reach", told.account_id, float(told.real), formula, parts, (span, *told.notes))
    if isinstance(told, Roster):
        parts = tuple((m.account, added) for m, added in zip(told.members, told.adds, strict=True))
        formula = "distinct people, each counted for the first member that reaches them"
        return Score("reach of the roster", "the roster", told.reach, formula, parts, told.warnings)
    if told.lift is None:
        raise UsageError(say("there is no lift to take apart: {why_not}.", why_not=told.why_not))
    formula = "(followers - others) - (followers before - others before), uses a thousand accounts and object"
    parts = (
        ("followers after", told.followers),
        ("others after", -told.others),
        ("followers at other times", -told.followers_before),
        ("others at other times", told.others_before),
    )
    return Score("lift", told.account, told.lift, formula, parts, (f"95 % interval {told.low:.2f} to {told.high:.2f}",))
