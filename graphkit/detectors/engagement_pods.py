"""Engagement pods: groups that trade reactions among themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from graphkit.detectors.bot_clusters import timing
from graphkit.evidence import Detection, Evidence, Finding, Member, Rival
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import percent, say
from graphkit.measures import nulls
from graphkit.measures.exchange import Circle, Exchange, exchange
from graphkit.measures.lockstep import Lockstep, Troop, lockstep

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EngagementPods:
    """Groups that serve each other's posts beyond friendship, on many days, or at once.

    How it looks: members come back to each other's posts day after day though neither follows the other; or they meet
    within minutes on post after post of each other, a third of the group and more at a time.
    What else looks like that: circles of friends (they follow each other, or come when they happen to be there), colleagues
    on the posts of one of them (one target, not all), activists at their hour (few on each post, on a few evenings), people
    whom a lesson, a service or a tag brings together at one hour.
    What it cannot see: a pod whose members all follow each other and take their time; pods in data without posts or times;
    slow pods where no follows are known; a pod that meets at one agreed hour and at no other.
    Source: reciprocity abuse in pods (Weerasinghe et al. 2020); strangers' exchange against that of friends' friends in the
    same data; co-timing null of methods A2 and A5.
    """

    NAME: ClassVar[str] = "engagement_pods"
    question: ClassVar[str] = say("Which groups trade reactions among themselves?")
    needs: ClassVar[frozenset[str]] = frozenset({"interactions"})

    accuse: float = 0.5  # the chance from which an account is named as a member
    slope: float = 12.0  # log odds for each share of the group with which an account exchanges ...
    half: float = 0.45  # ... and the share at which it is as likely in as out

    def detect(self, graph: InfluenceGraph, *, seed: int = 0) -> Detection:
        """The pods, and p_pod for every account (NaN: fewer than three acts)."""
        traded, steps = exchange(graph, seed), lockstep(graph, seed)
        slow, fast = self._in_circles(traded), in_meetings(graph, steps)
        acts = np.bincount(graph.events.actor, minlength=graph.n)
        chance = np.maximum(nulls.logistic(np.maximum(slow, fast)), _rank(traded.pull))
        score = np.where(acts >= 3, chance, np.nan)
        sure = np.nan_to_num(score) >= self.accuse
        found, taken = [], np.zeros(graph.n, bool)
        for number, circle in enumerate(traded.circles):
            named = np.flatnonzero((traded.nearest == number) & (slow > 0) & sure)
            found.append(_circle(graph, circle, named, score))
            taken[named] = True
        for group, troop in enumerate(steps.troops):
            named = np.flatnonzero((steps.nearest == group) & (fast > 0) & sure)
            if troop.nature == "pod" and taken[named].mean() < 0.5 if len(named) else False:
                found.append(_meeting(graph, troop, named, score))
        notes = (say("slow pods were not looked for: {reason}", reason=traded.note),) if traded.note else ()
        return Detection(tuple(f for f in found if f is not None), {"p_pod": score}, notes)

    def _in_circles(self, traded: Exchange) -> Floats:
        return np.where(traded.nearest >= 0, np.minimum(self.slope * (traded.share - self.half), 6.0), -4.5)


def _rank(pull: Floats) -> Floats:
    """A rank far below one half by how much an account exchanges at all, friends included.

    Where all members of a pod follow each other it looks like friends, and nobody is named; it still ranks first.
    """
    some = pull[pull > 0]
    most = float(np.quantile(some, 0.995)) if len(some) else 1.0
    part = (pull / most) ** 2
    return np.asarray(0.002 + 0.35 * part / (1.0 + part))


def in_meetings(graph: InfluenceGraph, steps: Lockstep) -> Floats:
    """Log odds of being in a pod, from the part each account takes in groups that meet on each other's posts."""
    natures = np.array([str(troop.nature) for troop in steps.troops] or ["none"])
    near = np.where(steps.nearest >= 0, natures[np.maximum(steps.nearest, 0)], "none")
    served = np.zeros(graph.n, bool)
    for troop in steps.troops:
        served[troop.targets[np.isin(troop.targets, troop.members)]] |= troop.nature == "pod"
    member = (steps.of >= 0) & (steps.of == steps.nearest)
    there = np.minimum(nulls.surprise(steps.chance), 4.0) * (steps.hits >= 3)
    in_pod = near == "pod"
    log_odds = np.where(in_pod & member, -1.0 + there + 2.0 * served, -4.5)
    return np.where(in_pod & ~member, -4.5 + there, log_odds)


