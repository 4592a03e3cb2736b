"""Compromised accounts: people whose accounts also act for somebody else."""

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
from graphkit.measures.lockstep import Lockstep, Troop, lockstep
from graphkit.measures.regard import regard_of


@dataclass(frozen=True, slots=True)
class CompromisedAccounts:
    """Accounts with a life and a past of their own that, from some day on, also act in lockstep for the same few targets.

    How it looks: members meet within minutes on post after post of accounts that they do not follow, while friends still
    follow and answer them, and their own past begins before the first meeting.
    What else looks like that: activists with a common hour and fans of one theme (many targets, not a few), people paid
    to post by hand, a sweepstake that asked for reposts.
    What it cannot see: a takeover of a single account, takeovers that never meet others in time, the owner's consent.
    Source: group and owner contrast of COMPA (Egele et al. 2013); methods E.
    """

    NAME: ClassVar[str] = "compromised_accounts"
    question: ClassVar[str] = say("Whose accounts also act under a second hand?")
    needs: ClassVar[frozenset[str]] = frozenset({"interactions"})

    accuse: float = 0.5  # the chance from which an account is named

    def detect(self, graph: InfluenceGraph, *, seed: int = 0) -> Detection:
        """The groups under a second hand, and p_compromised for every account (NaN: fewer than three acts)."""
        steps, empty = lockstep(graph, seed), regard_of(graph).hollow()
        natures = np.array([str(troop.nature) for troop in steps.troops] or ["none"])
        near = np.where(steps.nearest >= 0, natures[np.maximum(steps.nearest, 0)], "none")
        member = (steps.of >= 0) & (steps.of == steps.nearest)
        there = np.minimum(nulls.surprise(steps.chance), 4.0) * (steps.hits >= 3)
        open_hand = _follows_targets(graph, steps)
        second = near == "second_hand"
        log_odds = np.where(second & member, 0.5 + there - 3.0 * open_hand, -4.8)
        # who was missed by the pairs is known by attendance: many people look at a group's posts, so it takes four meetings
        attended = 2.0 * np.minimum(nulls.surprise(steps.chance), 5.0) * (steps.hits >= 4)
        log_odds = np.where(second & ~member, np.maximum(-6.0 + attended, -4.8 + there) - 3.0 * open_hand, log_odds)
        log_odds = np.where(
            (near == "amplifiers") & member & ~empty & (steps.past >= 1.0),
            -0.2 + 0.5 * there - 3.0 * open_hand,
            log_odds,
        )
        log_odds = np.where(empty, np.minimum(log_odds, -0.5), log_odds)
        acts = np.bincount(graph.events.actor, minlength=graph.n)
        score = np.where(acts >= 3, nulls.logistic(log_odds), np.nan)
        found = [
            self._finding(
                graph, troop, np.flatnonzero((steps.nearest == group) & (np.nan_to_num(score) >= self.accuse)), score
            )
            for group, troop in enumerate(steps.troops)
            if troop.nature == "second_hand"
        ]
        return Detection(tuple(f for f in found if f is not None), {"p_compromised": score})

    def _finding(self, graph, troop: Troop, named, score) -> Finding | None:  # type: ignore[no-untyped-def]
        if len(named) < 4:
            return None
        top = troop.targets[:10]
        served = tuple(
            Member(a, "beneficiary", float(s)) for a, s in zip(graph.ids(top), troop.shares[:10], strict=True)
        )
        return Finding(
            kind="compromised",
            members=tuple(Member(a, "member", float(score[n])) for a, n in zip(graph.ids(named), named, strict=True)) + served,
            evidence=(
                timing(troop),
                Evidence(
                    say("each of the few accounts they act on was served on {posts} posts", posts=round(float(troop.repeats))), troop.repeats, 1.0,
                    say("taste spreads over many accounts"), None,
                ),
                Evidence(
                    say("{share} of these acts go to accounts that they follow", share=percent(troop.followed)), troop.followed, 0.9,
                    say("people follow those whom they cheer"), None,
                ),
                Evidence(
                    say("half of them were active for more than {days} days before the first common act", days=round(float(troop.clean_days))),
                    troop.clean_days, 0.0, say("accounts made for a campaign begin with it"), None,
                ),
            ),
            against=(Evidence(say("{share} are followed or answered by others: people own these accounts", share=percent(1 - troop.lifeless)), 1 - troop.lifeless, 1.0, say("accounts of people"), None),),
            innocent=(say("people who take part in a campaign by their own will"), say("a sweepstake that asks for reposts")),
            rivals=(
                Rival("second_hand", 0.7, (say("in lockstep"), say("targets not followed"), say("own past")), (), (say("client, deletions, what the owners say"),)),
                Rival("campaign_of_own_will", 0.2, (say("people with a life"),), (say("minutes apart on every post"),), ()),
                Rival("cannot_tell", 0.1),
            ),
            q=troop.q,
            sentence=say(
                "{accounts} accounts of people show signs of a second hand: in lockstep they served {targets} accounts, "
                "which next to none of them follows.",
                accounts=len(named), targets=len(troop.targets),
            ),
            detail={"posts": troop.moments, "own_past_days": round(troop.clean_days, 1),
                    "what_owners_can_do": [say("change the password"), say("revoke connected apps"), say("check open sessions")]},
        )  # fmt: skip


def _follows_targets(graph: InfluenceGraph, steps: Lockstep) -> NDArray[np.float64]:
    """For each account: the share of its group's service that goes to accounts it follows."""
    share = np.zeros(graph.n)
    for group, troop in enumerate(steps.troops):
        near = np.flatnonzero(steps.nearest == group)
        top = troop.targets[:20]
        if len(near) and len(top):
            ties = graph.follows[near][:, top].toarray()
            share[near] = ties @ troop.shares[:20] / max(troop.shares[:20].sum(), 1e-9)
    return share
