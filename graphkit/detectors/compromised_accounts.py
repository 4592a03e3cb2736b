"""Compromised accounts: people whose accounts also act for somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit.evidence import Detection, Evidence, Finding, Member, Rival, sided
from graphkit.graphs.graph import InfluenceGraph
from graphkit.language import listed, percent, say, say_many
from graphkit.measures import nulls
from graphkit.measures.lockstep import lockstep
from graphkit.measures.streams.deeds import deeds_of
from graphkit.measures.streams.hands import Hand
from graphkit.measures.streams.kinds import Streams, streams
from graphkit.measures.streams.second import SecondHand, machines_in_step, second_hand, stock_in_step
from graphkit.measures.streams.table import STREAMS, streams_table
from graphkit.measures.trends.pushes import told_odds, told_posts
from graphkit.measures.trends.vanishing import vanishing
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ADVICE: Final = (say("change the password"), say("revoke connected apps"), say("check open sessions"))


@dataclass(frozen=True, slots=True)
class CompromisedAccounts:
    """Accounts that people keep and that, from some day on, somebody else acts through as well.

    How it looks: strangers who do not know each other come back to the posts of a few authors that they do not follow,
    at the same moments, through another client than their own, or deleting at once; beside that, each of them goes on
    with a life of its own.
    What else looks like that: people who agreed on a campaign (they know each other), fans whose follows the data does not
    hold (ranked, nobody is named), people paid to post by hand, an app that people let post for them.
    What it cannot see: a takeover of a single account, orders that are spread over many authors, the owner's consent.
    Source: group and owner contrast of COMPA (Egele et al. 2013), deletions of ephemeral astroturfing (Elmas et al. 2021).
    """

    NAME: ClassVar[str] = "compromised_accounts"
    question: ClassVar[str] = say("Whose accounts also act under a second hand?")
    needs: ClassVar[frozenset[str]] = frozenset()
    TABLES: ClassVar[dict[str, pa.Schema]] = {"streams": STREAMS}

    accuse: float = 0.5  # the chance from which an account is named

    def detect(self, graph: InfluenceGraph, *, seed: int = 0) -> Detection:
        """The campaigns, p_compromised for every account (NaN: fewer than three acts), and a row a split account."""
        second = second_hand(graph, seed)
        score = chance(graph, second, seed)
        open_hands = [hand.visitors for hand in second.open_hands]
        told = np.unique(np.concatenate([np.flatnonzero(np.nan_to_num(score) >= current().streams.told), *open_hands]))
        posts = told_posts(graph, seed)
        split = streams(graph, second, accounts=told.astype(np.int64), score=score, told=posts, seed=seed)
        found = (self._finding(graph, second, split, hand=number, score=score) for number in range(len(second.hands)))
        return Detection(
            tuple(one for one in found if one is not None),
            {"p_compromised": score},
            _notes(second, split),
            tables={"streams": streams_table(graph, split, score)},
            commanded=_commanded(graph, second),
        )

    def _finding(
        self, graph: InfluenceGraph, second: SecondHand, split: Streams, *, hand: int, score: Floats
    ) -> Finding | None:
        one = second.hands[hand]
        named = np.flatnonzero((second.of == hand) & (np.nan_to_num(score) >= self.accuse))
        if len(named) < current().streams.least_visitors:
            return None
        authors, shares = _served(one)
        members = tuple(Member(a, "member", float(score[n])) for a, n in zip(graph.ids(named), named, strict=True))
        gains = tuple(Member(a, "beneficiary", float(s)) for a, s in zip(graph.ids(authors), shares, strict=True))
        rows = np.flatnonzero(np.isin(split.accounts, named))
        for_it, against_it = sided(_group(one))
        return Finding(
            kind="compromised",
            members=members + gains,
            evidence=(*for_it, *_two_streams(split, rows)),
            against=(*_owners(split, rows), *against_it),
            innocent=(
                say("people who take part in a campaign by their own will"),
                say("a sweepstake that asks for reposts"),
                say("an app that people let post for them"),
            ),
            rivals=_rivals(second, one),
            q=float(np.minimum(1.0, one.campaign.p.max())),
            sentence=say(
                "{accounts} accounts of people show signs of a second hand: beside their owners' own life they served "
                "{targets} accounts; {share} of these acts went to accounts that they do not follow.",
                accounts=len(named),
                targets=len(one.campaign.authors),
                share=percent(1.0 - float(one.way[0, 0])),
            ),
            detail={
                "posts": len(np.unique(second.marks.acts.object[one.rows[one.command > 0.5]])),
                "first_order": int(split.onset[rows].min()) if len(rows) else None,
                "what_owners_can_do": list(ADVICE),
            },
        )


def chance(graph: InfluenceGraph, second: SecondHand, seed: int) -> Floats:
    """p_compromised of every account: what the loudest evidence gives, unless nobody keeps the account.

    Three kinds of evidence: acts on campaigns' posts, told posts in pushed trends, posts that vanish together. Groups of
    machines in lockstep need a life of their own to be told apart.
    """
    machine = machines_in_step(lockstep(graph, seed)) & (second.owner < 1.0)
    stock = stock_in_step(lockstep(graph, seed), second.owner) & (second.owner < 1.0)
    evidence = np.fmax(np.fmax(second.hand_odds, told_odds(graph, seed)), vanishing(graph).log_odds)
    log_odds = np.minimum(evidence, current().streams.hand_most) + np.minimum(second.owner, 0.0) - 2.0 * machine
    log_odds -= current().streams.machine * (stock & ~machine)
    log_odds = np.where(np.isnan(log_odds), current().streams.floor, log_odds)
    deeds = np.diff(deeds_of(graph).starts)
    return np.where(deeds >= 3, nulls.logistic(np.clip(log_odds, -8.0, 8.0)), np.nan)


def _served(hand: Hand) -> tuple[Ints, Floats]:
    authors = hand.campaign.authors
    return authors, hand.served / max(float(hand.served.sum()), 1e-9)


def _group(hand: Hand) -> tuple[Evidence, ...]:
    way, moments = hand.way, hand.moments
    return (
        Evidence(
            say("{share} of the orders went to authors whom the account does not follow and of whom nobody passed the post on", share=percent(way[0, 2])),
            float(way[0, 2]), round(float(way[1, 2]), 4), say("what people did on the same posts by themselves"), float(hand.campaign.p.min()),
        ),
        Evidence(
            say("{share} of the orders fell into the same ten minutes as others", share=percent(moments[0, 2])),
            float(moments[0, 2]), round(float(moments[1, 2]), 4), say("what people did on the same posts by themselves"), None,
        ),
        Evidence(
            say("{share} of the orders came through clients that the accounts do not use themselves", share=percent(hand.client_share)),
            hand.client_share, 0.0, say("the clients of the same accounts elsewhere"), None,
        ),
        Evidence(
            say("{share} of the orders were deleted within ten minutes", share=percent(hand.quick_share)),
            hand.quick_share, round(hand.usual_quick, 4), say("what people did on the same posts by themselves"), None,
        ),
    )  # fmt: skip


def _two_streams(split: Streams, rows: Ints) -> tuple[Evidence, ...]:
    """How many members' two streams differ beyond chance, against how many would without a second hand."""
    p = split.contrast.together[rows]
    known = int((~np.isnan(p)).sum())
    if not known:
        return ()
    apart = int((np.nan_to_num(p, nan=1.0) <= 0.05).sum())
    return (
        Evidence(
            say("in {apart} of {known} accounts the orders differ from what the owner does beside them", apart=apart, known=known),
            float(apart), round(0.05 * known, 2), say("labels dealt anew within each account"),
            float(nulls.binomial_tail(apart, known, 0.05)),
        ),
    )  # fmt: skip


