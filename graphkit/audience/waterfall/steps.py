"""The waterfall of one account as steps that can be drawn: what is left at each level, what is taken off, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from graphkit.audience.waterfall.audiences import Audiences
from graphkit.audience.waterfall.counts import STEPS, interval, whole_counts
from graphkit.audience.waterfall.doubles import doubles
from graphkit.evidence import Finding
from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.numbering import whole as numbers_or
from graphkit.language import number, say, told
from graphkit.settings import Reach, Settings, defaults
from graphkit.verdicts import Verdicts

Floats = NDArray[np.float64]

LEVELS: Final = {
    "claimed": say("followers on the page"),
    "seen": say("followers in the data"),
    "real": say("people"),
    "reachable": say("people who can be reached, each once"),
}
LOSSES: Final = {
    "not_seen": say("not in the data"),
    "bought": say("came as part of a purchase"),
    "ring": say("follow only to be followed back"),
    "bot": say("accounts that run automatically"),
    "inactive": say("abandoned: silent for long, unlike before"),
    "double": say("further accounts of people counted already: same name and same bio, link or handle"),
    "pod": say("members of a pod with the account: they come by agreement"),
    "unreachable": say("follow so many accounts that they hardly see one"),
}
_FURTHER: Final = ("double", "pod", "unreachable", "reachable")


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of a waterfall. A level is the level before it less the losses between the two, exactly."""

    name: str  # of LEVELS or LOSSES
    is_level: bool
    count: int
    low: int  # the middle 95 %; equal to count where it was counted
    high: int
    reason: str

    def __str__(self) -> str:
        sign = "= " if self.is_level else "- "
        span = say("{low} to {high}", low=self.low, high=self.high)
        doubt = f" ({told(span)})" if self.low < self.high else ""
        return f"{sign}{number(self.count)}{doubt} {told(self.reason)}"


def waterfalls(
    graph: InfluenceGraph,
    accounts: Sequence[str],
    verdicts: Verdicts,
    *,
    findings: Sequence[Finding] = (),
    settings: Settings | None = None,
) -> tuple[tuple[Step, ...], ...]:
    """The steps from followers to people of each account (id or "@handle"), in the order they were named."""
    chosen = (settings or defaults()).reach
    every = Audiences.of(graph, verdicts, findings=findings, settings=chosen)
    maker = Steps.of(graph, every, findings=findings, settings=chosen)
    return tuple(maker.account(graph.node(account)) for account in accounts)


