"""Bot clusters: accounts without a life of their own that act, or follow, in lockstep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from graphkit.evidence import Detection, Evidence, Finding, Member, Rival
from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.measures import nulls
from graphkit.measures.arrivals import Arrivals, arrivals
from graphkit.measures.co_choice import Choices, choices
from graphkit.measures.farms import Farm, farms
from graphkit.measures.lockstep import Lockstep, Troop, lockstep
from graphkit.measures.regard import regard_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BotClusters:
    """Amplifiers that react together or choose alike, and farms that follow together.

    How it looks: the same accounts meet on post after post of a few clients within minutes, or choose the same rare posts
    of authors whom they do not follow, or arrive together at one customer after the other on different days, while next
    to nobody follows or answers them, compared with accounts that turn to as many others.
    What else looks like that: fans of one star (they follow openly), colleagues (they follow their employer), accounts
    that followed a list in one go (left out), people whose accounts were taken over (their own finding).
    What it cannot see: single machines; groups that neither meet within ten minutes nor share posts far beyond taste;
    farms whose accounts have real friends; choice without times in data without follows (ranked, nobody is named).
    Source: co-action at known windows (Pacheco 2021; Giglietto 2020) with a pooled-delay null; co-choice with a weighted
    popularity null (methods A1); arrivals as in Meeder 2011.
    """

    NAME: ClassVar[str] = "bot_clusters"
    question: ClassVar[str] = "Which accounts without a life of their own act in lockstep?"
    needs: ClassVar[frozenset[str]] = frozenset()

    accuse: float = 0.5  # the chance from which an account is named as a member

    def detect(self, graph: InfluenceGraph, *, seed: int = 0) -> Detection:
        """The clusters, and p_bot for every account (NaN: fewer than three acts and follows)."""
        steps, came = lockstep(graph, seed), arrivals(graph)
        alike = choices(graph, seed)
        score = np.maximum(np.maximum(in_step(graph, steps), in_farms(graph, came)), in_choice(alike))
        seen = np.bincount(graph.events.actor, minlength=graph.n) + np.diff(graph.follows.indptr)
        score = np.where(seen >= 3, score, np.nan)
        found = [self._amplifiers(graph, steps, group, score) for group in range(len(steps.troops))]
        found += [self._farm(graph, came, farm, score) for farm in farms(graph, seed)]
        found += [self._alike(graph, alike, number, steps, score) for number in range(len(alike.found))]
        notes = (
            *_unnamed(steps),
            *_unexposed(alike),
            *((f"{steps.bucketed} crowded posts were searched by sample",) if steps.bucketed else ()),
        )
        return Detection(tuple(f for f in found if f is not None), {"p_bot": score}, notes)

    def _amplifiers(self, graph: InfluenceGraph, steps: Lockstep, group: int, score: Floats) -> Finding | None:
        troop = steps.troops[group]
        named = np.flatnonzero((steps.nearest == group) & (np.nan_to_num(score) >= self.accuse))
        if troop.nature != "amplifiers" or len(named) < 4:
            return None
        return Finding(
            kind="bot_cluster",
            members=_members(graph, named, score) + _served(graph, troop),
            evidence=(timing(troop), _empty(troop, graph)),
            against=_against(troop),
            innocent=("a service that several people connected to their accounts", "new accounts of one campaign team"),
            rivals=_rivals(troop),
            q=troop.q,
            sentence=(
                f"{len(named)} accounts reacted in lockstep to {troop.moments} posts of {len(troop.targets)} accounts; "
                f"{troop.lifeless:.0%} of them are followed and answered by nobody outside the group."
            ),
            detail={
                "posts": troop.moments,
                "strength": round(troop.strength, 2),
                "own_past_days": round(troop.clean_days, 1),
            },
        )

    def _alike(
        self, graph: InfluenceGraph, alike: Choices, number: int, steps: Lockstep, score: Floats
    ) -> Finding | None:
        group = alike.found[number]
        named = group.members[np.nan_to_num(score[group.members]) >= self.accuse]
        natures = np.array([*(troop.nature for troop in steps.troops), "none"])
        told = natures[steps.of[named]] == "amplifiers"  # lockstep has named them already
        if not alike.exposed or len(named) < 5 or told.mean() >= 0.5:
            return None
        top = group.targets[:10]
        return Finding(
            kind="bot_cluster",
            members=_members(graph, named, score)
            + tuple(Member(a, "beneficiary", float(s)) for a, s in zip(graph.ids(top), group.shares[:10], strict=True)),
            evidence=(
                Evidence(
                    f"two members share {group.close:.1f} posts of authors whom they do not follow, on average",
                    round(group.close, 2), round(group.due, 2),
                    "ten times what their activity and the posts' popularity give", float(nulls.poisson_tail(group.close, max(group.due, 1e-6))),
                ),
            ),
            innocent=("readers of one list or channel that this data does not show",),
            rivals=(
                Rival("automated", 0.7, ("choose the same rare posts", "next to nobody follows or answers them"), (), ("times and clients of the acts",)),
                Rival("readers_of_one_channel", 0.2, ("choose alike",), ("do not follow the authors",), ("where they met the posts",)),
                Rival("cannot_tell", 0.1),
            ),
            q=group.q,
            sentence=(
                f"{len(named)} accounts that next to nobody follows or answers chose the same {group.shared} posts "
                f"again and again, without following their authors."
            ),
            detail={"posts": group.shared, "strength": round(group.strength, 2)},
        )  # fmt: skip

    def _farm(self, graph: InfluenceGraph, came: Arrivals, farm: Farm, score: Floats) -> Finding | None:
        named = farm.members[np.nan_to_num(score[farm.members]) >= self.accuse]
        if len(named) < 6:
            return None
        customers = tuple(
            Member(account, "beneficiary", float(share))
            for account, share in zip(graph.ids(farm.customers), farm.shares, strict=True)
        )
        return Finding(
            kind="bot_cluster",
            members=_members(graph, named, score) + customers,
            evidence=(
                Evidence(
                    f"{len(named)} accounts came together in {farm.blocks} bursts at {len(farm.customers)} accounts, "
                    f"each in {farm.days:.1f} of them on average",
                    float(farm.days), float(farm.due), "as many follows in bursts, spread over all who follow", farm.p,
                ),
                Evidence(
                    "members whom nobody follows and nobody answers", float(len(named)), float(len(named) * came.base),
                    "accounts of this data that follow as many", float(nulls.binomial_tail(len(named), len(named), came.base)),
                ),
            ),
            innocent=("people who joined through one advert and never came back",),
            q=farm.q,
            sentence=(
                f"{len(named)} accounts that nobody follows arrived together, on different days, "
                f"at {len(farm.customers)} accounts."
            ),
            detail={"bursts": farm.blocks},
        )  # fmt: skip


def _unnamed(steps: Lockstep) -> tuple[str, ...]:
    """What is said of groups in lockstep that nobody is accused for."""
    said = {
        "open": "follow openly whom they act on, as fans and staff do",
        "unclear": "cannot be told apart from fans, activists or colleagues by what this data holds",
    }
    notes = []
    for nature, words in said.items():
        groups = [t for t in steps.troops if t.nature == nature and t.q <= 0.05]
        if groups:
            accounts = sum(len(troop.members) for troop in groups)
            notes.append(f"{len(groups)} groups ({accounts} accounts) act in lockstep and {words}; nobody is named")
    return tuple(notes)


def in_step(graph: InfluenceGraph, steps: Lockstep) -> Floats:
    """Chance of being a machine, from the part each account takes in groups that act in lockstep."""
    empty = regard_of(graph).hollow()
    log_odds = np.where(empty, -2.4, -4.5)
    natures = np.array([str(troop.nature) for troop in steps.troops] or ["none"])
    near = np.where(steps.nearest >= 0, natures[np.maximum(steps.nearest, 0)], "none")
    member = (steps.of >= 0) & (steps.of == steps.nearest)
    there = np.minimum(nulls.surprise(steps.chance) * 0.8, 4.0) * (steps.hits >= 2)
    amplifier = near == "amplifiers"
    bare = np.where(steps.of >= 0, steps.empty, empty)
    log_odds = np.where(amplifier & bare, log_odds + there + np.where(member, 5.0, 0.0), log_odds)
    new = steps.past < 1.0  # nothing of its own came before the group: made for it, whatever it looks like
    log_odds = np.where(amplifier & ~bare & member, np.where(new, 0.6 + 0.3 * there, -0.8), log_odds)
    log_odds = np.where((near == "second_hand") & member & bare, 0.5, log_odds)
    return nulls.logistic(log_odds)


def in_choice(alike: Choices) -> Floats:
    """Chance of being a machine, from how firmly each account belongs to a group that chooses alike.

    Where no follows are known the choice of readers looks the same: such groups are ranked and nobody is named.
    """
    strength = np.array([*(group.strength for group in alike.found), 1.0])[alike.of]
    log_odds = np.where(alike.of >= 0, np.clip(4.0 * alike.hold - 1.0 + np.log(strength / 3.0), -2.0, 3.5), -4.6)
    if not alike.exposed:
        log_odds = np.where(alike.of >= 0, 0.3 * np.tanh(log_odds / 3.0) - 0.4, log_odds)
    return nulls.logistic(log_odds)


def _unexposed(alike: Choices) -> tuple[str, ...]:
    if alike.exposed or not alike.found:
        return ()
    accounts = sum(len(group.members) for group in alike.found)
    return (
        f"{len(alike.found)} groups ({accounts} accounts) choose the same rare posts; without follows they cannot be told "
        "from readers of one channel, and nobody is named for it",
    )


def in_farms(graph: InfluenceGraph, came: Arrivals) -> Floats:
    """Chance of being a follower for sale, from the blocks each hollow account came in and whom it follows."""
    follows = np.diff(graph.follows.indptr)
    rare = np.clip(
        -np.log(max(came.base, 1e-3)) - 1.0, 0.0, 2.0
    )  # where being followed by nobody is usual it says little
    known = np.maximum(follows, 1)
    drawn = nulls.surprise(nulls.binomial_tail(np.round(came.served * follows), known, came.usual_served))
    log_odds = -4.2 + rare + 2.6 * (came.days >= 1) + 2.6 * (came.days >= 2) + np.clip(1.5 * drawn - 0.7, -0.7, 3.6)
    if (graph.follow_at == NO_TIME).all():  # newcomers who followed a list cannot be told apart: rank, do not name
        log_odds = np.minimum(log_odds, -0.3 + 0.1 * np.tanh(log_odds))
    log_odds = np.where(came.hollow & (follows >= 3), log_odds, -4.6)
    return nulls.logistic(log_odds)


def timing(troop: Troop) -> Evidence:
    """The coincidences of a group's pairs against shuffled delays."""
    return Evidence(
        claim=f"pairs of members met {troop.close:,} times within ten minutes on posts of others",
        observed=float(troop.close),
        expected=round(float(troop.due), 2),
        baseline="same accounts on the same posts, each delay drawn from everybody's delays",
        p=float(nulls.poisson_tail(troop.close, max(troop.due, 1e-6))),
    )


