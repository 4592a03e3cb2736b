"""Who may be on a roster, and the rules that a roster must keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.errors import UsageError
from graphkit.graphs.compiled import compiled
from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.numbering import numbers
from graphkit.language import say

Floats = NDArray[np.float64]

LEAST_PRICE: Final = 1e-12  # stands for nothing, where people are divided by it


@dataclass(frozen=True)
class Candidates:
    """Accounts to choose from, in the order of their ids, with the people each reaches."""

    accounts: tuple[str, ...]
    audiences: csr_array  # one row a candidate; its columns are accounts
    weight: Floats  # how much each account counts: its chance to be a person, 0 outside the context
    cost: Floats  # NaN: not known
    tier: tuple[str | None, ...]
    camp: tuple[str | None, ...]  # None: not known

    @classmethod
    def of(
        cls,
        graph: InfluenceGraph,
        accounts: Sequence[str],
        *,
        people: Floats | None = None,
        costs: Mapping[str, float] | None = None,
        tiers: Mapping[str, str | None] | None = None,
        camps: Mapping[str, str | None] | None = None,
    ) -> Self:
        """Candidates by id or "@handle"; the three mappings go by id."""
        if not accounts:
            raise UsageError(say('no candidate was named; give ids, or "@handles".'))
        nodes = np.unique(nodes_of(graph, accounts))
        ids = graph.ids(nodes)
        return cls(
            accounts=ids,
            audiences=csr_array(graph.followers[nodes]),
            weight=np.ones(graph.n) if people is None else people.astype(np.float64),
            cost=np.array([(costs or {}).get(account, np.nan) for account in ids]),
            tier=tuple((tiers or {}).get(account) for account in ids),
            camp=tuple((camps or {}).get(account) for account in ids),
        )

    @cached_property
    def sizes(self) -> Floats:
        """Expected people in each audience."""
        return self.people(self.weight)

    @cached_property
    def followed(self) -> csr_array:
        """Which candidates an account follows: the audiences turned round."""
        return csr_array(self.audiences.T.tocsr())

    @cached_property
    def camps(self) -> NDArray[np.int64]:
        """The camp of each candidate as a number; -1 where it is not known."""
        names = {name: number for number, name in enumerate(sorted({name for name in self.camp if name is not None}))}
        return np.array([-1 if name is None else names[name] for name in self.camp], dtype=np.int64)

    @cached_property
    def apart(self) -> dict[tuple[int, float | None, bool], NDArray[np.uint8]]:
        """Whom the rules keep apart from a candidate, as bits, as far as it was asked; see `apart_from`."""
        return {}

    @cached_property
    def tiers(self) -> NDArray[np.int64]:
        """The tier of each candidate as a number, see `tier_names`; -1 where it has none."""
        place = {name: number for number, name in enumerate(self.tier_names)}
        return np.array([-1 if name is None else place[name] for name in self.tier], dtype=np.int64)

    @cached_property
    def tier_names(self) -> tuple[str, ...]:
        """Every tier of a candidate, sorted."""
        return tuple(sorted({name for name in self.tier if name is not None}))

    @cached_property
    def widest(self) -> NDArray[np.int64]:
        """The candidates by people, the widest first."""
        return np.argsort(-self.sizes, kind="stable")

    @cached_property
    def cheapest(self) -> NDArray[np.int64]:
        """The candidates by people for the money, the cheapest first; those of unknown cost come last."""
        price = np.maximum(np.nan_to_num(self.cost, nan=np.inf), LEAST_PRICE)
        return np.argsort(-self.sizes / price, kind="stable")

    def people(self, weight: Floats) -> Floats:
        """The sum of these weights over each audience."""
        sums = np.empty(len(self.accounts))
        sums_over((self.audiences.indptr, self.audiences.indices), weight, sums)
        return sums


@dataclass(frozen=True, slots=True)
class Rules:
    """What a roster must keep; a rule left out is no rule."""

    budget: float | None = None
    least: int = 1  # people on the roster
    most: int | None = None
    tiers: Mapping[str, int] = field(default_factory=dict)  # tier -> at least so many
    max_overlap: float | None = None  # of any two audiences, as a share of the smaller one
    camps_apart: bool = False  # nobody from two different known camps
    max_share: float | None = None  # of one member in the audiences of all members together
    people: float | None = None  # distinct people that the roster must reach

    def __post_init__(self) -> None:
        if self.budget is None and self.most is None:
            raise UsageError(
                say("a roster needs a budget or a largest number of people; without either everybody is in.")
            )
        if self.least < 1 or (self.most is not None and self.most < self.least):
            raise UsageError(
                say(
                    "{least} to {most} people is no size of a roster; ask for 1 or more.",
                    least=self.least,
                    most=self.most,
                )
            )
        for name in ("max_overlap", "max_share"):
            value = getattr(self, name)
            if value is not None and not 0.0 < value <= 1.0:
                raise UsageError(say("{name} is a share: {value} is not within 0 and 1.", name=name, value=value))

    def without(self, name: str) -> Rules:
        """The same rules but one."""
        nothing: dict[str, Any] = {"least": 1, "tiers": {}, "camps_apart": False}
        changed: dict[str, Any] = {name: nothing.get(name)}
        return replace(self, **changed)

    def in_force(self) -> tuple[str, ...]:
        """The names of the rules that could be left out one by one and still leave a roster with an end."""
        given = [name for name in ("tiers", "max_overlap", "camps_apart", "max_share") if getattr(self, name)]
        given += ["least"] if self.least > 1 else []
        if self.budget is not None and self.most is not None:
            given += ["budget", "most"]
        return tuple(given)


def apart_from(candidates: Candidates, rules: Rules, row: int) -> NDArray[np.bool_]:
    """The candidates that the rules keep off a roster that holds this one; kept, for many walks ask it again."""
    key = (row, rules.max_overlap, rules.camps_apart)
    kept = candidates.apart.get(key)
    if kept is None:
        kept = candidates.apart[key] = np.packbits(_apart_from(candidates, rules, row))
    return np.unpackbits(kept, count=len(candidates.accounts)).view(np.bool_)


def _apart_from(candidates: Candidates, rules: Rules, row: int) -> NDArray[np.bool_]:
    found = np.zeros(len(candidates.accounts), dtype=bool)
    if rules.max_overlap is not None:
        shared, sizes = np.zeros(len(found)), candidates.sizes
        audience = candidates.audiences.indices[candidates.audiences.indptr[row] : candidates.audiences.indptr[row + 1]]
        followed = candidates.followed
        _share_of(audience, (followed.indptr, followed.indices), candidates.weight, shared)
        found |= shared > rules.max_overlap * np.minimum(sizes, sizes[row]) + 1e-9
    if rules.camps_apart and candidates.camps[row] >= 0:
        found |= (candidates.camps >= 0) & (candidates.camps != candidates.camps[row])
    found[row] = False
    return found


def nodes_of(graph: InfluenceGraph, accounts: Sequence[str]) -> NDArray[np.int64]:
    """The numbers of many accounts (ids or "@handles"), in their order."""
    named = pa.chunked_array([pa.array(accounts, pa.string())])
    nodes: NDArray[np.int64] = numbers(named, graph.accounts["id"].combine_chunks()).astype(np.int64)
    for place in np.flatnonzero((nodes < 0) | np.char.startswith(np.array(accounts, dtype=str), "@")).tolist():
        nodes[place] = graph.node(accounts[place])
    return nodes


@compiled
def sums_over(audiences: Any, weight: Floats, sums: Floats) -> None:
    """The weight of each audience, into `sums`."""
    start, followers = audiences
    for a in range(len(sums)):
        sums[a] = 0.0
        for k in range(start[a], start[a + 1]):
            sums[a] += weight[followers[k]]


@compiled
def _share_of(audience: NDArray[np.int32], followed: Any, weight: Floats, shared: Floats) -> None:
    """Adds to each candidate the weight of those of an audience who follow it."""
    start, rows = followed
    for follower in audience:
        for k in range(start[follower], start[follower + 1]):
            shared[rows[k]] += weight[follower]
