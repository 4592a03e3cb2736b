"""Every score taken apart: a version, a formula, and parts that sum to it, beside what speaks for caution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from graphkit.audience.lift import Lift
from graphkit.audience.reach import REASONS, ReachEstimate
from graphkit.audience.rosters.roster import Roster
from graphkit.errors import UsageError
from graphkit.language import amount, say, told

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
        yield say(
            "{name} of {account}, version {version}: {formula}",
            name=self.name,
            account=self.account,
            version=self.version,
            formula=self.formula,
        )
        for words, value in self.parts:
            yield f"{amount(value, 2, signed=True)}  {told(words)}"
        yield f"= {amount(self.value, 2)}"
        yield from self.cautions


def moved_of(known: ReachEstimate) -> Score:
    """How many people one post moves, with its parts."""
    if known.moved is None:
        raise UsageError(
            say("what one post of {account_id} moves cannot be said; see graphkit reach.", account_id=known.account_id)
        )
    formula = say("people who react to one post, expected over all posts")
    span = say("95% interval {low} to {high}", low=amount(known.moved.low, 1), high=amount(known.moved.high, 1))
    return Score(say("moved"), known.account_id, known.moved.value, formula, known.moved_parts, (span, *known.notes))


def score_of(known: ReachEstimate | Lift | Roster) -> Score:
    """The score in an estimate of reach, a lift or a roster, with its parts."""
    if isinstance(known, ReachEstimate):
        removed = tuple((REASONS[reason], -float(count)) for reason, count in known.removed.items())
        span = say("95% interval {low} to {high}", low=known.low, high=known.high)
        formula = say("followers less those taken off, each for one reason")
        parts = ((say("followers"), float(known.whole)), *removed)
        return Score(say("real reach"), known.account_id, float(known.real), formula, parts, (span, *known.notes))
    if isinstance(known, Roster):
        parts = tuple((m.account, added) for m, added in zip(known.members, known.adds, strict=True))
        formula = say("distinct people, each counted for the first member that reaches them")
        return Score(say("reach of the roster"), say("the roster"), known.reach, formula, parts, known.warnings)
    if known.lift is None:
        raise UsageError(say("there is no lift to take apart: {why_not}.", why_not=known.why_not))
    formula = say("(followers - others) - (followers before - others before), uses a thousand accounts and object")
    parts = (
        (say("followers after"), known.followers),
        (say("others after"), -known.others),
        (say("followers at other times"), -known.followers_before),
        (say("others at other times"), known.others_before),
    )
    return Score(
        say("lift"),
        known.account,
        known.lift,
        formula,
        parts,
        (say("95% interval {low} to {high}", low=amount(known.low, 2), high=amount(known.high, 2)),),
    )
