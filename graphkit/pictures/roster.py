"""What each further account on a roster adds: the curve of its size against the people reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Final

from graphkit.language import number, percent, say, told
from graphkit.pictures.canvas.axes import Scale, beside, ticks
from graphkit.pictures.canvas.marks import WIDTH, Area, Dots, Drawing, Mark, Missing, Path, Picture, Words, cut

LEFT, RIGHT = 60.0, WIDTH - 14.0
TOP, FOOT = 34.0, 220.0
NAMED: Final = 12  # accounts named below the curve
ENOUGH: Final = 0.9  # the size from which a roster reaches nine tenths of the whole is said in words

Name = Callable[[str], str]


def roster(accounts: Sequence[str], adds: Sequence[float], name: Name) -> Picture:
    """People reached by the first one, two, three accounts and so on, each counted once."""
    title = told(say("People reached, by size of the roster"))
    if not accounts or sum(adds) <= 0:
        return Missing(title, told(say("There is no roster, or nobody is known to be reached by it.")))
    reached = list(accumulate(adds))
    x = Scale(0.0, float(len(reached)), LEFT, RIGHT)
    y = Scale(0.0, reached[-1] * 1.05, FOOT, TOP)
    course = [(x(0.0), y(0.0)), *((x(float(n)), y(people)) for n, people in enumerate(reached, start=1))]
    marks = [
        Words(LEFT, 14, told(say("distinct people reached")), "soft"),
        *beside(y, ticks(0.0, reached[-1] * 1.05, most=4), x=LEFT, right=RIGHT),
        Area((*course, (x(float(len(reached))), FOOT)), "heat1"),
        Path(tuple(course), "observed", 2.0),
        Dots(tuple(course[1:]), 3.4, "observed"),
        *_sizes(len(reached), x),
        *_named(accounts, adds, name),
    ]
    height = FOOT + 44 + 16 * min(len(accounts), NAMED)
    return Drawing(title, _said(reached), WIDTH, height, tuple(marks))


def _sizes(size: int, x: Scale) -> Iterator[Mark]:
    for n in range(1, size + 1, max(1, -(-size // 12))):
        yield Words(x(float(n)), FOOT + 15, str(n), "soft", "middle")


def _named(accounts: Sequence[str], adds: Sequence[float], name: Name) -> Iterator[Mark]:
    for place, (account, people) in enumerate(zip(accounts[:NAMED], adds, strict=False)):
        y = FOOT + 40 + 16 * place
        yield Words(LEFT - 8, y, f"{place + 1}", "soft", "end")
        yield Words(LEFT, y, cut(name(account), 34))
        yield Words(RIGHT, y, f"+{number(round(people))}", "ink", "end")


def _said(reached: Sequence[float]) -> str:
    enough = next(n for n, people in enumerate(reached, start=1) if people >= ENOUGH * reached[-1])
    return told(
        say(
            "{size} accounts reach {people} distinct people together. The first {enough} of them reach {share} of these.",
            size=len(reached),
            people=round(reached[-1]),
            enough=enough,
            share=percent(reached[enough - 1] / reached[-1]),
        )
    )
