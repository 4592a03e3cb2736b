"""The waterfall of reach: from followers as stated down to the people whom one post moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from graphkit.language import number, say, say_many, told
from graphkit.pictures.canvas.axes import Scale
from graphkit.pictures.canvas.marks import SMALL, WIDTH, Drawing, Mark, Missing, Path, Picture, Rect, Words, fitting

REMOVED: Final = {  # column of the reach table -> word and colour, in the order in which followers are taken off
    "removed_bought": (say("bought"), "bought"),
    "removed_ring": (say("traded follows"), "ring"),
    "removed_bot": (say("automated"), "bot"),
    "removed_inactive": (say("abandoned"), "inactive"),
}
BEYOND: Final = {  # step beyond real people -> word and colour
    "double": (say("counted twice"), "unknown"),
    "pod": (say("come by agreement"), "pod"),
    "unreachable": (say("follow too many"), "unknown"),
}
LEFT: Final = 172.0  # where bars begin
RIGHT: Final = WIDTH - 96.0  # and end at most: the numbers stand behind them
ROW: Final = 23.0
BAR: Final = 13.0
FAR: Final = 3.0  # a stated number beyond this many times the seen ones is drawn as a broken bar


class Further(Protocol):
    """A step of the audience's own waterfall."""

    @property
    def name(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def low(self) -> int: ...
    @property
    def high(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One bar: what it counts, from where to where, and between which bounds the number lies."""

    name: str
    begin: float
    value: float
    role: str
    low: float | None = None
    high: float | None = None
    taken: bool = False  # taken off; the bar hangs at the end of the one before


def waterfall(row: Mapping[str, float | None], name: str, *, further: Sequence[Further] = ()) -> Picture:
    """The steps of one account, from a row of the reach table; the bars that hang are the followers taken off.

    `further` are the steps of `audience.waterfall`, of which those beyond real people are drawn too.
    """
    title = told(say("Reach of {account}", account=name))
    if not row.get("seen"):
        return Missing(title, told(say("None of its followers is in the data.")))
    steps = list(_steps(row, further))
    widest = max(step.high or step.begin + step.value for step in steps[1:] if step.value is not None)
    scale = Scale(0.0, max(widest, 1.0), LEFT, RIGHT)
    marks = [mark for place, step in enumerate(steps) for mark in _bar(step, scale, place * ROW)]
    return Drawing(title, _said(row), WIDTH, len(steps) * ROW + 2, tuple(marks))


def _steps(row: Mapping[str, float | None], further: Sequence[Further]) -> Iterator[Step]:
    removed = {column: row.get(column) or 0.0 for column in REMOVED}
    real = row.get("real") or 0.0
    whole = real + sum(removed.values())
    stated = row.get("followers")
    if stated is not None:
        yield Step(told(say("followers as stated")), 0.0, stated, "expected")
    yield Step(told(say("followers in the data")), 0.0, row.get("seen") or 0.0, "observed")
    end = whole
    for column, (word, role) in REMOVED.items():
        if removed[column]:
            end -= removed[column]
            yield Step(told(word), end, removed[column], role, taken=True)
    yield Step(told(say("real people")), 0.0, real, "people", row.get("real_low"), row.get("real_high"))
    yield from _further(real, {step.name: step for step in further})
    if row.get("engaged") is not None:
        yield Step(told(say("who reacted lately")), 0.0, row["engaged"] or 0.0, "people")
    if row.get("moved") is not None:
        moved = row["moved"] or 0.0
        yield Step(told(say("moved by one post")), 0.0, moved, "people", row.get("moved_low"), row.get("moved_high"))


def _further(real: float, steps: Mapping[str, Further]) -> Iterator[Step]:
    """From people down to those who can be reached, each once; nothing where nobody is taken off."""
    taken = [(name, steps[name]) for name in BEYOND if name in steps and steps[name].count]
    end = real
    for name, step in taken:
        word, role = BEYOND[name]
        end -= step.count
        yield Step(told(word), end, step.count, role, taken=True)
    if taken:
        left = steps["reachable"]
        yield Step(told(say("who can be reached")), 0.0, left.count, "people", left.low, left.high)


def _bar(step: Step, scale: Scale, top: float) -> Iterator[Mark]:
    end = step.begin + step.value
    broken = end > scale.high * FAR
    left, right = scale(step.begin), scale(end)
    size = fitting(step.name, SMALL, LEFT + 12)  # no bold letters
    yield Words(LEFT - 8, top + 14, step.name, "soft", "end", size=size)
    yield Rect(left, top + 4, max(right - left, 1.0), BAR, step.role, 2.0)
    if broken:
        yield Path(((RIGHT - 18, top + 2), (RIGHT - 22, top + 19)), "page", 3.0)
        yield Path(((RIGHT - 12, top + 2), (RIGHT - 16, top + 19)), "page", 3.0)
    if step.low is not None and step.high is not None and step.high > step.low:
        middle, low, high = top + 4 + BAR / 2, scale(step.low), scale(step.high)
        yield Path(((low, middle), (high, middle)), "ink", 1.5)
        yield from (Path(((x, middle - 4), (x, middle + 4)), "ink", 1.5) for x in (low, high))
        right = max(right, high)
    text = f"−{number(step.value)}" if step.taken else number(_shown(step.value))
    yield Words(right + 7, top + 14, text, "ink", strong=step.role == "people" and not step.taken)


def _shown(value: float) -> float:
    return round(value, 1) if value < 100 else round(value)


def _said(row: Mapping[str, float | None]) -> str:
    gone = sum(row.get(column) or 0.0 for column in REMOVED)
    return told(
        say_many(
            "{seen} follower is in the data; set aside: {gone}, people: {real} ({low} to {high}).",
            "{seen} followers are in the data, {gone} of them are set aside, {real} are people ({low} to {high}).",
            count=int(row.get("seen") or 0),
            seen=row.get("seen"),
            gone=gone,
            real=row.get("real"),
            low=row.get("real_low"),
            high=row.get("real_high"),
        )
    )
