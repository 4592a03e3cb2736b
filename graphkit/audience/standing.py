"""How accounts stand with their audiences: rate and count beside what is expected, bonds, and pressed reactions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from graphkit.audience.audit import authentic_engagement
from graphkit.audience.bonds import bonds
from graphkit.audience.difference import between_tiers
from graphkit.audience.engagement import Fall, engagement, fall
from graphkit.graphs.graph import InfluenceGraph
from graphkit.settings import Settings
from graphkit.verdicts import Verdicts

_RATES: Final = pa.schema([("tier", pa.string()), ("rate", pa.float64())])


@dataclass(frozen=True)
class Standing:
    """Everything about engagement, by account; null where the data do not say."""

    engagement: Mapping[str, Mapping[str, dict[str, Any]]]  # preset -> id -> row of `engagement`
    bonds: Mapping[str, dict[str, Any]]
    reactions: Mapping[str, dict[str, Any]]  # as counted, and people's own
    fall: Fall

    def rows(self, account: str) -> Iterator[dict[str, Any]]:
        """One row a preset: their labels contradict each other, and none is truth."""
        bond = self.bonds.get(account, {})
        shared = {name: bond.get(name) for name in ("engaged", "repeat_share", "answered_share")}
        reaction = self.reactions.get(account, {})
        shared |= {name: reaction.get(name) for name in ("counted", "own", "pressed_share")}
        for name, rows in self.engagement.items():
            yield {"id": account, "preset": name} | rows.get(account, {}) | shared


def standing(
    graph: InfluenceGraph,
    verdicts: Verdicts,
    reach: pa.Table,
    *,
    presets: Sequence[str],
    settings: Settings | None = None,
) -> Standing:
    """The standing of every account; `reach` is the table of `graphkit.audience.reach`."""
    tables = {name: engagement(reach, chosen=name) for name in presets}
    return Standing(
        engagement={name: _by_id(table) for name, table in tables.items()},
        bonds=_by_id(bonds(graph, verdicts, settings=settings)),
        reactions=_by_id(authentic_engagement(graph, verdicts, settings=settings)),
        fall=fall(next(iter(tables.values()))),
    )


def by_tier(table: Standing) -> list[dict[str, Any]]:
    """Medians of the accounts of every tier, by preset then tier by size; tiers that nobody reaches are left out."""
    found = []
    for name, rows in table.engagement.items():
        tiers = sorted({row["tier"] for row in rows.values()} - {None})
        for tier in tiers:
            ids = [account for account, row in rows.items() if row["tier"] == tier]
            some = [next(row for row in table.rows(account) if row["preset"] == name) for account in ids]
            medians = {
                what: _median([row[what] for row in some]) for what in ("rate", "repeat_share", "answered_share")
            }
            smallest = min(row["followers"] for row in some)
            found.append({"preset": name, "tier": tier, "accounts": len(ids), "from": smallest} | medians)
    return sorted(found, key=lambda row: (list(table.engagement).index(row["preset"]), row["from"]))


def neighbours(table: Standing) -> Iterator[str]:
    """Every two tiers that follow each other in size, compared with an interval, by the first preset."""
    rows = next(iter(table.engagement.values())).values()
    name = next(iter(table.engagement))
    tiers = [row["tier"] for row in by_tier(table) if row["preset"] == name]
    flat = pa.Table.from_pylist([{"tier": row["tier"], "rate": row["rate"]} for row in rows], _RATES)
    for small, large in itertools.pairwise(tiers):
        yield from between_tiers(flat, small, large).explain()


def _median(values: list[float | None]) -> float | None:
    told = [value for value in values if value is not None]
    return float(np.median(told)) if told else None


def _by_id(table: pa.Table) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in table.to_pylist()}
