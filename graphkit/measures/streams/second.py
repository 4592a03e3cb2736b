"""The second hand: every campaign with its fit, and for every account the odds that somebody else acts through it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures import made_once
from graphkit.measures.campaigns.moments import Strays, strays_of
from graphkit.measures.campaigns.nominated import Campaign, campaigns
from graphkit.measures.campaigns.served import widened
from graphkit.measures.life import life_of
from graphkit.measures.lockstep import Lockstep, lockstep
from graphkit.measures.streams.hands import Hand, hand
from graphkit.measures.streams.marks import Marks, marks_of
from graphkit.measures.streams.owner import kept_by_people, owner_odds
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class SecondHand:
    """What single acts and accounts say of a second hand."""

    marks: Marks
    hands: tuple[Hand, ...]  # campaigns that somebody can be named for, the surest first
    open_hands: tuple[Campaign, ...]  # people who know each other and meet on purpose
    untold: tuple[
        Hand, ...
    ]  # may be fans, or supporters who let an app post for them: they are ranked and nobody is named
    hand_odds: Floats  # of each account: log odds from its acts on campaigns' posts; NaN: none
    owner: Floats  # of each account: log odds that a person keeps it
    of: NDArray[np.int32]  # the hand that speaks loudest for each account, -1 none
    ordered: Floats  # of each act in marks.acts: chance that it was an order

    @property
    def log_odds(self) -> Floats:
        """Of each account: a hand acts here and a person keeps the account; NaN where no campaign was met."""
        most = current().streams.hand_most
        return np.asarray(np.minimum(self.hand_odds, most) + np.minimum(self.owner, 0.0))


@made_once
def second_hand(graph: InfluenceGraph, seed: int = 0) -> SecondHand:
    """The campaigns of a graph; computed once for all who read them. Linear in the acts on posts."""
    marks = marks_of(graph)
    strays = strays_of(graph, marks)
    found = campaigns(graph, marks, lockstep(graph, seed), found=strays)
    usual = _usually_acquainted(graph)
    open_hands = tuple(c for c in found if c.acquainted > usual)
    fitted = _widened(graph, marks, strays, [hand(graph, marks, c) for c in found if c.acquainted <= usual])
    told = tuple(one for one in fitted if is_told(one, marks))
    untold = tuple(one for one in fitted if not is_told(one, marks))
    odds, of = _odds(graph.n, told)
    ordered = _ordered(len(marks.acts.actor), told, odds)
    odds = np.fmax(odds, _ranked(_odds(graph.n, untold)[0]))
    owner = owner_odds(graph, marks, ordered > 0.5) - current().streams.machine * ~kept_by_people(graph)
    return SecondHand(marks, told, open_hands, untold, odds, owner, of, ordered)


def _widened(graph: InfluenceGraph, marks: Marks, strays: Strays, fitted: list[Hand]) -> list[Hand]:
    """The fits again where the accounts under a hand serve others besides; supporters in the open are left as they are."""
    known = {id(one.campaign): one for one in fitted}
    parts = [(one.campaign, one.accounts[one.log_odds > 0]) for one in fitted if not one.is_open]
    wider = widened(graph, strays, parts)
    fits = [known[id(c)] if id(c) in known else hand(graph, marks, c) for c in wider]
    return [*fits, *(one for one in fitted if one.is_open)]


def _usually_acquainted(graph: InfluenceGraph) -> float:
    """The share of acquainted pairs from which visitors are no strangers to each other."""
    links = graph.mutual if graph.follows.nnz else life_of(graph).warm
    settings = current().streams
    return max(settings.acquainted, settings.acquainted_times * links.nnz / max(graph.n * (graph.n - 1), 1))


def is_told(one: Hand, marks: Marks) -> bool:
    """Whether a campaign can be told from fans: by its client or deletions, or by strangers who come to the minute.

    Who follows openly whom it serves may have let an app do so. Where many follows are missing, fans look like strangers
    too, and some of them are always online; they are neither as strange nor as punctual. One author alone may have such fans
    even so, unless a group in lockstep serves it. Where those who came by themselves are hardly less prompt, the posts were live.
    """
    settings = current().streams
    if one.is_open:
        return False
    if max(one.client_share, one.quick_share) >= settings.telling_share:
        return True
    apart = one.strangeness * one.punctuality >= settings.apart
    in_step = one.campaign.timed and one.punctuality >= settings.live
    met = marks.follows_known and one.together >= settings.together  # else a feed or a digest may have shown the posts
    return met and apart and (in_step or len(one.campaign.authors) > 1)


def _odds(n: int, hands: tuple[Hand, ...]) -> tuple[Floats, NDArray[np.int32]]:
    """What all hands say of each account together, and which says most; an account may be let to several operators."""
    settings = current().streams
    prior = float(np.log(settings.prior / (1 - settings.prior)))
    most, total, of = np.full(n, np.nan), np.zeros(n), np.full(n, -1, np.int32)
    for number, one in enumerate(hands):
        higher = ~(one.log_odds <= most[one.accounts])
        of[one.accounts[higher]] = number
        most[one.accounts] = np.fmax(most[one.accounts], one.log_odds)
        total[one.accounts] += np.maximum(one.log_odds - prior, 0.0)
    return np.where(total > 0, prior + total, most), of


def _ranked(odds: Floats) -> Floats:
    """Odds that only rank: below even, in their order."""
    return np.asarray(np.tanh(odds / 10.0) - 1.5)


def _ordered(acts: int, hands: tuple[Hand, ...], odds: Floats) -> Floats:
    """Of each act the chance that it was an order: of the account being under the hand, and of the act."""
    chance = np.zeros(acts)
    for one in hands:
        taken = 1 / (1 + np.exp(-np.clip(odds[one.accounts], -30, 30)))
        chance[one.rows] = taken[one.of] * one.command
    return chance


def stock_in_step(steps: Lockstep, owner: Floats) -> Flags:
    """Accounts in groups in lockstep most of which nobody keeps: a stock of machines, however old; victims have owners.

    One account may be lonely; that a whole group is speaks of where it came from.
    """
    settings, flags = current().streams, np.zeros(len(owner), bool)
    for troop in steps.troops:
        if len(troop.members) >= settings.least_visitors and float(np.median(owner[troop.members])) < settings.stock:
            flags[troop.members] = True
    return flags


def machines_in_step(steps: Lockstep) -> Flags:
    """Accounts in groups of amplifiers that have no past of their own before the group."""
    natures = np.array([*(troop.nature for troop in steps.troops), "none"])
    return np.asarray((natures[steps.of] == "amplifiers") & (steps.empty | (steps.past < 1.0)))
