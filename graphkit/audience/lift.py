"""What moves people: do followers take up what an account brings, more than others and more than at other times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit.audience.people import DAY
from graphkit.errors import UsageError
from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.language import amount, say
from graphkit.verdicts import Verdicts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MEASURED: Final = {"tag": say("tags"), "link": say("links"), "repost": say("reposts"), "follow": say("follows")}
MEASURES: Final = tuple(_MEASURED)
_WINDOW: Final = DAY  # people answer within a day, or for other reasons
_PRIOR: Final = (-7, -3, -2, -1)  # days: the same people before anything was said
_LATER: Final = (3, 7)  # days: placebo times after it was said
_OCCASIONS: Final = 8  # objects; an interval over fewer says nothing
_ACTS: Final = 5  # uses by followers in all windows together
_OTHERS: Final = 20  # people who do not follow, to compare with
_DRAWS: Final = 2_000  # of the bootstrap


@dataclass(frozen=True, slots=True)
class Uses:
    """Who used which object when for the first time, and when the account brought it up first."""

    actor: Ints
    thing: Ints
    at: Ints
    signal: dict[int, int]  # object -> time the account brought it up


@dataclass(frozen=True, slots=True)
class Lift:
    """How much more often followers take up what an account brings, a thousand followers and object.

    `lift` = (followers - others) - (followers_before - others_before): parts that sum to it.
    """

    account: str
    measure: str
    occasions: int
    followers: float  # uses within a day after, a thousand followers and object
    others: float  # the same of people who do not follow, as active as they
    followers_before: float  # the same two at the placebo times
    others_before: float
    lift: float | None  # None: cannot say
    low: float | None
    high: float | None
    why_not: str = ""

    def explain(self) -> Iterator[str]:
        """The comparison in words; no claim without one."""
        if self.lift is None or self.low is None or self.high is None:
            yield say(
                "Cannot say whether {account} moves people ({measure}): {why_not}.",
                account=self.account,
                measure=_MEASURED.get(self.measure, self.measure),
                why_not=self.why_not,
            )
            return
        yield (
            say(
                "{measure}: of a thousand followers {followers} take it up within a day, of others {others}; at "
                "other times {followers_before} and {others_before}.",
                measure=_MEASURED.get(self.measure, self.measure),
                followers=amount(self.followers, 2),
                others=amount(self.others, 2),
                followers_before=amount(self.followers_before, 2),
                others_before=amount(self.others_before, 2),
            )
        )
        verdict = (
            say("more than chance and taste explain") if self.low > 0 else say("which chance and taste can explain")
        )
        yield say(
            "Lift {lift} ({low} to {high}) over {occasions} objects, {verdict}.",
            lift=amount(self.lift, 2, signed=True),
            low=amount(self.low, 2, signed=True),
            high=amount(self.high, 2, signed=True),
            occasions=self.occasions,
            verdict=verdict,
        )


def lift(graph: InfluenceGraph, account: str, verdicts: Verdicts, *, measure: str, seed: int = 0) -> Lift:
    """The lift of one account (id or "@handle") by one measure: tag, link, repost, or follow of an account it named.

    Likes play no part. Followers are compared with people who do not follow and act as often, and both with themselves
    on prior days and at later placebo times; who used the object before a window is not counted in it. The interval is
    a bootstrap over objects. A lift is no proof of a cause: what reaches followers by another way looks the same.
    """
    if measure not in MEASURES:
        raise UsageError(
            say(
                "{measure!r} is no measure of lift; there are {measures}.",
                measure=measure,
                measures=", ".join(MEASURES),
            )
        )
    node = graph.node(account)
    uses = _uses(graph, node, measure)
    person = np.nan_to_num(verdicts.authentic, nan=1.0) >= 0.5
    person[node] = False
    follows = np.zeros(graph.n, dtype=bool)
    follows[graph.followers.indices[graph.followers.indptr[node] : graph.followers.indptr[node + 1]]] = True
    weight = _matched(graph, uses, follows & person, others=person & ~follows)
    return _compared(graph.ids([node])[0], measure, uses, _Groups(follows & person, weight), seed=seed)


@dataclass(frozen=True, slots=True)
class _Groups:
    """Followers who are people, and the weights of people who do not follow, so that they are as active together."""

    follower: NDArray[np.bool_]
    weight: Floats  # of others; 0 for followers


def _matched(graph: InfluenceGraph, uses: Uses, followers: NDArray[np.bool_], *, others: NDArray[np.bool_]) -> Floats:
    """Weights of the others: in every class of activity (powers of two) as heavy as the followers there.

    What is to be explained, the uses of the objects brought up, is left out of the activity.
    """
    acts = np.bincount(graph.events.actor, minlength=graph.n)
    acts += np.bincount(graph.post_author[graph.post_author >= 0], minlength=graph.n)
    explained = np.isin(uses.thing, np.array(list(uses.signal), dtype=np.int64))
    acts = np.maximum(acts - np.bincount(uses.actor[explained], minlength=graph.n), 0)
    level = np.floor(np.log2(1 + acts)).astype(np.int64)
    ours, theirs = (np.bincount(level[rows], minlength=level.max() + 1) for rows in (followers, others))
    return np.where(others, (ours / np.maximum(theirs, 1))[level], 0.0)


def _compared(account: str, measure: str, uses: Uses, groups: _Groups, *, seed: int) -> Lift:
    things = sorted(uses.signal)
    rows = {thing: np.flatnonzero(uses.thing == thing) for thing in things}
    shifts = (0, *_PRIOR, *_LATER)
    rates = np.array([[_rates(uses, rows[one], uses.signal[one] + s * DAY, groups) for s in shifts] for one in things])
    why = _too_little(len(things), rates, groups)
    if why:
        return Lift(account, measure, len(things), 0.0, 0.0, 0.0, 0.0, None, None, None, why)
    now, before = rates[:, 0, :2], rates[:, 1:, :2].mean(axis=1)
    each = (now[:, 0] - now[:, 1]) - (before[:, 0] - before[:, 1])
    draws = np.random.default_rng(seed).integers(0, len(things), (_DRAWS, len(things)))
    low, high = np.quantile(each[draws].mean(axis=1), [0.025, 0.975])
    ours, theirs = now.mean(axis=0).tolist()
    ours_before, theirs_before = before.mean(axis=0).tolist()
    surplus = float(each.mean())
    return Lift(
        account, measure, len(things), ours, theirs, ours_before, theirs_before, surplus, float(low), float(high)
    )


def _too_little(things: int, rates: Floats, groups: _Groups) -> str:
    if things < _OCCASIONS:
        return say(
            "it brought up {things} things that others could take up, {occasions} are needed",
            things=things,
            occasions=_OCCASIONS,
        )
    if (groups.weight > 0).sum() < _OTHERS or not groups.follower.any():
        return say("fewer than {others} people as active as its followers do not follow it", others=_OTHERS)
    if rates[:, :, 2].sum() < _ACTS:
        return say("its followers took up fewer than {acts} of them at any time", acts=_ACTS)
    return ""


def _rates(uses: Uses, rows: Ints, start: int, groups: _Groups) -> tuple[float, float, float]:
    """First uses in a day from `start`, a thousand followers and others still without it; and uses by followers."""
    actor, at = uses.actor[rows], uses.at[rows]
    inside, earlier = (at > start) & (at <= start + _WINDOW), at <= start
    ours = float(groups.follower[actor[inside]].sum())
    theirs = float(groups.weight[actor[inside]].sum())
    left = max(float(groups.follower.sum()) - float(groups.follower[actor[earlier]].sum()), 1.0)
    other = max(float(groups.weight.sum()) - float(groups.weight[actor[earlier]].sum()), 1.0)
    return 1_000 * ours / left, 1_000 * theirs / other, ours


def _uses(graph: InfluenceGraph, node: int, measure: str) -> Uses:
    if measure in ("tag", "link"):
        actor, thing, at = written_words(graph, "tags" if measure == "tag" else "urls")
        return _first(actor, thing, at, node)
    events, timed = graph.events, graph.events.at != NO_TIME
    if measure == "repost":
        passed = events.of_kind("repost", "quote") & (events.post >= 0) & timed
        return _first(events.actor[passed], events.post[passed], events.at[passed], node)
    named = events.of_kind("mention", "quote", "repost") & (events.target >= 0) & timed & (events.actor == node)
    known = graph.follow_at != NO_TIME
    follower = np.repeat(np.arange(graph.n), np.diff(graph.follows.indptr))[known]
    uses = _first(follower, graph.follows.indices[known], graph.follow_at[known], node)
    signal: dict[int, int] = {}
    for thing, at in zip(events.target[named].tolist(), events.at[named].tolist(), strict=True):
        signal.setdefault(thing, at)
    return Uses(uses.actor, uses.thing, uses.at, signal)


def written_words(graph: InfluenceGraph, column: str) -> tuple[Ints, Ints, Ints]:
    """(author, object, time) of every tag or link in the posts."""
    lists = graph.posts[column].combine_chunks()
    sizes = np.nan_to_num(lists.value_lengths().to_numpy(zero_copy_only=False).astype(np.float64)).astype(np.int64)
    row = np.repeat(np.arange(len(sizes)), sizes)
    thing = lists.flatten().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    told = (graph.post_author[row] >= 0) & (graph.post_at[row] != NO_TIME) & ~np.isnan(thing.astype(np.float64))
    return graph.post_author[row][told].astype(np.int64), thing[told].astype(np.int64), graph.post_at[row][told]


def _first(actor: Ints, thing: Ints, at: Ints, node: int) -> Uses:
    """The first use of each object by each account; the signals are those of the account."""
    order = np.lexsort((at, actor, thing))
    actor, thing, at = actor[order].astype(np.int64), thing[order].astype(np.int64), at[order]
    new = np.r_[True, (np.diff(actor) != 0) | (np.diff(thing) != 0)][: len(actor)]
    actor, thing, at = actor[new], thing[new], at[new]
    own = actor == node
    signal = dict(zip(thing[own].tolist(), at[own].tolist(), strict=True))
    return Uses(actor[~own], thing[~own], at[~own], signal)
