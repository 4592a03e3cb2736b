"""What a world is made of while it is being built: ties, posts and acts as columns, and the scenes that add them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NONE: Final = -1
SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

ORGANIC, BOUGHT, TRADED, AUTOMATED, COMMANDED = range(5)
WHY: Final = ("organic", "bought", "traded", "automated", "commanded")

LIKE, REPOST, REPLY, QUOTE, COMMENT, MENTION = range(6)
ACT_KINDS: Final = ("like", "repost", "reply", "quote", "comment", "mention")

CLIENTS: Final = ("phone", "phone-b", "web", "tablet", "scheduler", "autopost", "panel")
SCHEDULER, AUTOPOST, PANEL = 4, 5, 6

PLAIN, SALAD, COPIED, SHOUT = range(4)  # styles of text


class Columns:
    """Columns of equal length, one frozen dataclass field each."""

    @classmethod
    def of(cls, length: int, **columns: Any) -> Self:
        """The columns given, others at their defaults; a scalar fills its column."""
        filled = {}
        for column in fields(cls):  # type: ignore[arg-type]
            kind, default = DEFAULTS[column.name]
            value = columns.get(column.name, default)
            filled[column.name] = np.broadcast_to(np.asarray(value, dtype=kind), (length,))
        return cls(**filled)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """All rows of the parts, one after the other."""
        if not parts:
            return cls.of(0)
        return cls(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)})  # type: ignore[arg-type]

    def rows(self, which: Ints | Flags) -> Self:
        """Some of the rows, in the order asked for."""
        return type(self)(**{f.name: getattr(self, f.name)[which] for f in fields(self)})  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))  # type: ignore[arg-type]


DEFAULTS: Final[dict[str, tuple[type[Any], float]]] = {
    "follower": (np.int64, NONE),
    "followed": (np.int64, NONE),
    "author": (np.int64, NONE),
    "actor": (np.int64, NONE),
    "target": (np.int64, NONE),
    "post": (np.int64, NONE),
    "kind": (np.int64, LIKE),
    "at": (np.int64, NONE),
    "ended": (np.int64, NONE),
    "deleted": (np.int64, NONE),
    "client": (np.int64, NONE),
    "tag": (np.int64, NONE),
    "url": (np.int64, NONE),
    "style": (np.int64, PLAIN),
    "phrase": (np.int64, NONE),
    "topic": (np.int64, NONE),
    "why": (np.int64, ORGANIC),
    "warmth": (np.float64, 1.0),
    "rate": (np.float64, np.nan),
    "haste": (np.float64, 1.0),
}


@dataclass(frozen=True)
class Ties(Columns):
    """Follows."""

    follower: Ints
    followed: Ints
    at: Ints
    ended: Ints
    why: Ints
    warmth: Floats  # how much more than usual this follower reacts
    rate: Floats  # reactions a post, where that does not come from the ordinary model; 0: a hollow tie
    haste: Floats  # factor on the time until a reaction


@dataclass(frozen=True)
class Posts(Columns):
    """Posts; row numbers are what acts point at."""

    author: Ints
    at: Ints
    client: Ints
    tag: Ints
    url: Ints
    style: Ints
    deleted: Ints
    why: Ints
    phrase: Ints  # words that its text holds
    topic: Ints  # what it takes up, where that is neither ordinary life nor a tag


@dataclass(frozen=True)
class Acts(Columns):
    """Reactions and mentions; `target` is filled from the post's author where it is not said."""

    actor: Ints
    post: Ints
    target: Ints
    kind: Ints
    at: Ints
    client: Ints
    deleted: Ints
    why: Ints


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts that belong together in truth."""

    kind: str
    members: Ints
    beneficiaries: Ints


Rng = np.random.Generator
T = TypeVar("T")


def nobody() -> Ints:
    return np.zeros(0, np.int64)


def pairs(members: Ints) -> tuple[Ints, Ints]:
    """Every two of the members, once."""
    first, second = np.triu_indices(len(members), k=1)
    return members[first], members[second]


def keys(first: Ints, second: Ints) -> Ints:
    """One number for each ordered pair of nodes."""
    return (first << 32) | second


def first_of_each(values: Ints) -> Ints:
    """Row numbers of the first appearance of each value, ascending."""
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    new = np.ones(len(ranked), bool)
    new[1:] = ranked[1:] != ranked[:-1]
    rows: Ints = np.sort(order[new])
    return rows


def contains(ordered: Ints, values: Ints) -> Flags:
    """Whether each value is in the ascending array."""
    if not len(ordered):
        return np.zeros(len(values), bool)
    place = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    found: Flags = ordered[place] == values
    return found
