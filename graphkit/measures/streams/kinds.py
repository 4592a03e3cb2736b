"""What became of an account, told apart by who acts when: its owner, somebody else, or both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.measures import nulls
from graphkit.measures.streams.changes import changed_at
from graphkit.measures.streams.contrast import CHANNELS, Contrast, channel_codes, compared, contrasts
from graphkit.measures.streams.deeds import Deeds, deeds_of
from graphkit.measures.streams.hands import INSIDE, NO_MOMENT
from graphkit.measures.streams.second import SecondHand
from graphkit.settings import current

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
DAY = 86_400_000
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
    deeds = deeds_of(graph)
    ordered = ordered_deeds(deeds, second) | ((deeds.event < 0) & np.r_[told, False][deeds.post])
    onset = _onsets(deeds, ordered, accounts)
    codes = channel_codes(graph, deeds, ordered)
    before, after = _own_days(deeds, ordered, accounts, onset)
    changed = changed_at(deeds, codes, accounts)
    lives = _Lives(onset, before, after, changed, _silence(deeds, accounts, onset), _span(deeds))
    return Streams(
        accounts,
        tuple(_kind(second, int(account), lives, row=row, score=score) for row, account in enumerate(accounts)),
        onset,
        changed,
        np.array([int(ordered[deeds.of(int(a))].sum()) for a in accounts], np.int64),
        before,
        after,
        _group_chance(graph, second, accounts),
        _owner_chance(deeds, ordered, codes, accounts),
        contrasts(graph, deeds, ordered, accounts=accounts, seed=seed),
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


@dataclass(frozen=True)
class _Lives:
    onset: Ints
    before: Ints
    after: Ints
    changed: Ints
    silence: Floats  # days without any deed before the onset
    span: tuple[int, int]


def _kind(second: SecondHand, account: int, lives: _Lives, *, row: int, score: Floats) -> str:
    """The kind that the numbers of one account speak for."""
    settings = current().streams
    if not score[account] >= NAMED:
        if lives.onset[row] != NO_TIME and second.owner[account] < -2:
            return "made_to_be_a_bot"
        if any(account in hand.visitors for hand in second.open_hands):
            return "own_will"
        return "changed" if lives.changed[row] != NO_TIME else "unknown"
    begin, end = lives.span
    days = max((end - lives.onset[row]) / DAY, 0.0)
    lived = max((lives.onset[row] - begin) / DAY, 1.0)
    due = lives.before[row] / lived * days
    gone = lives.after[row] <= settings.gone_share * due and stats.poisson.cdf(lives.after[row], due) < settings.gone_p
    if lives.silence[row] >= settings.dormant_days and lives.after[row] <= 2 + 2 * settings.gone_share * days:
        return "dormant_revived"
    return "repurposed_or_sold" if gone else "compromised"


def _own_days(deeds: Deeds, ordered: Flags, accounts: Ints, onset: Ints) -> tuple[Ints, Ints]:
    before, after = np.zeros(len(accounts), np.int64), np.zeros(len(accounts), np.int64)
    for row, account in enumerate(accounts):
        rows = deeds.of(int(account))
        at = deeds.at[rows][~ordered[rows]]
        early = at < onset[row] if onset[row] != NO_TIME else np.ones(len(at), bool)
        before[row], after[row] = len(np.unique(at[early] // DAY)), len(np.unique(at[~early] // DAY))
    return before, after


def _silence(deeds: Deeds, accounts: Ints, onset: Ints) -> Floats:
    """Days without a deed before the onset, at most since the data begin."""
    begin = _span(deeds)[0]
    quiet = np.zeros(len(accounts))
    for row, account in enumerate(accounts):
        at = deeds.at[deeds.of(int(account))]
        earlier = at[at < onset[row]]
        quiet[row] = (onset[row] - (earlier[-1] if len(earlier) else begin)) / DAY if onset[row] != NO_TIME else 0.0
    return quiet


def _span(deeds: Deeds) -> tuple[int, int]:
    """First and last deed, without the outermost thousandth on both sides."""
    if not len(deeds):
        return 0, 0
    low, high = np.quantile(deeds.at, (0.001, 0.999))
    return int(low), int(high)


def _group_chance(graph: InfluenceGraph, second: SecondHand, accounts: Ints) -> Floats:
    """Delays dealt anew within the account: the chance of so many acts in the moments of its campaigns."""
    acts = second.marks.acts
    obj = acts.object
    born = graph.post_at[acts.posts]
    first = acts.at[acts.starts[:-1]]
    delay = acts.at - np.where(born == NO_TIME, first, np.minimum(born, first))[obj]
    order = np.argsort(acts.actor, kind="stable")
    bounds = np.searchsorted(acts.actor[order], np.arange(graph.n + 1))
    hits, due = np.zeros(graph.n), np.zeros(graph.n)
    wanted = np.zeros(graph.n, bool)
    wanted[accounts] = True
    for hand in second.hands:
        met = hand.moment != NO_MOMENT
        inside = hand.moment == INSIDE
        where = obj[hand.rows]
        low = np.full(len(acts.posts), np.iinfo(np.int64).max)
        high = np.full(len(acts.posts), np.iinfo(np.int64).min)
        np.minimum.at(low, where[inside], delay[hand.rows[inside]])
        np.maximum.at(high, where[inside], delay[hand.rows[inside]])
        for row in np.flatnonzero(met & wanted[acts.actor[hand.rows]]):
            who = acts.actor[hand.rows[row]]
            own = delay[order[bounds[who] : bounds[who + 1]]]
            fits = (own >= low[where[row]]) & (own <= high[where[row]])
            hits[who] += inside[row]
            due[who] += (fits.sum() - inside[row] + 1.0) / (len(own) + 1.0)
    return np.where(hits[accounts] > 0, nulls.poisson_tail(hits[accounts], due[accounts]), np.nan)


def _owner_chance(deeds: Deeds, ordered: Flags, codes: dict[str, Ints], accounts: Ints) -> Floats:
    """Labels dealt anew over those acted on after the onset: the chance that so many acquaintances fall to the owner."""
    p = np.full(len(accounts), np.nan)
    if "alters" not in codes:
        return p
    for row, rows in enumerate(compared(deeds, ordered, accounts)):
        rows = rows[codes["alters"][rows] >= 0]
        pairs = np.unique(np.stack([deeds.whom[rows], ordered[rows]]), axis=1, return_index=True)[1]
        told, known = ordered[rows[pairs]], codes["alters"][rows[pairs]] == 1
        if told.any() and not told.all():
            p[row] = stats.hypergeom.sf((known & ~told).sum() - 1, len(told), known.sum(), (~told).sum())
    return p
