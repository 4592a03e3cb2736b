"""Engagement pods: groups that react to each other's posts together and at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from graphkit.detectors.bot_clusters import timing
from graphkit.evidence import Detection, Evidence, Finding, Member, Rival
from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures import nulls
from graphkit.measures.lockstep import Troop, lockstep


@dataclass(frozen=True, slots=True)
class EngagementPods:
    """Groups whose members meet, within minutes, on post after post of each other.

    How it looks: most of their common acts are on posts by members, many members serve many members, and they arrive
    together, whether or not they follow each other.
    What else looks like that: circles of friends (they come when they happen to be there, not together), colleagues on the
    posts of one of them (one target, not all), a lively conversation.
    What it cannot see: pods that spread over hours, and pods in data without posts or times.
    Source: reciprocity abuse in pods (Weerasinghe et al. 2020); co-timing null of methods A2 and A5.
    """

    NAME: ClassVar[str] = "engagement_pods"
    question: ClassVar[str] = "Which groups trade reactions among themselves?"
    needs: ClassVar[frozenset[str]] = frozenset({"interactions"})

    accuse: float = 0.5  # the chance from which an account is named as a member

    def detect(self, graph: InfluenceGraph, *, seed: int = 0) -> Detection:
        """The pods, and p_pod for every account (NaN: fewer than three acts)."""
        steps = lockstep(graph, seed)
        natures = np.array([str(troop.nature) for troop in steps.troops] or ["none"])
        near = np.where(steps.nearest >= 0, natures[np.maximum(steps.nearest, 0)], "none")
        served = np.zeros(graph.n, bool)
        for troop in steps.troops:
            served[troop.targets[np.isin(troop.targets, troop.members)]] |= troop.nature == "pod"
        member = (steps.of >= 0) & (steps.of == steps.nearest)
        there = np.minimum(nulls.surprise(steps.chance), 4.0) * (steps.hits >= 3)
        in_pod = near == "pod"
        log_odds = np.where(in_pod & member, -1.0 + there + 2.0 * served, -4.5)
        log_odds = np.where(in_pod & ~member, -4.5 + there, log_odds)
        acts = np.bincount(graph.events.actor, minlength=graph.n)
        score = np.where(acts >= 3, nulls.logistic(log_odds), np.nan)
        found = [
            self._finding(
                graph, troop, np.flatnonzero((steps.nearest == group) & (np.nan_to_num(score) >= self.accuse)), score
            )
            for group, troop in enumerate(steps.troops)
            if troop.nature == "pod"
        ]
        return Detection(tuple(f for f in found if f is not None), {"p_pod": score})

    def _finding(self, graph, troop: Troop, named, score) -> Finding | None:  # type: ignore[no-untyped-def]
        if len(named) < 4:
            return None
        mutual = graph.mutual[named][:, named].nnz / max(len(named) * (len(named) - 1), 1)
        return Finding(
            kind="pod",
            members=tuple(Member(a, "member", float(score[n])) for a, n in zip(graph.ids(named), named, strict=True)),
            evidence=(
                timing(troop),
                Evidence(
                    f"{troop.inside:.0%} of their {troop.moments} meetings are on posts by members",
                    troop.inside, len(named) / max(graph.n, 1), "posts by anybody in this data",
                    float(nulls.binomial_tail(round(troop.inside * troop.moments), troop.moments, len(named) / max(graph.n, 1))),
                ),
            ),
            against=(Evidence(f"{mutual:.0%} of the pairs follow each other, as friends would", mutual, 1.0, "a circle of friends", None),),
            innocent=("friends who use one chat group", "a team that supports each other openly"),
            rivals=(
                Rival("pod", round(0.9 - 0.2 * mutual, 3), ("arrive together", "serve each other"), (), ("messages outside the platform",)),
                Rival("friends", round(0.05 + 0.2 * mutual, 3), ("some follow each other",), ("friends do not arrive together",), ()),
                Rival("cannot_tell", 0.05),
            ),
            q=troop.q,
            sentence=f"{len(named)} accounts met within minutes on {troop.moments} posts, {troop.inside:.0%} of them by members of the group.",
            detail={"posts": troop.moments, "strength": round(troop.strength, 2)},
        )  # fmt: skip
