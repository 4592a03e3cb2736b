"""Groups that act in lockstep on the same posts, and what kind of group each is.

Timing finds the groups; what they are is read from whom they act on and how they live. Targets inside the group: they trade
engagement. Targets followed openly: fans or colleagues. No life of their own: amplifiers. A life of their own, an earlier
past, and targets that they do not follow: a second hand on people's accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.order import order_by
from graphkit.measures import groups, made_once, nulls
from graphkit.measures.co_timing import Reactions, TimedPairs, pooled_closeness, reactions, shuffled_delays, timed_pairs
from graphkit.measures.pairs import Acts
from graphkit.measures.regard import regard_of
from graphkit.measures.rhythm.occasions import Occasions, occasions_of
from graphkit.measures.strangers.exposure import exposure
from graphkit.measures.strangers.friendless import Friends, befriended, friends_of
from graphkit.measures.strangers.together import exchanged, strange_pairs, stray_reactions
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Nature = Literal["amplifiers", "pod", "second_hand", "open", "untold", "unclear"]

DAY = 86_400_000
LEAST_REGULAR = 3  # moments: twice may be chance
EARLY = 0.05  # of the moments: three members may meet by chance long before anybody gave an order
FEWEST_COPIES = 2  # one may be an odd one
GROWTH = 2  # rounds of taking in members: a third changes next to nothing


@dataclass(frozen=True, slots=True)
class Troop:
    """One group in lockstep: its members, what it acted on, and the numbers its nature is read from."""

    members: Ints
    nature: Nature
    strength: float  # tens of p per member, in the ties of the group
    q: float  # share of groups this strong that copies with shuffled delays also give
    moments: int  # posts on which at least three members acted within the window
    targets: Ints  # authors acted on, the most served first
    shares: Floats  # their shares of the moments
    inside: float  # share of moments on posts by members
    followed: float  # share of the acts whose target the member follows
    lifeless: float  # share of members without followers and without answers
    clean_days: float  # median days of own past before the first moment, of the members with a life
    close: int  # coincidences of pairs of members
    due: float  # coincidences due by chance
    presence: float  # share of the members at one of its moments, on average
    shown: float  # share of the acts in its moments that those whom the member follows had shown it before
    bare: float  # share of accounts as active as the members that have no followers and no answers in these data
    friends: Friends  # of those whom the pairs found

    @property
    def striking(self) -> bool:
        """Whether it acts as one beyond what any crowd of people does, so that it is told of though nobody knows who it is."""
        return self.nature == "untold" and self.strength >= current().lockstep.untold_strength

    @property
    def repeats(self) -> float:
        """Moments for each effective target: campaigns come back to the same few."""
        return self.moments / max(self.effective_targets, 1.0)

    @property
    def effective_targets(self) -> float:
        shares = self.shares[self.shares > 0]
        return float(np.exp(-(shares * np.log(shares)).sum())) if len(shares) else 0.0


@dataclass(frozen=True)
class Lockstep:
    """All groups in lockstep, and for each account how far it takes part in the one it is nearest to."""

    found: Reactions
    troops: tuple[Troop, ...]
    of: NDArray[np.int32]  # the group of each account, -1 none
    nearest: NDArray[np.int32]  # also for bystanders: the group whose moments it attended most, -1 none
    hits: Ints  # units in which it was there in the moment
    shared: Ints  # units in which it acted on the group's posts at all
    chance: Floats  # of that many hits, for somebody who acted on as many of these posts
    commanded: NDArray[np.bool_]  # acts (rows of found.acts) inside a moment of the account's group
    # members of groups with next to no followers and answers from outside; without friends, where a group has none
    empty: NDArray[np.bool_]
    befriended: NDArray[np.bool_]  # members that have somebody outside their group with whom acts go both ways
    past: Floats  # of members: days of own past before the first moment of the group
    bucketed: int
    copies: int


@made_once
def lockstep(graph: InfluenceGraph, seed: int) -> Lockstep:
    """The groups of a graph that react in lockstep; computed once for all detectors that read them."""
    found, stray = reactions(graph), stray_reactions(graph)
    windows = _windows()
    evident, pairs = _met(graph.n, found, stray, seed)
    parts = _groups(found, evident, seed)
    copies = _copies(len(found.acts.actor), len(parts))
    shuffled = _in_copies(graph.n, found, stray, range(seed + 1, seed + 1 + copies), seed=seed)
    q = nulls.decoy_q(parts.strength, np.concatenate([*shuffled, np.empty(0)]), copies)
    described = _described(graph, found, parts, pairs, q, windows, copies)
    exposure.forget()  # type: ignore[attr-defined]  # nobody else reads it, and it holds twelve bytes an act
    return described


def _windows() -> tuple[int, ...]:
    """The windows of the settings in milliseconds, the narrowest first."""
    return tuple(round(seconds * 1000) for seconds in current().lockstep.windows_s)


def _copies(acts: int, found: int) -> int:
    """How many shuffled copies tell the q of the groups that were found; none where there are none."""
    settings = current().lockstep
    if not found:
        return 0
    least = np.clip(-(-settings.copies_groups // found), FEWEST_COPIES, settings.copies_least)
    return int(np.clip(settings.copies_acts // max(acts, 1), least, settings.copies_most))


def _in_copies(n: int, found: Reactions, stray: Reactions, draws: range, *, seed: int) -> list[Floats]:
    """The strengths of the groups in each shuffled copy."""

    def strengths(draw: int) -> Floats:
        copy = shuffled_delays(found, draw)
        return _groups(copy, _met(n, copy, exchanged(stray, draw), seed)[0], seed).strength

    return list(nulls.side_by_side(strengths, draws))


def _met(n: int, found: Reactions, stray: Reactions, seed: int) -> tuple[groups.Evident, TimedPairs]:
    """The pairs that meet more often than chance: among all who share posts, and among strangers."""
    settings = current().lockstep
    windows = _windows()
    pairs = timed_pairs(found, windows, needed=settings.coincidences, seed=seed)
    strange = strange_pairs(stray, windows, accounts=n, seed=seed)
    evident = groups.joined(_evident(pairs, settings.pair_p, n), _evident(strange, current().strangers.pair_p, n))
    return evident, pairs


def _groups(found: Reactions, evident: groups.Evident, seed: int) -> groups.Groups:
    """The groups of these pairs."""
    settings = current().lockstep
    windows = _windows()
    parts = groups.partition(evident, smallest=settings.smallest, seed=seed)
    width = np.full(max(len(parts), 1), windows[-1], np.int64)
    moments = groups.moments(found.acts, parts.of, width)
    attended = groups.attendance(
        found.acts, found.author, moments, slack=np.full(len(moments.object), windows[0], np.int64)
    )
    return groups.merged(parts, attended, evident, least=settings.merge_attendance)


def _evident(pairs: TimedPairs, most: float, n: int) -> groups.Evident:
    kept = pairs.p < most
    weight = nulls.surprise(pairs.p[kept]) + np.log10(most) + 0.1
    return groups.Evident(pairs.first[kept], pairs.second[kept], weight, n)


def _described(graph, found, parts, pairs, q, windows, copies) -> Lockstep:  # type: ignore[no-untyped-def]
    acts, wide = found.acts, windows[-1]
    width = np.full(max(len(parts), 1), wide, np.int64)
    moments = groups.moments(acts, parts.of, width)
    attended = groups.attendance(acts, found.author, moments, slack=np.full(len(moments.object), windows[0], np.int64))
    usual = pooled_closeness(found.delay, wide, seed=0)
    most = min(2 * usual, 0.9)
    core = parts  # what kind of group it is, those say whom the pairs found
    for _ in range(GROWTH):  # members that the pairs missed bring moments of their own
        parts = _grown(parts, *_nearest(graph.n, parts, attended, most))
        moments = groups.moments(acts, parts.of, width)
        slack = np.full(len(moments.object), windows[0], np.int64)
        attended = groups.attendance(acts, found.author, moments, slack=slack)
    nearest, hits, shared, chance = _nearest(graph.n, parts, attended, most)
    regard = regard_of(graph)
    first = _first_sign(graph)
    commanded = _in_moments(acts, parts.of, moments)
    seen = _shown_shares(graph, found, parts, commanded)
    bare_peers = regard.usual_bare()
    same = (parts.of[pairs.first] == parts.of[pairs.second]) & (parts.of[pairs.first] >= 0)
    close = np.bincount(parts.of[pairs.first[same]], weights=pairs.close[same], minlength=len(parts))
    due = np.bincount(parts.of[pairs.first[same]], weights=pairs.due[same], minlength=len(parts))
    troops = []
    bare, known, past = np.zeros(graph.n, bool), np.zeros(graph.n, bool), np.zeros(graph.n)
    for group in range(len(parts)):
        rows = np.flatnonzero(moments.group == group)
        members = parts.members(group)
        heart = core.members(group)
        numbers = _numbers(graph, heart, found.author[moments.object[rows]])
        begin = np.quantile(moments.begin[rows], EARLY) if len(rows) else 0.0
        bare[members] = regard.hollow_outside(graph, members)
        past[members] = (begin - first[members]) / DAY
        living = members[~bare[members]]
        clean = float(np.median((begin - first[living]) / DAY)) if len(rows) and len(living) else 0.0
        presence = float(moments.members[rows].mean() / len(members)) if len(rows) else 0.0
        usual_empty = float(np.maximum(bare_peers[heart].mean(), 0.02))
        empties = float(nulls.binomial_tail(round(numbers.lifeless * len(heart)), len(heart), usual_empty))
        signs = _Signs(
            len(rows), float(parts.strength[group]), float(q[group]), clean, presence, float(seen[group]), usual_empty, empties,
            friends_of(graph, heart), occasions_of(moments.begin[rows]),
        )  # fmt: skip
        nature = _nature(signs, numbers)
        known[members] = befriended(graph, members)
        if nature == "amplifiers" and signs.friends.missing:  # regard can be got by following back, friends cannot
            bare[members] |= ~known[members]
        troops.append(
            Troop(members, nature, float(parts.strength[group]), float(q[group]), len(rows), numbers.targets, numbers.shares,
                  numbers.inside, numbers.followed, numbers.lifeless, clean, int(close[group]), float(due[group]), presence, signs.shown, usual_empty, signs.friends)
        )  # fmt: skip
    return Lockstep(found, tuple(troops), parts.of, nearest, hits, shared, chance, commanded, bare, known, past, pairs.bucketed, copies)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Targets and their shares, the share inside the group, the share followed, the share of members without a life."""

    targets: Ints
    shares: Floats
    inside: float
    followed: float
    lifeless: float


