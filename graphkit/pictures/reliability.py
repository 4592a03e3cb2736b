"""Whether chances can be believed: of the accounts given a chance, how many were it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from scipy.stats import beta

from graphkit.language import number, percent, say, told
from graphkit.pictures.canvas.axes import Scale
from graphkit.pictures.canvas.marks import SMALL, WIDTH, Dots, Drawing, Mark, Missing, Path, Picture, Words, fitting

SIDE: Final = 158.0  # of the square of one kind
ROOM: Final = SIDE + 40.0  # of its name, which may reach into the gap
LEFTS: Final = (48.0, 48.0 + SIDE + 66.0)
TOPS: Final = (44.0, 44.0 + SIDE + 70.0)
WORDS: Final = {
    "bot": say("acts automated"),
    "ring": say("trades follows"),
    "pod": say("trades reactions"),
    "compromised": say("under a second hand"),
}


class Bin(Protocol):
    """Accounts of about the same chance: what was said of them, and how many were it."""

    @property
    def kind(self) -> str: ...
    @property
    def accounts(self) -> int: ...
    @property
    def said(self) -> float: ...
    @property
    def true(self) -> float: ...


def reliability(bins: Sequence[Bin]) -> Picture:
    """The chance that was said against the share that was so, one square a kind; on the dashed line both are equal."""
    title = told(say("Chances said, and how often they were right"))
    held = [each for each in bins if each.accounts]
    if not held:
        return Missing(title, told(say("No account has both a chance and a known truth.")))
    kinds = [kind for kind in WORDS if any(each.kind == kind for each in held)]
    marks = [
        mark
        for place, kind in enumerate(kinds)
        for mark in _square(kind, [each for each in held if each.kind == kind], place)
    ]
    height = TOPS[(len(kinds) - 1) // 2] + SIDE + 36
    return Drawing(title, _said(held), WIDTH, height, (*marks, *_axes(height)))


def _axes(height: float) -> Iterator[Mark]:
    yield Words(0, 12, told(say("up: share that was so; right: chance that was said")), "soft", size=11)


def _square(kind: str, bins: Sequence[Bin], place: int) -> Iterator[Mark]:
    left, top = LEFTS[place % 2], TOPS[place // 2]
    x, y = Scale(0.0, 1.0, left, left + SIDE), Scale(0.0, 1.0, top + SIDE, top)
    accounts = told(say("{count} accounts", count=sum(each.accounts for each in bins)))
    name = told(WORDS[kind])
    yield Words(left, top - 10, name, strong=True, size=fitting(name, SMALL, ROOM))
    yield Words(left + SIDE / 2, top + SIDE + 29, accounts, "soft", "middle", size=10)
    yield from _grid(x, y, top)
    for each in bins:
        low, high = _interval(round(each.true * each.accounts), each.accounts)
        yield Path(((x(each.said), y(low)), (x(each.said), y(high))), kind, 1.4)
    yield Dots(tuple((x(each.said), y(each.true)) for each in bins), 3.6, kind)


def _grid(x: Scale, y: Scale, top: float) -> Iterator[Mark]:
    for value in (0.0, 0.5, 1.0):
        yield Path(((x(value), y(0)), (x(value), y(1))), "line", 0.7)
        yield Path(((x(0), y(value)), (x(1), y(value))), "line", 0.7)
        yield Words(x(value), y(0) + 15, str(percent(value)), "soft", "middle", size=11)
        yield Words(x(0) - 6, y(value) + 4, str(percent(value)), "soft", "end", size=11)
    yield Path(((x(0), y(0)), (x(1), y(1))), "soft", 1.0, dashed=True)


def _interval(hits: int, of: int) -> tuple[float, float]:
    """Jeffreys' 95 % interval of a share."""
    low, high = beta.ppf([0.025, 0.975], hits + 0.5, of - hits + 0.5)
    return (0.0 if hits == 0 else float(low)), (1.0 if hits == of else float(high))


def _said(held: Sequence[Bin]) -> str:
    outside = [each for each in held if not _holds(each)]
    return told(
        say(
            "Each dot is a group of accounts of about the same chance; its bar is the 95 % interval of the share. On the "
            "dashed line the chance is what came true. {inside} of {groups} intervals reach it.",
            inside=number(len(held) - len(outside)),
            groups=len(held),
        )
    )


def _holds(each: Bin) -> bool:
    low, high = _interval(round(each.true * each.accounts), each.accounts)
    return low <= each.said <= high
