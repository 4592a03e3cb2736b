"""The week of an account: a heat map of 7 days x 24 hours, its quiet hours, fixed intervals and source apps.

Acts come in sittings, so tests count hours of days in which anything was done, not acts. An account without a quiet part
of the day acts round the clock; several people, a service or a machine do that, and so does a person who travels.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import percent, say, say_many
from graphkit.measures.nulls import binomial_tail, poisson_tail
from graphkit.measures.rhythm.zone import Zone, zone_of
from graphkit.measures.streams.deeds import Deeds, deeds_of
from graphkit.settings import current

Ints = NDArray[np.int64]

SECOND: Final = 1_000
HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
MONDAY: Final = 3  # 1970-01-01 was a Thursday
QUIET: Final = 6  # hours: a short night


@dataclass(frozen=True)
class Rhythm:
    """When an account, or a group as one, does what it does. Hours are UTC; None means too little was seen."""

    accounts: int
    acts: int
    hours: int  # distinct hours in which something was done: what the tests count
    heat: tuple[tuple[int, ...], ...]  # acts, 7 days (Monday first) x 24 hours
    quiet_from: int | None  # first of the six hours of the day in which least is done
    quiet_share: float | None  # share of the active hours that fall into them; a quarter would be no rest at all
    sleep_p: float | None  # chance of so quiet a part of the day for somebody who acts evenly round the clock
    awake_p: float | None  # chance of so much activity in it for people, who keep a tenth of theirs there at most
    interval_s: float | None  # the most frequent interval between two acts, in seconds
    interval_p: float | None  # chance of its repeating so often where intervals vary freely
    minute_p: float | None  # chance of so narrow a spread over the minutes of the hour (a timer)
    clients: tuple[tuple[str, int], ...]  # source apps with acts, the most used first; empty: not in the data
    zone: Zone | None  # the time zone that the quiet hours fit, with its doubt

    def as_dict(self) -> dict[str, object]:
        """The same as JSON values."""
        return asdict(self)

    @property
    def sentence(self) -> str:
        """What the rhythm looks like, in words that accuse nobody."""
        bounds = current().rhythm
        if self.sleep_p is None or self.awake_p is None or self.quiet_share is None:
            return say_many(
                "Only {count} active hour was seen, too few to tell a daily rhythm.",
                "Only {count} active hours were seen, too few to tell a daily rhythm.",
                count=int(self.hours),
            )
        if self.awake_p < bounds.p and self.sleep_p >= bounds.p:
            return say("It is active round the clock; several people, a service or a machine do that.")
        if self.sleep_p < bounds.p:
            until = (self.quiet_from or 0) + QUIET
            return say(
                "It rests between {from_}:00 and {until}:00 UTC ({quiet_share} of its active hours fall there).",
                from_=format(self.quiet_from, "02d"),
                until=format(until % 24, "02d"),
                quiet_share=percent(self.quiet_share),
            )
        return say("No clear rest was seen, and no activity round the clock either.")


def rhythm(graph: InfluenceGraph, nodes: int | Iterable[int]) -> Rhythm:
    """The rhythm of one account, or of several taken as one; linear in what they did."""
    who = np.array([nodes] if isinstance(nodes, int | np.integer) else list(nodes), np.int64)
    deeds = deeds_of(graph)
    rows = deeds.rows(who)
    at = deeds.at[rows]
    active = np.unique(at // HOUR)
    enough = len(active) >= current().rhythm.least_hours
    start, share, sleeps, awake = _quiet(active) if enough else (None, None, None, None)
    interval, repeated = _intervals(deeds, who) if enough else (None, None)
    return Rhythm(
        accounts=len(who),
        acts=len(rows),
        hours=len(active),
        heat=weekly(at),
        quiet_from=start,
        quiet_share=share,
        sleep_p=sleeps,
        awake_p=awake,
        interval_s=interval,
        interval_p=repeated,
        minute_p=_minutes(at) if enough else None,
        clients=_clients(deeds, rows),
        zone=zone_of(active) if enough and sleeps is not None and sleeps < current().rhythm.p else None,
    )


def weekly(at: Ints) -> tuple[tuple[int, ...], ...]:
    """Moments (UTC milliseconds) counted by weekday, Monday first, and hour."""
    cell = (at // DAY + MONDAY) % 7 * 24 + at // HOUR % 24
    counts = np.bincount(cell, minlength=168).reshape(7, 24)
    return tuple(tuple(int(count) for count in day) for day in counts)


def _quiet(active: Ints) -> tuple[int, float, float, float]:
    """The six quietest hours: first hour, share, chance for somebody who never rests, chance for somebody who does."""
    counts = np.bincount(active % 24, minlength=24)
    sums = np.array([np.roll(counts, -hour)[:QUIET].sum() for hour in range(24)])
    start, few, total = int(sums.argmin()), int(sums.min()), int(counts.sum())
    even = special.bdtr(few, total, QUIET / 24)
    rested = binomial_tail(few, total, current().rhythm.rest_share)
    return start, few / total, float(min(1.0, 24 * even)), float(rested)


def _intervals(deeds: Deeds, who: Ints) -> tuple[float | None, float | None]:
    """The interval of whole seconds that comes back most, against the intervals around it."""
    gaps = np.concatenate([np.diff(deeds.at[deeds.of(int(one))]) for one in who]) // SECOND
    gaps = gaps[(gaps > 2) & (gaps < 86_400)]
    if len(gaps) < current().rhythm.least_hours:
        return None, None
    values, counts = np.unique(gaps, return_counts=True)
    best = int(counts.argmax())
    value, count = int(values[best]), int(counts[best])
    near = max(2, value // 3)
    around = int(((gaps >= value - near) & (gaps <= value + near)).sum()) - count
    due = (around + 1.0) / (2.0 * near)
    return float(value), min(1.0, len(values) * float(poisson_tail(count - 1, due)))


def _minutes(at: Ints) -> float:
    """Rayleigh's test of the moment within the hour; each hour counts once, by its first act."""
    first = at[np.unique(at // HOUR, return_index=True)[1]] if len(at) else at
    angle = 2 * np.pi * (first % HOUR) / HOUR
    strength = float(np.cos(angle).sum() ** 2 + np.sin(angle).sum() ** 2) / max(len(first), 1)
    return float(min(1.0, np.exp(-strength) * (1 + (2 * strength - strength**2) / (4 * max(len(first), 1)))))


def _clients(deeds: Deeds, rows: Ints) -> tuple[tuple[str, int], ...]:
    used = deeds.client[rows]
    counts = np.bincount(used[used >= 0], minlength=len(deeds.clients))
    order = np.argsort(-counts, kind="stable")
    return tuple((deeds.clients[number], int(counts[number])) for number in order if counts[number])
