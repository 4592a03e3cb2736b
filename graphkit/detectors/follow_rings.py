"""Follow-for-follow rings: groups that follow each other and never look."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from graphkit.evidence import Detection, Evidence, Finding, Member, Rival
from graphkit.graphs.graph import InfluenceGraph
from graphkit.graphs.order import in_groups
from graphkit.language import say, say_many
from graphkit.measures import nulls
from graphkit.measures.hollow import HollowTies, hollow_ties_of
from graphkit.measures.lockstep import lockstep
from graphkit.measures.machines import told_machines
from graphkit.measures.sales.contrast import sales_of
from graphkit.measures.trading.candidates import Candidates, candidates, labels_of, ways
from graphkit.measures.trading.decoys import MOST, ring_q
from graphkit.measures.trading.holding import holding
from graphkit.measures.trading.nearby import returned_nearby
from graphkit.measures.trading.rings import Bounds, Tests, Usual, has_open_focus, of_people, tests, usual_of
from graphkit.measures.trading.tight import tight

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

HOUR = 3_600_000
UNCARRIED = 0.45  # chance of who was held by a ring that is none without those whom other rings hold better


@dataclass(frozen=True, slots=True)
class FollowRings:
    """Dense places among silent mutual follows that nobody explains, in which far less than due is ever said.

    How it looks: members follow each other back and never look, though both were active; no friend, employer or star stands
    between two of them; where times are known, follows are returned much sooner than others are.
    What else looks like that: circles of friends and colleagues (they speak to each other), a staff (one account that most
    act on), machines that follow each other (nobody outside cares for them), readers (nothing was due, so nothing is said).
    What it cannot see: rings in data without interactions (nobody is accused then; the score only ranks), pyramids in which
    few follow back, rings whose members press like on each other (see engagement pods).
    Source: overlap of followers and followees of social capitalists (Dugué and Perez 2014); methods C.
    """

    NAME: ClassVar[str] = "follow_rings"
    question: ClassVar[str] = say("Which groups trade follows among themselves?")
    needs: ClassVar[frozenset[str]] = frozenset({"follows"})

    lonely_core: int = 3  # silent mutual ties that nobody explains, which every member has with other members ...
    core: int = 6  # ... and the same once more where ordinary places are that dense
    quick_core: int = 5  # silent ones returned sooner than three quarters of all are
    smallest: int = 6  # accounts
    hollow_share: float = 0.7  # of the mutual ties among members
    spoken: float = 0.55  # answered ties, at most, as a share of those due in other mutual follows
    p: float = 1e-5  # of the silence of the whole group, corrected for the number of groups looked at
    q: float = 0.05  # share of groups as silent that the search finds where silence is spread by chance
    tight: float = (
        4.0  # nats a member for ties beyond chance: rings had 5 and more in made-up worlds, communities of courtesy 1.4
    )
    quick: float = 0.3  # mean rank of the time until a follow is returned; 0.5 is usual
    quiet_p: float = 0.05  # of the silence alone, where quick returns speak too

    def detect(self, graph: InfluenceGraph, *, seed: int = 0) -> Detection:
        """The rings, and p_ring for every account (NaN: fewer than three follows, or none where no acts are known)."""
        ties = hollow_ties_of(graph)
        places = candidates(graph, ties, cores=self._cores, smallest=self.smallest, seed=seed)
        usual = usual_of(ties, places.labels, graph.n)
        tested = [tests(ties, label, usual) for label in places.labels]
        accepted = self._accepted(graph, ties, places, tested)
        q = self._q(graph, ties, places, tested, accepted, seed)
        kept = [(ring & (values <= self.q), values) for (ring, _), values in zip(accepted, q, strict=True)]
        rings = _without_machines(graph, self._rings(graph, tested, kept), seed)
        score, of = self._scores(graph, ties, places, rings=rings, low=_low(graph, ties, tested, places.depth))
        named = in_groups(np.where(score >= 0.5, of, -1), len(rings))
        found = []
        for members, (_, chance) in zip(named, rings, strict=True):
            if self.carries(ties, usual, members):
                found.append(self._finding(graph, ties, usual, members, score, chance))
            else:
                score[members] = UNCARRIED
        missing = (
            ()
            if len(graph.events.actor)
            else (say("no interactions: silent ties cannot be told from warm ones, nobody is named"),)
        )
        return Detection(tuple(found), {"p_ring": score}, missing)

    def _accepted(
        self, graph: InfluenceGraph, ties: HollowTies, places: Candidates, tested: list[Tests]
    ) -> list[tuple[NDArray[np.bool_], Floats]]:
        """For each way which groups are silent or hasty enough, and tight; and the q of their silence alone."""
        told = [test.accepted(self._bounds) for test in tested]
        return [
            (tight(ties, kept, test.label, told=silent, least=self.tight), values)
            for kept, test, (silent, values) in zip(ways(graph, ties, places.apart), tested, told, strict=True)
        ]

    def _q(
        self,
        graph: InfluenceGraph,
        ties: HollowTies,
        places: Candidates,
        tested: list[Tests],
        accepted: list[tuple[NDArray[np.bool_], Floats]],
        seed: int,
    ) -> list[Floats]:
        """The q of the groups of each way: they were chosen for their silence, so the search itself is put to the test."""
        most = max(int(ring.sum()) for ring, _ in accepted)
        if not most:
            return [values for _, values in accepted]

        def search(copy: HollowTies) -> tuple[Ints, ...]:
            return labels_of(graph, copy, places.apart, cores=self._cores, smallest=self.smallest, seed=seed)

        least = ceil(1 / (max(self.q, 1 / MOST) * most))  # with fewer copies so few groups cannot reach that q
        return ring_q(ties, tested, search=search, seed=seed, copies=least)

    @property
    def _cores(self) -> tuple[int, int, int]:
        return (self.lonely_core, self.quick_core, self.core)

    @property
    def _bounds(self) -> Bounds:
        return Bounds(self.hollow_share, self.spoken, self.p, self.quick, self.quiet_p)

    def _rings(
        self, graph: InfluenceGraph, tested: list[Tests], kept_of: list[tuple[NDArray[np.bool_], Floats]]
    ) -> list[tuple[Ints, float]]:
        """The groups that are rings, with their q; of groups that are half the same the surer one."""
        found: list[tuple[Ints, float, int]] = []
        for way, (test, (accepted, q)) in enumerate(zip(tested, kept_of, strict=True)):
            members_of = in_groups(test.label, len(q))
            groups = [(members_of[group], float(q[group])) for group in np.flatnonzero(accepted)]
            found += [
                (members, each, way)
                for members, each in groups
                if of_people(graph, members) and not has_open_focus(graph, members)
            ]
        kept: list[tuple[Ints, float]] = []
        taken = np.full((len(tested), graph.n), -1, np.int64)  # groups of one way do not overlap
        for members, q_value, way in sorted(found, key=lambda ring: (ring[1], -len(ring[0]), int(ring[0][0]))):
            others, shared = np.unique(taken[:, members][taken[:, members] >= 0], return_counts=True)
            if all(
                held < 0.5 * min(len(members), len(kept[other][0])) for other, held in zip(others, shared, strict=True)
            ):
                taken[way, members] = len(kept)
                kept.append((members, q_value))
        return kept

    def _scores(
        self,
        graph: InfluenceGraph,
        ties: HollowTies,
        places: Candidates,
        *,
        rings: list[tuple[Ints, float]],
        low: Floats,
    ) -> tuple[Floats, Ints]:
        """Chance of membership and the ring of each account (-1 none).

        Inside and around a ring the chance is that of the ties held into it; elsewhere it only ranks, below one half.
        """
        score, of = low.copy(), np.full(graph.n, -1, np.int64)
        for number, (members, _) in enumerate(rings):
            near, nats = holding(ties, places.apart, members=members)
            chance = nulls.logistic(np.clip(nats + np.log(len(members) / max(graph.n, 1)), -20.0, 5.0))
            better = (chance > score[near]) & (chance >= 0.5)
            score[near[better]], of[near[better]] = chance[better], number
        return np.where(_rankable(graph), score, np.nan), of

    def carries(self, ties: HollowTies, usual: Usual, named: Ints) -> bool:
        """Whether those who would be named are a ring by themselves: where others hold them better, a remnant is left."""
        inside = ties.inside(named)
        warm, due = int(ties.warm[inside].sum()), float((1 - usual.quiet[inside]).sum())
        quiet = 1.0 - float(nulls.overdispersed_tail(warm + 1, due, usual.shape)) < self.quiet_p
        return len(named) >= self.smallest and len(inside) >= len(named) and warm <= self.spoken * due and quiet

    def _finding(
        self, graph: InfluenceGraph, ties: HollowTies, usual: Usual, named: Ints, score: Floats, q: float
    ) -> Finding:
        inside = ties.inside(named)
        pairs, warm = len(inside), int(ties.warm[inside].sum())
        due = float((1 - usual.quiet[inside]).sum())
        out = np.diff(graph.follows.indptr)
        chance = float((out[named].mean() / max(graph.n, 1)) ** 2 * len(named) * (len(named) - 1) / 2)
        return Finding(
            kind="follow_ring",
            members=tuple(Member(a, "member", float(score[n])) for a, n in zip(graph.ids(named), named, strict=True)),
            evidence=(
                Evidence(say("{pairs} pairs among {accounts} accounts follow each other", pairs=pairs, accounts=len(named)), float(pairs), round(chance, 2),
                         say("same numbers of follows, spread over all accounts"), float(nulls.poisson_tail(pairs, max(chance, 1e-9)))),
                Evidence(say_many("{count} of these pairs ever turned to each other", "{count} of these pairs ever turned to each other", count=warm), float(warm), round(due, 1),
                         say("other mutual follows of this data with as many acts due"), max(1.0 - float(nulls.overdispersed_tail(warm + 1, due, usual.shape)), 1e-12)),
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


def _rankable(graph: InfluenceGraph) -> NDArray[np.bool_]:
    """Accounts with three follows; where no acts are known every account with a tie, as it ranks by the custom around it."""
    out = np.diff(graph.follows.indptr)
    return out >= 3 if len(graph.events.actor) else out + np.diff(graph.followers.indptr) >= 1


def _without_machines(graph: InfluenceGraph, rings: list[tuple[Ints, float]], seed: int) -> list[tuple[Ints, float]]:
    """The rings of which less than half are machines: those follow each other to look alive, and friends hide it."""
    if not rings:
        return rings
    told = told_machines(sales_of(graph), lockstep(graph, seed))
    return [(members, q) for members, q in rings if told[members].mean() < 0.5]


def _low(graph: InfluenceGraph, ties: HollowTies, tested: list[Tests], depth: Ints) -> Floats:
    """A rank below one half: silent ties in a group in which less was said than was due, and unexplained ones anywhere."""
    deep = depth / (depth + 4.0)
    if len(graph.events.actor):
        best = 0.002 + 0.08 * deep
    else:  # depth is only one of many reasons to be well linked; among equals it decides
        best = 0.002 + 0.3 * returned_nearby(graph) + 0.01 * deep
    for test in tested:
        label, n = test.label, len(depth)
        own = (label[ties.first] == label[ties.second]) & (label[ties.first] >= 0) & ~ties.warm
        held = np.bincount(np.r_[ties.first[own], ties.second[own]], minlength=n)
        quiet = np.append(_unexplained(graph, test), 0.0)[label]
        best = np.maximum(best, 0.002 + 0.43 * quiet * held / (held + 4.0))
    return np.asarray(best)


def _unexplained(graph: InfluenceGraph, test: Tests) -> Floats:
    """How much less than due was said in each group; little where an employer, a star or machines explain it."""
    quiet = test.quiet
    members_of = in_groups(test.label, len(quiet))
    for group in np.flatnonzero(quiet >= 0.3):
        members = members_of[group]
        if has_open_focus(graph, members) or not of_people(graph, members):
            quiet[group] *= 0.2
    return quiet


def _latency(ties: HollowTies, inside: Ints) -> tuple[Evidence, ...]:
    """How fast members follow back, beside all mutual follows of the data; nothing where times are not known."""
    mine = ties.gap[inside][~np.isnan(ties.gap[inside])]
    if len(mine) < 10 or len(ties.gaps) - len(mine) < 10:
        return ()
    own, usual = float(np.median(mine)) / HOUR, ties.usual_gap(inside) / HOUR
    return (
        Evidence(
            say("half of the follows are returned within {hours} hours", hours=round(own, 1)),
            own,
            round(usual, 1),
            say("all other mutual follows of this data"),
            None,
        ),
    )