@dataclass(frozen=True)
class Steps:
    """What the steps of single accounts are made from; see `waterfalls`."""

    graph: InfluenceGraph
    every: Audiences
    bought: csc_array
    traded: csc_array
    first: NDArray[np.int64]  # of the accounts of one person
    mass: NDArray[np.bool_]  # follows so many that it hardly sees one
    pods: tuple[Finding, ...]
    settings: Reach

    @classmethod
    def of(cls, graph: InfluenceGraph, every: Audiences, *, findings: Sequence[Finding], settings: Reach) -> Steps:
        """From the audiences of all accounts."""
        following = np.maximum(numbers_or(graph.accounts["following"], -1), np.diff(graph.follows.indptr))
        return cls(
            graph=graph,
            every=every,
            bought=csc_array(every.verdicts.bought),
            traded=csc_array(every.verdicts.traded),
            first=doubles(graph, settings),
            mass=following > settings.mass_following,
            pods=tuple(finding for finding in findings if finding.kind == "pod"),
            settings=settings,
        )

    def account(self, node: int) -> tuple[Step, ...]:
        """The steps of one account, by its number."""
        return (*self._followers(node), *self._people(node), *self._reachable(node))

    def _followers(self, node: int) -> Iterator[Step]:
        claimed, whole, seen = int(self.every.claimed[node]), self._whole(node), int(self.every.seen[node])
        if claimed >= whole:
            yield _counted("claimed", claimed)
            yield _counted("not_seen", claimed - whole)
        sample = say("followers of the whole list; {seen} of them were drawn, the rest is like them", seen=seen)
        yield Step("seen", True, whole, whole, whole, LEVELS["seen"] if whole == seen else sample)

    def _people(self, node: int) -> Iterator[Step]:
        chances, counts = self._chances(node), self.every.counts[node].tolist()
        for name, chance, count in zip(STEPS[:-1], chances.T, counts, strict=False):
            yield self._loss(name, node, chance, count)
        yield Step("real", True, counts[-1], int(self.every.low[node]), int(self.every.high[node]), LEVELS["real"])

    def _reachable(self, node: int) -> Iterator[Step]:
        """People who are counted once, come of their own will, and may see a post."""
        followers, real = self._followers_of(node), self._chances(node)[:, -1]
        again = np.ones(len(followers), dtype=bool)
        again[np.unique(self.first[followers], return_index=True)[1]] = False
        once, agreed, mass = real * ~again, self._in_pod_with(node)[followers], self.mass[followers]
        parts = np.stack([real * again, once * agreed, once * (1.0 - agreed) * mass, once * (1.0 - agreed) * ~mass])
        total = int(self.every.counts[node, -1])
        shares = parts.sum(axis=1) / max(real.sum(), 1e-12)
        counts = whole_counts((shares * total)[None, :], np.array([total]))[0] if real.any() else np.zeros(4, np.int64)
        for name, chance, count in zip(_FURTHER[:-1], parts, counts.tolist(), strict=False):
            yield self._loss(name, node, chance, count)
        left = int(counts[-1])
        low, high = np.rint(shares[-1] * np.array([self.every.low[node], self.every.high[node]])).astype(np.int64)
        yield Step("reachable", True, left, min(int(low), left), max(int(high), left), LEVELS["reachable"])

    def _whole(self, node: int) -> int:
        return int(self.every.counts[node].sum())

    def _followers_of(self, node: int) -> NDArray[np.int32]:
        links = self.graph.followers
        return np.asarray(links.indices[links.indptr[node] : links.indptr[node + 1]])

    def _chances(self, node: int) -> Floats:
        """Chance of every follower to leave by each of STEPS; rows sum to 1. The same rule as `counts.waterfall`."""
        followers, people = self._followers_of(node), self.every.people
        b, t = (_column(ties, node, self.graph.n)[followers] for ties in (self.bought, self.traded))
        person = np.minimum(1.0 - b, people.chance[followers])
        real, gone = (1.0 - t) * person, people.gone[followers]
        return np.stack([b, (1.0 - b) * t, (1.0 - t) * (1.0 - b - person), real * gone, real * ~gone], axis=1)

    def _in_pod_with(self, node: int) -> Floats:
        chance = np.zeros(self.graph.n)
        [account] = self.graph.ids([node])
        for finding in self.pods:
            if any(member.account == account for member in finding.members):
                for member in finding.members:
                    if member.role == "member":
                        place = self.graph.node(member.account)
                        chance[place] = max(chance[place], member.p)
        return chance

    def _loss(self, name: str, node: int, chance: Floats, count: int) -> Step:
        """A loss with its interval: each follower's doubt, that of findings as a whole, and of all chances together."""
        followers, people, rules = self._followers_of(node), self.every.people, self.settings
        v = np.maximum(chance * (1.0 - chance), 0.0)
        block, judged = people.block[followers], ~people.unjudged[followers]
        sd = np.bincount(block[block >= 0], np.sqrt(v[block >= 0]), minlength=len(people.together))
        lone = np.bincount(block[block >= 0], v[block >= 0], minlength=len(people.together))
        variance = v.sum() + float((people.together * (sd**2 - lone)).sum())
        variance += (rules.calibration * v[judged].sum()) ** 2
        mean, seen, whole = float(chance.sum()), len(followers), self._whole(node)
        if name == "bot":  # those whom nobody could judge, or cleared, may hold a few
            for group, share, spread in (
                (people.unjudged, rules.prior_unseen, rules.prior_unseen_spread),
                (people.cleared, people.missed, people.missed_spread),
            ):
                size = float(group[followers].sum())
                mean, variance = mean + share * size, variance + share * size + (spread * size) ** 2
        if whole > seen:
            share = (mean + 0.5) / (seen + 1.0)
            variance = variance * (whole / seen) ** 2
            variance += (whole - seen) * (whole + 1.0) * share * (1.0 - share) / (seen + 2.0)
            mean = whole * share
        low, high = interval(np.array([mean]), np.array([variance]), np.array([float(whole)]))
        ends = round(float(low[0])), round(float(high[0]))
        return Step(name, False, count, min(ends[0], count), max(ends[1], count), LOSSES[name])


def _counted(name: str, count: int) -> Step:
    return Step(name, name in LEVELS, count, count, count, (LEVELS | LOSSES)[name])


def _column(ties: csc_array, node: int, n: int) -> Floats:
    result = np.zeros(n)
    inside = slice(ties.indptr[node], ties.indptr[node + 1])
    result[ties.indices[inside]] = np.clip(ties.data[inside].astype(np.float64), 0.0, 1.0)
    return result
