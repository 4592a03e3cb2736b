"""Which set of people reaches most, under a budget and rules, and what each rule and each member is worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit import language
from graphkit.audience.rosters import exact, greedy
from graphkit.audience.rosters.candidates import Candidates, Rules, apart_from
from graphkit.errors import UsageError
from graphkit.language import amount, percent, say, told

Floats = NDArray[np.float64]

_EXACT_CANDIDATES: Final = 60  # beyond, a search tree may not end in time
_EXACT_PATTERNS: Final = 20_000
_FEW: Final = 0.25  # concentration index from which a roster hangs on few people: as if there were four
_METHODS: Final = {"exact": say("exact"), "greedy": say("greedy")}
_WORDS: Final = {
    "budget": say("the budget"),
    "least": say("the least number of people"),
    "most": say("the largest number of people"),
    "tiers": say("the tiers"),
    "max_overlap": say("the limit on overlap"),
    "camps_apart": say("camps apart"),
    "max_share": say("the limit on one member's share"),
}


@dataclass(frozen=True, slots=True)
class Member:
    """One account on the roster."""

    account: str
    people: float  # in its audience
    alone: float  # whom nobody else on the roster reaches
    share: float  # of the audiences of all members together
    cost: float | None


@dataclass(frozen=True)
class Roster:
    """A chosen set with its reach, the bound, and why each candidate is in or out."""

    method: str  # exact, greedy
    members: tuple[Member, ...]  # by what each adds, the largest first
    adds: tuple[float, ...]  # people that each adds to those before it: the curve of size against reach
    reach: float  # distinct people of the union, expected
    best_possible: float  # no roster under the rules exceeds this
    cost: float | None  # None: a cost is not known
    out: tuple[tuple[str, str], ...]  # account -> why it is not on the roster; the largest audiences first
    rule_costs: tuple[tuple[str, float], ...]  # rule -> people more without it; 0 where it binds nobody

    @property
    def guarantee(self) -> float:
        """Reach as a share of what any roster under the rules could reach."""
        return min(self.reach / self.best_possible, 1.0) if self.best_possible > 0 else 1.0

    @property
    def concentration(self) -> float:
        """Sum of squared shares: 1 where all hangs on one member, 1/k where k members weigh the same."""
        return float(sum(member.share**2 for member in self.members))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to think about before signing."""
        if self.concentration <= _FEW:
            return ()
        largest = max(self.members, key=lambda member: member.share)
        return (
            say(
                "The roster hangs on few people: {account} holds {share} of its audience.",
                account=largest.account,
                share=percent(largest.share),
            ),
        )

    def explain(self) -> Iterator[str]:
        """The roster line by line; what the members add sums to the reach."""
        yield say(
            "{members} accounts reach {reach} distinct people ({method}; at least {guarantee} of the best possible).",
            members=len(self.members),
            reach=amount(self.reach),
            method=_METHODS[self.method],
            guarantee=percent(self.guarantee, 1),
        )
        alone = {member.account: member for member in self.members}
        for name, added in zip(alone, self.adds, strict=True):
            member = alone[name]
            yield say(
                "+ {added}  {name}: {people} people, {alone} of them reached by nobody else here",
                added=amount(added),
                name=name,
                people=amount(member.people),
                alone=amount(member.alone),
            )
        for name, why in self.out:
            yield f"- {name}: {told(why)}"
        for rule, people in self.rule_costs:
            yield say("Without {rule}: {people} people.", rule=_WORDS[rule], people=amount(people, signed=True))
        yield from self.warnings


