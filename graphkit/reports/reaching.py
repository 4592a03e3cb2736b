"""How far accounts reach: the table of the widest, and the waterfalls of those that matter."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from graphkit.language import number, say, told
from graphkit.pictures import waterfall
from graphkit.pictures.waterfall import REMOVED
from graphkit.reports.figures import Figure, shown
from graphkit.reports.sections import BAR, part
from graphkit.results import Names, Results
from graphkit.settings import defaults

PEOPLE: Final = (say("people"), "people")


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a bar: what it counts, its colour, how many, and from where to where it is drawn."""

    name: str
    role: str
    amount: str
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class ReachView:
    """A row of the reach table."""

    account: str
    followers: str
    seen: str
    real: str
    low: str
    high: str
    low_bar: float
    real_bar: float
    high_bar: float
    slices: tuple[Slice, ...]
    moved: str
    moved_low: str
    moved_high: str


def reach_views(results: Results) -> list[ReachView]:
    """The accounts that reach most real people first; never in the order of follower counts."""
    top = _widest(results).slice(0, defaults().pages.reach_shown).to_pylist()
    widest = max((_known(row, "real_high", "real") for row in top), default=0.0)
    return [_reach(row, widest) for row in top]


def waterfall_views(results: Results, names: Names, accounts: list[str]) -> list[Figure]:
    """The steps of these accounts, drawn; an account of which no follower is known is left out."""
    rows = results.reach.filter(pc.is_in(results.reach["id"], pa.array(accounts, pa.string())))
    of = {row["id"]: row for row in rows.to_pylist()}
    return [shown(waterfall(of[account], names(account))) for account in accounts if account in of]


def that_matter(results: Results) -> list[str]:
    """The accounts whose reach is drawn: the widest, and those of whose followers most are set aside."""
    most = defaults().pages.waterfalls_shown
    removed = results.reach["removed_bot"]
    for column in ("removed_bought", "removed_ring", "removed_inactive"):
        removed = pc.add(removed, results.reach[column])
    aside = results.reach.append_column("removed", removed).filter(pc.greater(removed, 0))
    aside = aside.sort_by([("removed", "descending"), ("id", "ascending")]).slice(0, most)["id"].to_pylist()
    widest = _widest(results).slice(0, most)["id"].to_pylist()
    return list(dict.fromkeys([*widest[: most - most // 2], *aside[: most // 2], *widest]))[:most]


def _widest(results: Results) -> pa.Table:
    known = results.reach.filter(pc.greater(results.reach["seen"], 0))
    return known.sort_by([("real", "descending"), ("id", "ascending")])


def _reach(row: dict[str, float | None], widest: float) -> ReachView:
    low, real, high = row.get("real_low"), row.get("real"), row.get("real_high")
    return ReachView(
        account=str(row["id"]),
        followers=number(row.get("followers")),
        seen=number(row.get("seen")),
        real=number(real),
        low=number(low),
        high=number(high),
        low_bar=_log(low if low is not None else real, widest),
        real_bar=_log(real, widest),
        high_bar=_log(high if high is not None else real, widest),
        slices=tuple(_slices(row)),
        moved=number(_rounded(row.get("moved"))),
        moved_low=number(_rounded(row.get("moved_low"))),
        moved_high=number(_rounded(row.get("moved_high"))),
    )


def _slices(row: dict[str, float | None]) -> Iterator[Slice]:
    """The waterfall of one account: what is people, and what was set aside and why, as parts of what was seen."""
    amounts = {PEOPLE: row.get("real"), **{look: row.get(column) for column, look in REMOVED.items()}}
    total, start = sum(amount or 0 for amount in amounts.values()), 0.0
    for (word, role), amount in amounts.items():
        if amount:
            width = part(amount, total)
            yield Slice(told(word), role, number(amount), start, width)
            start = round(start + width, 2)


def _rounded(value: float | None) -> float | None:
    """A tenth of a person is finer than the interval; whole people from a hundred on."""
    return value if value is None else round(value, 1) if value < 100 else round(value)


def _known(row: dict[str, float | None], *columns: str) -> float:
    return next((value for value in (row.get(column) for column in columns) if value is not None), 0.0)


def _log(value: float | None, widest: float) -> float:
    """Place on a scale of powers of ten, so that small accounts are seen beside large ones."""
    if not value or widest <= 0:
        return 0.0
    return round(BAR * math.log1p(value) / math.log1p(widest), 2)