def _empty(troop: Troop, graph: InfluenceGraph) -> Evidence:
    usual = float(regard_of(graph).hollow().mean())
    count = round(troop.lifeless * len(troop.members))
    return Evidence(
        claim=f"{count} of {len(troop.members)} members are followed and answered by nobody outside the group",
        observed=float(count),
        expected=round(usual * len(troop.members), 2),
        baseline="all accounts of this data",
        p=float(nulls.binomial_tail(count, len(troop.members), min(usual, 0.99))),
    )


def _against(troop: Troop) -> tuple[Evidence, ...]:
    return (
        Evidence(f"{troop.followed:.0%} of their common acts go to accounts that they follow", troop.followed, 0.5, "fans and staff follow whom they cheer", None),
        Evidence(f"{1 - troop.lifeless:.0%} of the members have followers or answers of their own", 1 - troop.lifeless, 0.9, "ordinary accounts", None),
    )  # fmt: skip


def _rivals(troop: Troop) -> tuple[Rival, ...]:
    fans = 0.05 + 0.3 * troop.followed
    return (
        Rival(
            "automated",
            round(0.9 - fans, 3),
            ("meet within minutes", "no life of their own"),
            (),
            ("clients, deletions",),
        ),
        Rival("fan_club", round(fans, 3), ("act on few accounts",), ("do not follow them",), ("what they write",)),
        Rival("cannot_tell", 0.1),
    )


def _members(graph: InfluenceGraph, nodes: NDArray[np.int64], score: Floats) -> tuple[Member, ...]:
    return tuple(
        Member(account, "member", float(score[node])) for account, node in zip(graph.ids(nodes), nodes, strict=True)
    )


def _served(graph: InfluenceGraph, troop: Troop) -> tuple[Member, ...]:
    top = troop.targets[:10]
    return tuple(
        Member(account, "beneficiary", float(share))
        for account, share in zip(graph.ids(top), troop.shares[:10], strict=True)
    )
