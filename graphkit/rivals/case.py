"""One explanation while it is being weighed, and the ranking of several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from graphkit.evidence import Rival
from graphkit.language import say

CAUSES: Final = {
    "bought": say("followers were bought"),
    "follow_back": say("follows are traded for follows"),
    "pod": say("reactions are traded by agreement"),
    "giveaway": say("a prize draw brought them"),
    "press": say("press or a viral post brought them"),
    "advert": say("an advert brought them"),
    "starter_pack": say("newcomers followed a list"),
    "friends": say("friends or colleagues"),
    "fan_club": say("fans"),
    "automated": say("machines act"),
    "real": say("ordinary followers, nothing beyond chance"),
    "cannot_tell": say("the data does not tell"),
}
LEAST: Final = 0.02  # of the whole weight; an explanation below it is shown only where something was said of it


@dataclass(slots=True)
class Case:
    """An explanation, how much of the symptom it explains, and the sentences on both sides."""

    name: str
    mass: float = 0.0
    speaks_for: list[str] = field(default_factory=list)
    speaks_against: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def adds(self, mass: float, said: str) -> None:
        """Something that speaks for it."""
        self.mass += mass
        self.speaks_for.append(said)


def ranked(cases: Iterable[Case]) -> tuple[Rival, ...]:
    """The explanations by weight, the likeliest first; "cannot tell" alone where none has any."""
    held = list(cases)
    total = sum(max(case.mass, 0.0) for case in held)
    if total <= 0:
        return (Rival("cannot_tell", 1.0, missing=tuple(text for case in held for text in case.missing)),)
    shown = [case for case in held if case.mass >= LEAST * total or case.speaks_for or case.speaks_against]
    whole = sum(max(case.mass, 0.0) for case in shown)
    rivals = [
        Rival(
            c.name, round(max(c.mass, 0.0) / whole, 3), tuple(c.speaks_for), tuple(c.speaks_against), tuple(c.missing)
        )
        for c in shown
    ]
    return tuple(sorted(rivals, key=lambda rival: (-rival.weight, list(CAUSES).index(rival.name))))