def _owners(split: Streams, rows: Ints) -> tuple[Evidence, ...]:
    still = [split.kind[row] == "compromised" for row in rows]
    share = float(np.mean(still)) if still else 0.0
    return (
        Evidence(
            say("in {share} of the accounts the owner is still there; they are people and were harmed", share=percent(share)),
            share, 1.0, say("accounts of people"), None,
        ),
    )  # fmt: skip


def _rivals(second: SecondHand, hand: Hand) -> tuple[Rival, ...]:
    telling = max(hand.client_share, hand.quick_share) >= current().streams.telling_share
    missing = [
        word
        for word, known in (
            (say("clients"), second.marks.clients_known),
            (say("deletions"), second.marks.deletions_known),
        )
        if not known
    ]
    speaks_for = [say("strangers to each other"), say("authors not followed"), say("own past")]
    speaks_for += [say("another client, or deleted at once")] if telling else []
    return (
        Rival("second_hand", 0.85 if telling else 0.7, tuple(speaks_for), (), (*missing, say("what the owners say"))),
        Rival("campaign_of_own_will", 0.05 if telling else 0.2, (say("people with a life"),), (say("strangers to each other"),), ()),
        Rival("cannot_tell", 0.1),
    )  # fmt: skip


_CHANNELS: Final = {
    "client": say("clients"),
    "language": say("languages"),
    "topics": say("topics"),
    "hours": say("hours"),
    "verbs": say("kinds of acts"),
    "life": say("a life of the accounts"),
    "alters": say("whom they turn to"),
    "follows": say("follows"),
}


def _notes(second: SecondHand, split: Streams) -> tuple[str, ...]:
    """What was not told apart, and which channels are missing."""
    notes = []
    openly = sum(one.is_open for one in second.untold)
    if openly:
        notes.append(
            say_many(
                "{count} group acts together for authors whom most of it follows, as supporters do who let an app post for "
                "them; it is ranked, nobody is named",
                "{count} groups act together for authors whom most of them follow, as supporters do who let an app post for "
                "them; they are ranked, nobody is named",
                count=openly,
            )
        )
    if len(second.untold) > openly:
        notes.append(
            say_many(
                "{count} group comes back to the same authors and cannot be told from fans whose follows are not in the "
                "data; it is ranked, nobody is named",
                "{count} groups come back to the same authors and cannot be told from fans whose follows are not in the "
                "data; they are ranked, nobody is named",
                count=len(second.untold) - openly,
            )
        )
    if split.missing:
        notes.append(
            say(
                "without {channels} less can be said of a second hand",
                channels=listed(_CHANNELS.get(name, name) for name in split.missing),
            )
        )
    return tuple(notes)


def _commanded(graph: InfluenceGraph, second: SecondHand) -> NDArray[np.float32]:
    """Of every event the chance that it was an order; what an account did to the same post counts with it."""
    acts, events = second.marks.acts, graph.events
    rows = np.flatnonzero(second.ordered > 0)
    out = np.zeros(len(events.actor), np.float32)
    if not len(rows):
        return out
    key = acts.actor[rows].astype(np.int64) << 32 | acts.posts[acts.object[rows]]
    order = np.argsort(key)
    told = np.zeros(graph.n, bool)
    told[acts.actor[rows]] = True
    theirs = np.flatnonzero(told[events.actor] & (events.post >= 0))
    mine = events.actor[theirs].astype(np.int64) << 32 | events.post[theirs]
    place = np.minimum(np.searchsorted(key[order], mine), len(key) - 1)
    hit = key[order][place] == mine
    out[theirs[hit]] = second.ordered[rows[order[place[hit]]]]
    return out