def _circle(graph: InfluenceGraph, circle: Circle, named: NDArray[np.int64], score: Floats) -> Finding | None:
    """A pod known by strangers who come back to each other."""
    if len(named) < 4:
        return None
    pairs = len(circle.members) * (len(circle.members) - 1) // 2
    follow = 1 - circle.strangers / max(pairs, 1)
    return _finding(
        graph,
        (named, score),
        evidence=(
            Evidence(
                say(
                    "{exchanging} of {strangers} pairs of members of which neither follows the other came back to each other's "
                    "posts on two days and more, both ways",
                    exchanging=circle.exchanging, strangers=circle.strangers,
                ),
                float(circle.exchanging), round(circle.due, 2),
                say("strangers with exchanging friends in common, in this data"), circle.p,
            ),
        ),
        against=(_as_friends(follow),),
        q=circle.q,
        follow=follow,
        sentence=say(
            "{accounts} accounts serve each other's posts day after day: so do {exchanging} of the {strangers} pairs among "
            "them that do not follow each other.",
            accounts=len(named), exchanging=circle.exchanging, strangers=circle.strangers,
        ),
        detail={"acts_inside": round(circle.targets_share, 3), "strength": round(circle.strength, 2)},
    )  # fmt: skip


def _meeting(graph: InfluenceGraph, troop: Troop, named: NDArray[np.int64], score: Floats) -> Finding | None:
    """A pod known by members who arrive together."""
    if len(named) < 4:
        return None
    follow = graph.mutual[named][:, named].nnz / max(len(named) * (len(named) - 1), 1)
    usual = len(named) / max(graph.n, 1)
    return _finding(
        graph,
        (named, score),
        evidence=(
            timing(troop),
            Evidence(
                say("{share} of their {meetings} meetings are on posts by members", share=percent(troop.inside), meetings=troop.moments),
                troop.inside, usual, say("posts by anybody in this data"),
                float(nulls.binomial_tail(round(troop.inside * troop.moments), troop.moments, usual)),
            ),
        ),
        against=(_as_friends(follow),),
        q=troop.q,
        follow=follow,
        sentence=say(
            "{accounts} accounts met within minutes on {posts} posts, {share} of them by members of the group.",
            accounts=len(named), posts=troop.moments, share=percent(troop.inside),
        ),
        detail={"posts": troop.moments, "strength": round(troop.strength, 2)},
    )  # fmt: skip


def _as_friends(follow: float) -> Evidence:
    return Evidence(
        say("{share} of the pairs follow each other, as friends would", share=percent(follow)),
        follow,
        1.0,
        say("a circle of friends"),
        None,
    )


def _finding(  # type: ignore[no-untyped-def]
    graph: InfluenceGraph, named, *, evidence, against, follow: float, **rest
) -> Finding:
    nodes, score = named
    return Finding(
        kind="pod",
        members=tuple(Member(a, "member", float(score[n])) for a, n in zip(graph.ids(nodes), nodes, strict=True)),
        evidence=evidence,
        against=against,
        innocent=(say("friends who use one chat group"), say("a team that supports each other openly")),
        rivals=(
            Rival("pod", round(0.9 - 0.2 * follow, 3), (say("serve each other"), say("beyond what follows explain")), (), (say("messages outside the platform"),)),
            Rival("friends", round(0.05 + 0.2 * follow, 3), (say("{share} of the pairs follow each other", share=percent(follow)),), (say("strangers come back as often as friends"),), ()),
            Rival("cannot_tell", 0.05),
        ),
        **rest,
    )  # fmt: skip
