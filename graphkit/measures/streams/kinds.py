"""What became of an account, told apart by who acts when: its owner, somebody else, or both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.order import order_by
from graphkit.measures import nulls
from graphkit.measures.streams.changes import changed_at
from graphkit.measures.streams.contrast import CHANNELS, Contrast, channel_codes, compared, contrasts
from graphkit.measures.streams.deeds import Deeds, deeds_of
from graphkit.measures.streams.features import INSIDE, NO_MOMENT
from graphkit.measures.streams.lives import Lives, lives_of
from graphkit.measures.streams.second import SecondHand

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

KINDS: Final = {
    "made_to_be_a_bot": "made to be a bot: nobody cares for it, and it has no life beside the orders",
    "compromised": "compromised and still used by its owner",
    "dormant_revived": "dormant, and revived by somebody else",
    "repurposed_or_sold": "repurposed or sold: its owner is gone since the second hand came",
    "own_will": "a person in a campaign of their own will",
    "changed": "a person who changed: another job, country, language or phone",
    "unknown": "some signs, not enough to tell",
}
NAMED: Final = 0.5  # the chance from which an account is told to be under a second hand


@dataclass(frozen=True)
class Streams:
    """One value for each of some accounts: the split of what it did, and what that speaks for."""

    accounts: Ints
    kind: tuple[str, ...]
    onset: Ints  # first likely order; NO_TIME: none
    changed_at: Ints  # when a habit changed for good; NO_TIME: never
    orders: Ints  # deeds of the second hand
    own_before: Ints  # days with deeds of the owner before the onset ...
    own_after: Ints  # ... and after it
    p_group: Floats  # chance of so many acts in a campaign's moments, for the account's own delays
    p_owner: Floats  # chance of so many acts towards those it knows beside the orders, if both were one stream
    contrast: Contrast
    missing: tuple[str, ...]  # channels that this data does not hold


def streams(
    graph: InfluenceGraph, second: SecondHand, *, accounts: Ints, score: Floats, told: Flags, seed: int = 0
) -> Streams:
    """The split of some accounts into the owner's stream and a commanded one, with three kinds of evidence.

    `score` is p_compromised of every account, `told` marks posts that were written on command.
    """
    every = deeds_of(graph)
    deeds = every.only(accounts)
    ordered = ordered_deeds(deeds, second) | ((deeds.event < 0) & np.r_[told, False][deeds.post])
    onset = _onsets(deeds, ordered, accounts)
    codes = channel_codes(graph, deeds, ordered, every=every)
    changed = changed_at(deeds, codes, accounts)
    lives = lives_of(every, deeds, ordered, accounts=accounts, onset=onset, changed=changed)
    rows = compared(deeds, ordered, accounts)
    return Streams(
        accounts,
        tuple(kind_of(second, int(account), lives, row=row, score=score) for row, account in enumerate(accounts)),
        onset,
        changed,
        np.array([int(ordered[deeds.of(int(a))].sum()) for a in accounts], np.int64),
        lives.before,
        lives.after,
        _group_chance(graph, second, accounts),
        _owner_chance(deeds, ordered, codes, rows),
        contrasts(deeds, ordered, codes, accounts=accounts, rows=rows, seed=seed),
        tuple(name for name in CHANNELS if name not in codes) + (() if second.marks.follows_known else ("follows",)),
    )


def _onsets(deeds: Deeds, ordered: Flags, accounts: Ints) -> Ints:
    """The first order of each account; NO_TIME: none."""
    found = np.full(len(accounts), NO_TIME)
    for row, account in enumerate(accounts):
        rows = deeds.of(int(account))
        told = np.flatnonzero(ordered[rows])
        if len(told):
            found[row] = deeds.at[rows][told[0]]
    return found


def ordered_deeds(deeds: Deeds, second: SecondHand) -> Flags:
    """Which deeds were more likely orders than not; what an account did to the same post counts with it."""
    acts = second.marks.acts
    rows = second.ordered > 0.5
    told = np.unique(acts.actor[rows].astype(np.int64) << 32 | acts.posts[acts.object[rows]])
    key = deeds.who.astype(np.int64) << 32 | np.maximum(deeds.post, 0)
    place = np.minimum(np.searchsorted(told, key), max(len(told) - 1, 0))
    found = told[place] == key if len(told) else np.zeros(len(deeds), bool)
    return np.asarray(found & (deeds.event >= 0))


def kind_of(second: SecondHand, account: int, lives: Lives, *, row: int, score: Floats) -> str:
    """The kind that the numbers of one account speak for."""
    if not score[account] >= NAMED:
        if lives.onset[row] != NO_TIME and second.owner[account] < -2:
            return "made_to_be_a_bot"
        if any(account in hand.visitors for hand in second.open_hands):
            return "own_will"
        return "changed" if lives.changed[row] != NO_TIME else "unknown"
    if lives.slept(row):
        return "dormant_revived"
    if lives.left(row):
        return "repurposed_or_sold"
    return "compromised" if lives.after[row] else "unknown"  # nobody was seen to use it since: neither there nor gone


def _group_chance(graph: InfluenceGraph, second: SecondHand, accounts: Ints) -> Floats:
    """Delays dealt anew within the account: the chance of so many acts in the moments of its campaigns."""
    acts = second.marks.acts
    obj = acts.object
    hits, due = np.zeros(graph.n), np.zeros(graph.n)
    wanted = np.zeros(graph.n, bool)
    wanted[accounts] = True
    mine = np.flatnonzero(wanted[acts.actor])
    mine = mine[order_by(acts.actor[mine])]
    bounds = np.searchsorted(acts.actor[mine], np.arange(graph.n + 1))
    own_delays = second.marks.delay[mine]
    for hand in second.hands:
        met = hand.moment != NO_MOMENT
        inside = hand.moment == INSIDE
        posts, where = np.unique(obj[hand.rows], return_inverse=True)
        low, high = np.full(len(posts), np.iinfo(np.int64).max), np.full(len(posts), np.iinfo(np.int64).min)
        np.minimum.at(low, where[inside], second.marks.delay[hand.rows[inside]])
        np.maximum.at(high, where[inside], second.marks.delay[hand.rows[inside]])
        for row in np.flatnonzero(met & wanted[acts.actor[hand.rows]]):
            who = acts.actor[hand.rows[row]]
            own = own_delays[bounds[who] : bounds[who + 1]]
            fits = (own >= low[where[row]]) & (own <= high[where[row]])
            hits[who] += inside[row]
            due[who] += (fits.sum() - inside[row] + 1.0) / (len(own) + 1.0)
    return np.where(hits[accounts] > 0, nulls.poisson_tail(hits[accounts], due[accounts]), np.nan)


def _owner_chance(deeds: Deeds, ordered: Flags, codes: dict[str, Ints], compare: list[Ints]) -> Floats:
    """Labels dealt anew over those acted on after the onset: the chance that so many acquaintances fall to the owner."""
    p = np.full(len(compare), np.nan)
    if "alters" not in codes:
        return p
    for row, rows in enumerate(compare):
        rows = rows[codes["alters"][rows] >= 0]
        pairs = np.unique(np.stack([deeds.whom[rows], ordered[rows]]), axis=1, return_index=True)[1]
        told, known = ordered[rows[pairs]], codes["alters"][rows[pairs]] == 1
        if told.any() and not told.all():
            p[row] = stats.hypergeom.sf((known & ~told).sum() - 1, len(told), known.sum(), (~told).sum())
    return p