def _numbers(graph: InfluenceGraph, members: Ints, author: NDArray[np.int32]) -> _Numbers:
    known = author[author >= 0]
    authors, count = np.unique(known, return_counts=True)
    order = np.argsort(-count, kind="stable")
    targets, shares = authors[order].astype(np.int64), count[order] / max(count.sum(), 1)
    inside = float(np.isin(known, members).mean()) if len(known) else 0.0
    top = targets[:50]
    ties = graph.follows[members][:, top].toarray() if len(top) else np.zeros((len(members), 0))
    followed = float((ties @ shares[: len(top)]).mean() / max(shares[: len(top)].sum(), 1e-9)) if len(top) else 0.0
    return _Numbers(targets, shares, inside, followed, float(regard_of(graph).hollow_outside(graph, members).mean()))


def _first_sign(graph: InfluenceGraph) -> Ints:
    """The first act or post of each account."""
    events = graph.events
    first = np.full(graph.n, np.iinfo(np.int64).max // 2)
    timed = np.flatnonzero(events.at > 0)[::-1]
    first[events.actor[timed]] = events.at[timed]  # events are in order of time: the earliest comes last and stays
    posted = (graph.post_author >= 0) & (graph.post_at > 0)
    np.minimum.at(first, graph.post_author[posted], graph.post_at[posted])
    return first


@dataclass(frozen=True, slots=True)
class _Signs:
    """What the nature of a group is read from, beside its targets."""

    moments: int
    strength: float
    q: float
    clean: float
    presence: float
    shown: float
    bare: float  # share without a life of accounts as active as the members
    empties: float  # chance of so many members without a life, if they are as likely to have none
    friends: Friends
    occasions: Occasions


def _nature(signs: _Signs, numbers: _Numbers) -> Nature:
    """What kind of group the numbers speak of; in doubt it is unclear, and nobody is accused."""
    settings = current().lockstep
    shares, followed, empty = numbers.shares, numbers.followed, numbers.lifeless
    strong = signs.strength >= settings.second_hand_strength
    if signs.q > settings.q or signs.moments < settings.least_moments or signs.strength < settings.least_strength:
        return "unclear"
    effective = float(np.exp(-(shares * np.log(np.maximum(shares, 1e-12))).sum())) if len(shares) else 0.0
    apart = not signs.occasions.explain  # else people came to the same show, lesson or service
    if numbers.inside >= settings.pod_inside and effective >= 3 and strong:
        return "pod" if signs.presence >= settings.pod_presence and apart else "unclear"
    known = signs.bare <= settings.lifeless_usual  # else to have nobody is what these data say of most
    if followed >= settings.open_followed and (empty < 0.5 or not known):
        return "open"
    if signs.friends.each_other:
        return "unclear"
    if known and empty >= settings.lifeless_share:
        return "amplifiers"
    campaign = signs.moments / max(effective, 1.0) >= settings.campaign_repeats
    unasked = campaign and followed <= settings.unasked_followed
    born_for_it = signs.clean < settings.clean_days and signs.strength >= 2 * settings.second_hand_strength
    if known and unasked and empty >= settings.lifeless_mixed and (born_for_it or signs.empties < settings.lifeless_p):
        return "amplifiers"
    if unasked and strong and apart and signs.friends.missing and signs.clean < settings.friends_past_days:
        return "amplifiers"
    unknown: Nature = "untold" if not known and apart else "unclear"
    if (
        campaign
        and effective
        and strong
        and apart
        and followed <= settings.second_hand_followed
        and signs.shown <= settings.second_hand_shown
    ):
        return "second_hand" if signs.clean >= settings.clean_days else unknown
    return unknown


def _shown_shares(graph: InfluenceGraph, found: Reactions, parts: groups.Groups, inside: NDArray[np.bool_]) -> Floats:
    """For each group the share of its acts that accounts outside of it, followed by the actor, had shown before."""
    met = exposure(graph)
    timed = graph.events.at[met.row] != NO_TIME
    seen = met.shown(graph, parts.of, among=parts.of >= 0)[timed]
    actor, post = found.acts.actor, np.repeat(found.post, np.diff(found.acts.starts))
    there = order_by(met.post[timed], met.actor[timed])
    told = np.zeros(len(actor), bool)
    told[order_by(post, actor)] = seen[there]
    group = parts.of[actor[inside]]
    total = np.bincount(group, minlength=len(parts))
    return np.bincount(group, weights=told[inside], minlength=len(parts)) / np.maximum(total, 1)


def _nearest(n: int, parts: groups.Groups, attended: groups.Attendance, most: float):  # type: ignore[no-untyped-def]
    """For each account the group it took most part in, its hits there, and their chance for a bystander."""
    nearest, hits, shared = np.full(n, -1, np.int32), np.zeros(n, np.int64), np.zeros(n, np.int64)
    member = parts.of[attended.account] == attended.group
    order = order_by(attended.hits, member.astype(np.int64))  # members' own groups and the most hits come last and stay
    account = attended.account[order]
    nearest[account], hits[account] = attended.group[order], attended.hits[order]
    shared[account] = attended.shared[order]
    # who is there half of the time is no bystander, and may be a member that the pairs missed
    outside = ~member & ((attended.hits < LEAST_REGULAR) | (attended.hits < 0.5 * attended.shared))
    base_hits = np.bincount(attended.group[outside], weights=attended.hits[outside], minlength=len(parts))
    base_all = np.bincount(attended.group[outside], weights=attended.shared[outside], minlength=len(parts))
    # leaving those out may leave too few hits, so the rate is at least what the delays of everybody give
    rate = np.clip((base_hits + 2.0) / (base_all + 10.0), most / 2, most)
    chance, near = np.ones(n), np.flatnonzero(nearest >= 0)
    chance[near] = nulls.binomial_tail(hits[near], np.maximum(shared[near], 1), rate[nearest[near]])
    return nearest, hits, shared, chance


def _grown(parts: groups.Groups, nearest: NDArray[np.int32], hits: Ints, shared: Ints, chance: Floats) -> groups.Groups:
    """The groups with accounts that belong to none and were there in four moments and more, far beyond chance."""
    settings = current().lockstep
    joins = (parts.of < 0) & (nearest >= 0) & (hits >= settings.join_hits) & (chance < settings.join_p)
    joins &= hits >= settings.join_share * np.maximum(shared, 1)
    return groups.Groups(np.where(joins, nearest, parts.of).astype(np.int32), parts.strength)


def _in_moments(acts: Acts, of: NDArray[np.int32], moments: groups.Moments) -> NDArray[np.bool_]:
    """Acts that members did in a moment of their own group."""
    inside = np.zeros(len(acts.actor), bool)
    for o, group, begin, end in zip(moments.object, moments.group, moments.begin, moments.end, strict=True):
        rows = slice(acts.starts[o], acts.starts[o + 1])
        inside[rows] |= (of[acts.actor[rows]] == group) & (acts.time[rows] >= begin) & (acts.time[rows] <= end)
    return inside