def roster(candidates: Candidates, rules: Rules, *, listed: int = 20) -> Roster:
    """The roster that reaches most people under the rules, exact where there are few candidates, else greedy.

    Cost of a rule: what the roster would reach without it, less what it reaches. `listed` candidates that are not on
    it are named with the reason.
    """
    method = _method(candidates)
    found = _solved(candidates, rules, method)
    if found is None:
        raise UsageError(
            say(
                "no roster keeps all rules ({rules}); loosen one of them.",
                rules=language.listed(_WORDS[name] for name in rules.in_force()),
            )
        )
    order, adds = _in_order(candidates, found.chosen)
    reach = float(sum(adds))
    if rules.people is not None and reach < rules.people:
        raise UsageError(
            say(
                "no roster found under the rules reaches {people} people; the best reaches {reach} and none can "
                "exceed {best_possible}. Loosen a rule, or ask for fewer people.",
                people=amount(rules.people),
                reach=amount(reach),
                best_possible=amount(max(found.best_possible, reach)),
            )
        )
    costs = []
    for name in rules.in_force():
        free = _solved(candidates, rules.without(name), method, bounded=False)
        more = 0.0 if free is None else sum(_in_order(candidates, free.chosen)[1]) - reach
        costs.append((name, max(round(more, 6), 0.0)))
    spent = candidates.cost[order].sum()
    return Roster(
        method=method,
        members=tuple(_members(candidates, order)),
        adds=adds,
        reach=reach,
        best_possible=max(found.best_possible, reach),
        cost=None if np.isnan(spent) else float(spent),
        out=tuple(_left_out(candidates, rules, order, listed)),
        rule_costs=tuple(costs),
    )


def _method(candidates: Candidates) -> str:
    few = len(candidates.accounts) <= _EXACT_CANDIDATES
    return "exact" if few and len(exact.patterns(candidates)[1]) <= _EXACT_PATTERNS else "greedy"


def _solved(candidates: Candidates, rules: Rules, method: str, *, bounded: bool = True) -> exact.Solved | None:
    return exact.solve(candidates, rules) if method == "exact" else greedy.solve(candidates, rules, bounded=bounded)


def _in_order(candidates: Candidates, chosen: NDArray[np.int64]) -> tuple[NDArray[np.int64], tuple[float, ...]]:
    """The chosen, each time the one that adds most, and what each adds."""
    left, rest = candidates.weight.copy(), chosen.tolist()
    order, adds = [], []
    audiences = candidates.audiences
    while rest:
        gains = [left[audiences.indices[audiences.indptr[row] : audiences.indptr[row + 1]]].sum() for row in rest]
        pick = rest.pop(int(np.argmax(gains)))
        order.append(pick)
        adds.append(float(max(gains)))
        left[audiences.indices[audiences.indptr[pick] : audiences.indptr[pick + 1]]] = 0.0
    return np.array(order, dtype=np.int64), tuple(adds)


def _members(candidates: Candidates, order: NDArray[np.int64]) -> Iterator[Member]:
    part = candidates.audiences[order].astype(np.float64)
    times = np.asarray(part.sum(axis=0)).ravel()
    sizes = candidates.sizes[order]
    alone = np.asarray(part @ (candidates.weight * (times == 1)))
    total = max(float(sizes.sum()), 1e-12)
    for place, row in enumerate(order):
        cost = float(candidates.cost[row])
        share = float(sizes[place] / total)
        name = candidates.accounts[row]
        yield Member(name, float(sizes[place]), float(alone[place]), share, None if np.isnan(cost) else cost)


def _left_out(candidates: Candidates, rules: Rules, order: NDArray[np.int64], listed: int) -> Iterator[tuple[str, str]]:
    sizes = candidates.sizes
    covered = np.zeros(len(candidates.weight), dtype=bool)
    covered[candidates.audiences[order].indices] = True
    known = candidates.people(candidates.weight * covered)
    spent = candidates.cost[order].sum()
    apart = np.array([apart_from(candidates, rules, int(row)) for row in order])
    rest = np.setdiff1d(np.argsort(-sizes, kind="stable")[: listed + len(order)], order, assume_unique=True)
    for row in sorted(rest.tolist(), key=lambda row: (-sizes[row], row))[:listed]:
        against = np.flatnonzero(apart[:, row])
        new, share = sizes[row] - known[row], known[row] / max(sizes[row], 1e-12)
        adds = say(
            "{share} of its {sizes} people are reached already; it would add {new}",
            share=percent(share),
            sizes=amount(sizes[row]),
            new=amount(new),
        )
        if rules.budget is not None and np.isnan(candidates.cost[row]):
            yield candidates.accounts[row], say("its cost is not known")
        elif len(against):
            other = candidates.accounts[order[against[0]]]
            yield candidates.accounts[row], say("the rules keep it apart from {other}; {adds}", other=other, adds=adds)
        elif rules.budget is not None and spent + candidates.cost[row] > rules.budget:
            yield candidates.accounts[row], say("the budget is spent; {adds}", adds=adds)
        else:
            yield candidates.accounts[row], adds
