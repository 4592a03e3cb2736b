"""Follow-for-follow rings: groups that follow each other and never look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.sparse import csr_array

from graphkit.evidence import Detection, Evidence, Finding, Member, Rival
from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.kernels import core_numbers
from graphkit.graphs.partitions import leiden
from graphkit.language import say, say_many
from graphkit.measures import nulls
from graphkit.measures.groups import merged_by_density
from graphkit.measures.hollow import HollowTies, hollow_ties, silence
from graphkit.measures.life import life_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

HOUR = 3_600_000
DUE_LEAST = 3.0  # answered ties due by chance: with fewer, silence is no evidence
QUICK = 0.25  # the quarter of all mutual follows that was returned soonest
SHAPE = 8.0  # gamma shape of how talkative groups are: groups vary by about a third


@dataclass(frozen=True, slots=True)
class FollowRings:
    """Cores of mutual follows in which far fewer members than due ever turn to each other.

    How it looks: everyone follows at least `core` others back, and the ties stay silent although both were active; where
    times are known, follows are returned much sooner than others are.
    What else looks like that: circles of friends and colleagues (they speak to each other), members of a club who only
    read (nothing was due, so nothing is said of them).
    What it cannot see: rings in data without interactions (nobody is accused then; the score only ranks), rings whose
    members press like on each other (see engagement pods).
    Source: overlap of followers and followees of social capitalists (Dugué and Perez 2014); methods C.
    """

    NAME: ClassVar[str] = "follow_rings"
    question: ClassVar[str] = say("Which groups trade follows among themselves?")
    needs: ClassVar[frozenset[str]] = frozenset({"follows"})

    core: int = 6  # silent mutual ties that every member has with other members
    quick_core: int = 5  # the same among follows returned sooner than three quarters of all are
    smallest: int = 6  # accounts
    hollow_share: float = 0.7  # of the mutual ties among members
    spoken: float = 0.55  # answered ties, at most, as a share of those due in other mutual follows
    p: float = 1e-4  # of the silence of the whole group, corrected for the number of groups looked at
    quick: float = 0.3  # mean rank of the time until a follow is returned; 0.5 is usual
    quiet_p: float = 0.05  # of the silence alone, where quick returns speak too

    def detect(self, graph: InfluenceGraph, *, seed: int = 0) -> Detection:
        """The rings, and p_ring for every account (NaN: fewer than three follows)."""
        ties = hollow_ties(graph, life_of(graph))
        rank = _ranks(ties.gap)
        cores, label = self._groups(graph.n, ties, rank, seed)
        quiet = _usual_silence(ties, label)
        tests = dict(enumerate(self._silence(ties, quiet, label)))
        haste = _haste(ties, rank, label, len(tests))
        both = [_combined(test[0], haste[group][1]) for group, test in tests.items()]
        q = dict(zip(tests, nulls.benjamini_hochberg(both), strict=True))
        alone = dict(zip(tests, nulls.benjamini_hochberg([test[0] for test in tests.values()]), strict=True))
        rings = [
            g for g, (p, share, due, warm) in tests.items()
            if share >= self.hollow_share and due >= DUE_LEAST and warm <= self.spoken * due
            and (alone[g] < self.p or (haste[g][0] <= self.quick and p < self.quiet_p and q[g] < self.p))
            and not _has_open_focus(graph, np.flatnonzero(label == g))
        ]  # fmt: skip
        score = self._scores(graph, ties, cores, label, rings)
        found = [
            self._finding(
                graph, ties, quiet, np.flatnonzero((label == g) & (score >= 0.5)), score, float(min(q[g], alone[g]))
            )
            for g in rings
        ]
        missing = (
            ()
            if len(graph.events.actor)
            else (say("no interactions: silent ties cannot be told from warm ones, nobody is named"),)
        )
        return Detection(tuple(f for f in found if f is not None), {"p_ring": score}, missing)

    def _groups(self, n: int, ties: HollowTies, rank: Floats, seed: int) -> tuple[Ints, Ints]:
        """Core number of each account among silent mutual ties, and its group: of quick ties first, of all ties else."""
        cores, label = self._cores(n, ties, ~ties.warm, self.core, seed)
        fast, quick = self._cores(n, ties, ~ties.warm & (rank <= QUICK), self.quick_core, seed)
        label = np.where(quick >= 0, quick + label.max(initial=-1) + 1, label)
        used, inverse = np.unique(label[label >= 0], return_inverse=True)
        label[label >= 0] = inverse
        sizes = np.bincount(inverse, minlength=len(used)) if len(used) else np.zeros(1, np.int64)
        label = np.where((label >= 0) & (sizes[np.maximum(label, 0)] >= self.smallest), label, -1)
        return np.maximum(cores, 2 * fast), label

    def _cores(self, n: int, ties: HollowTies, kept: NDArray[np.bool_], core: int, seed: int) -> tuple[Ints, Ints]:
        """Core number of each account among these ties, and the group of those in a core (-1 none)."""
        edges = np.stack([ties.first[kept], ties.second[kept]], axis=1)
        ends = (np.r_[edges[:, 0], edges[:, 1]], np.r_[edges[:, 1], edges[:, 0]])
        links = csr_array((np.ones(len(ends[0]), np.int8), ends), shape=(n, n))
        cores = core_numbers(links)
        inside = np.flatnonzero(cores >= core)
        label = np.full(n, -1, np.int64)
        if len(inside):
            label[inside] = leiden(links[inside][:, inside], seed=seed, rounds=6)
            label = merged_by_density(label, edges, least=0.5)
            sizes = np.bincount(label[inside])
            label[inside] = np.where(sizes[label[inside]] >= self.smallest, label[inside], -1)
        return cores, label

    def _silence(self, ties: HollowTies, quiet: Floats, label: Ints) -> list[tuple[float, float, float, int]]:
        """For each group the chance of so few answered ties, its share of silent ties, answered ties due and seen."""
        count = int(label.max(initial=-1)) + 1
        group = np.where(label[ties.first] == label[ties.second], label[ties.first], -1)
        held, warm = (np.bincount(group[kept], minlength=count) for kept in (group >= 0, (group >= 0) & ties.warm))
        due = np.bincount(group[group >= 0], weights=1 - quiet[group >= 0], minlength=count)
        # the lower tail of a negative binomial: chance of at most `warm` answered ties
        p = np.where(due > 0, 1.0 - nulls.overdispersed_tail(warm + 1, due, SHAPE), 1.0)
        share = np.where(held > 0, 1 - warm / np.maximum(held, 1), 0.0)
        return list(zip(np.maximum(p, 1e-12).tolist(), share.tolist(), due.tolist(), warm.tolist(), strict=True))

    def _scores(self, graph: InfluenceGraph, ties: HollowTies, cores: Ints, label: Ints, rings: list[int]) -> Floats:
        """Chance of membership: high for those who hold many silent ties in a ring; elsewhere only a rank below one half."""
        same = (label[ties.first] == label[ties.second]) & (label[ties.first] >= 0) & ~ties.warm
        held = np.bincount(ties.first[same], minlength=graph.n) + np.bincount(ties.second[same], minlength=graph.n)
        warm = np.bincount(ties.first[ties.warm], minlength=graph.n) + np.bincount(
            ties.second[ties.warm], minlength=graph.n
        )
        member = np.isin(label, rings) & (held >= self.core)
        certain = nulls.logistic(0.35 * (held - self.core) + 0.6 - 1.5 * (warm > held))
        score = np.where(member, certain, 0.02 + 0.4 * cores / (cores + 12.0))
        return np.where(np.diff(graph.follows.indptr) >= 3, score, np.nan)

    def _finding(
        self, graph: InfluenceGraph, ties: HollowTies, quiet: Floats, named: Ints, score: Floats, q: float
    ) -> Finding | None:
        if len(named) < self.smallest:
            return None
        mine = np.zeros(graph.n, bool)
        mine[named] = True
        inside = mine[ties.first] & mine[ties.second]
        pairs, warm = int(inside.sum()), int(ties.warm[inside].sum())
        due = float((1 - quiet[inside]).sum())
        out = np.diff(graph.follows.indptr)
        chance = float((out[named].mean() / max(graph.n, 1)) ** 2 * len(named) * (len(named) - 1) / 2)
        return Finding(
            kind="follow_ring",
            members=tuple(Member(a, "member", float(score[n])) for a, n in zip(graph.ids(named), named, strict=True)),
            evidence=(
                Evidence(say("{pairs} pairs among {accounts} accounts follow each other", pairs=pairs, accounts=len(named)), float(pairs), round(chance, 2),
                         say("same numbers of follows, spread over all accounts"), float(nulls.poisson_tail(pairs, max(chance, 1e-9)))),
                Evidence(say_many("{count} of these pairs ever turned to each other", "{count} of these pairs ever turned to each other", count=warm), float(warm), round(due, 1),
                         say("other mutual follows of this data with as many acts due"), max(1.0 - float(nulls.overdispersed_tail(warm + 1, due, SHAPE)), 1e-12)),
                *_latency(ties, inside),
            ),
            against=(Evidence(say_many("{count} pair does speak to each other", "{count} pairs do speak to each other", count=warm), float(warm), 0.0, say("a ring without any friendship"), None),),
            innocent=(say("members of a club or class who meet elsewhere"), say("colleagues who follow each other out of courtesy")),
            rivals=(
                Rival("follow_back", 0.8, (say("all follow each other"), say("next to nobody looks")), (), (say("what they write about following"),)),
                Rival("friends", 0.12, (say("mutual ties"),), (say("friends speak to each other"),), (say("shared place or school"),)),
                Rival("cannot_tell", 0.08),
            ),
            q=q,
            sentence=say_many(
                "{accounts} accounts follow each other ({pairs} pairs), and only {count} of these pairs ever turned to each other.",
                "{accounts} accounts follow each other ({pairs} pairs), and only {count} of these pairs ever turned to each other.",
                count=warm, accounts=len(named), pairs=pairs,
            ),
            detail={"pairs": pairs, "answered": warm, "answered_due": round(due, 1)},
        )  # fmt: skip


def _usual_silence(ties: HollowTies, label: Ints) -> Floats:
    """Chance that an ordinary mutual follow with as many acts due stays silent: read from ties outside all candidates."""
    outside = (label[ties.first] < 0) | (label[ties.first] != label[ties.second])
    usual = silence(ties.due, ties.warm, outside) if outside.sum() >= 200 else ties.quiet
    return np.asarray(usual)


def _has_open_focus(graph: InfluenceGraph, members: Ints) -> bool:
    """Whether most members follow, and act on, one account that few others act on: an employer, a team, a club."""
    contacts = life_of(graph).contacts
    acted = contacts[members].astype(bool).multiply(graph.follows[members].astype(bool))
    share = np.asarray(acted.sum(axis=0), float).ravel() / max(len(members), 1)
    everywhere = np.diff(life_of(graph).turned.indptr) / max(graph.n, 1)
    share[members] = 0.0
    return bool(((share >= 0.5) & (share >= 5 * everywhere)).any())


def _ranks(gap: Floats) -> Floats:
    """Rank in 0..1 of each time until a follow was returned, ties in the middle; 1 where it is not known."""
    known = ~np.isnan(gap)
    ordered = np.sort(gap[known])
    place = np.searchsorted(ordered, gap[known], "left") + np.searchsorted(ordered, gap[known], "right")
    rank = np.ones(len(gap))
    rank[known] = place / 2 / max(len(ordered), 1)
    return rank


def _haste(ties: HollowTies, rank: Floats, label: Ints, count: int) -> list[tuple[float, float]]:
    """For each group the mean rank of its return times, and the chance of so low a mean in as many *members*.

    Members, not ties: one hasty member returns all its follows quickly.
    """
    known = ~np.isnan(ties.gap)
    group = np.where((label[ties.first] == label[ties.second]) & known, label[ties.first], -1)
    held = np.bincount(group[group >= 0], minlength=count)
    mean = np.bincount(group[group >= 0], rank[group >= 0], count) / np.maximum(held, 1)
    mean = np.where(held >= 10, mean, 1.0)
    members = np.bincount(label[label >= 0], minlength=count)
    p = special.ndtr(-(0.5 - mean) * np.sqrt(12.0 * members))
    return list(zip(mean.tolist(), p.tolist(), strict=True))


def _combined(silence: float, haste: float) -> float:
    """One chance from two that do not depend on each other (Fisher); haste may not speak against a silence."""
    haste = min(max(haste, nulls.SMALLEST), 1.0)
    product = max(silence * haste, nulls.SMALLEST)
    return float(product * (1.0 - np.log(product)))


def _latency(ties: HollowTies, inside: NDArray[np.bool_]) -> tuple[Evidence, ...]:
    """How fast members follow back, beside all mutual follows of the data; nothing where times are not known."""
    timed = ~np.isnan(ties.gap)
    mine, others = ties.gap[inside & timed] / HOUR, ties.gap[~inside & timed] / HOUR
    if len(mine) < 10 or len(others) < 10:
        return ()
    own, usual = float(np.median(mine)), float(np.median(others, overwrite_input=True))
    return (
        Evidence(
            say("half of the follows are returned within {hours} hours", hours=round(own, 1)),
            own,
            round(usual, 1),
            say("all other mutual follows of this data"),
            None,
        ),
    )
