"""Who acts at the same rare moment: pairs that react to the same posts within a window more often than chance.

The null: given that both reacted to a post, each reaction time is an independent draw from the delays of the whole
population (pooled over posts, because on a small cascade a group is its own baseline), as much closer as the middle post
is than that, and moved towards the post's own closeness where the post is popular enough to have one. Coincidences inside
one session (an author's hour) count once.
Timing says that a group acts together; fans and colleagues do too. What kind of group it is, others decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.order import between, differs_from_previous, order_by
from graphkit.measures import nulls
from graphkit.measures.pairs import Acts, ClosePairs, by_actor, close_pairs

HOUR = 3_600_000
POOL = 200_000  # delays drawn for the pooled null: the standard error of a chance of 0.01 is then 2 %
BY_THE_HOUR = 1.5  # times closer posts may be than pooled delays, by the hour at which they are written (1.0 to 1.2 in made-up worlds)
LEAST_POSTS = 50  # with a coincidence due: fewer tell nothing of the platform
PSEUDO_PAIRS = 5_000.0  # a post's own closeness weighs as much as the pooled one at 100 reactions


@dataclass(frozen=True, slots=True)
class Reactions:
    """The acts on posts, with the row of each object in `graph.posts` and the reactions' delays."""

    acts: Acts
    post: NDArray[np.int32]  # of each object
    author: NDArray[np.int32]  # of each object, -1 unknown
    delay: NDArray[np.int64]  # of each act, since the post or, where its time is unknown, since its first reaction


@njit(cache=True, nogil=True)
def first_of_each(post, actor, accounts):  # type: ignore[no-untyped-def]
    """Marks the first row of each (post, actor), from rows in order of post and time."""
    seen = np.full(accounts, -1, np.int64)
    kept = np.zeros(len(post), np.bool_)
    for k in range(len(post)):
        if seen[actor[k]] != post[k]:
            seen[actor[k]] = post[k]
            kept[k] = True
    return kept


def reactions(graph: InfluenceGraph, kinds: frozenset[str] | None = None) -> Reactions:
    """The timed reactions of others to posts, sorted for the pair search; `kinds` restricts them."""
    events = graph.events
    wanted = (events.post >= 0) & (events.at != NO_TIME)
    if kinds is not None:
        wanted &= np.isin(events.kind, [i for i, name in enumerate(events.kinds) if name in kinds])
    rows = np.flatnonzero(wanted)
    author = authors(graph)
    rows = rows[author[events.post[rows]] != events.actor[rows]]
    rows = rows[order_by(events.post[rows])]  # events are sorted by time already
    rows = rows[first_of_each(events.post[rows].astype(np.int64), events.actor[rows], max(graph.n, 1))]
    return by_unit(graph, rows, author)


def authors(graph: InfluenceGraph) -> NDArray[np.int32]:
    """The author of each post; where the posts do not say, whom the acts on it were directed at (-1: unknown)."""
    author, events = graph.post_author.copy(), graph.events
    told = np.flatnonzero((events.post >= 0) & (events.target >= 0))
    told = told[author[events.post[told]] < 0][::-1]  # the first act on a post decides
    author[events.post[told]] = events.target[told]
    return author


def by_unit(graph: InfluenceGraph, rows: NDArray[np.integer[Any]], authors: NDArray[np.int32]) -> Reactions:
    """The acts of some event rows, in order of post and time; objects are put in order of their unit, an author's hour."""
    post, at = graph.events.post[rows], graph.events.at[rows]
    begins = np.flatnonzero(np.r_[True, post[1:] != post[:-1]]) if len(post) else np.empty(0, np.int64)
    sizes = np.diff(np.r_[begins, len(post)])
    objects = post[begins]
    born = graph.post_at[objects]
    born = np.where(born == NO_TIME, at[begins], np.minimum(born, at[begins]))
    author = authors[objects]
    order = order_by(author, born // HOUR, objects)
    slot = np.stack([author[order].astype(np.int64), born[order] // HOUR])
    unit = np.cumsum(np.r_[False, (slot[:, 1:] != slot[:, :-1]).any(axis=0)]) if len(order) else np.empty(0)
    take = between(begins[order], begins[order] + sizes[order])
    starts = np.r_[0, np.cumsum(sizes[order])].astype(np.int64)
    acts = Acts(starts, graph.events.actor[rows[take]], at[take], unit.astype(np.int32))
    return Reactions(acts, objects[order], author[order], at[take] - np.repeat(born[order], sizes[order]))


def shuffled_delays(found: Reactions, seed: int) -> Reactions:
    """A copy in which who acted on what stays and every delay goes to somebody else."""
    acts = found.acts
    owner = np.repeat(np.arange(acts.objects), np.diff(acts.starts))
    delay = np.random.default_rng(seed).permutation(found.delay)
    time = acts.time - found.delay + delay
    order = order_by(owner, time)
    return Reactions(
        Acts(acts.starts, acts.actor[order], time[order], acts.unit), found.post, found.author, delay[order]
    )


def pooled_closeness(delay: NDArray[np.int64], window: int, *, seed: int) -> float:
    """The chance that two reactions drawn from all delays fall within `window` milliseconds of each other."""
    if len(delay) < 2:
        return 1.0
    drawn = np.random.default_rng(seed).choice(delay, POOL) if len(delay) > POOL else delay
    ordered = np.sort(drawn)
    within = (
        np.searchsorted(ordered, ordered + window, "right") - np.searchsorted(ordered, ordered - window, "left") - 1
    )
    return float(within.mean() / max(len(ordered) - 1, 1))


@njit(cache=True, nogil=True)
def _own_pairs(starts, time, window):  # type: ignore[no-untyped-def]
    """Pairs of each object that fall within the window."""
    counts = np.zeros(len(starts) - 1, np.float64)
    for o in range(len(starts) - 1):
        left = starts[o]
        for right in range(starts[o], starts[o + 1]):
            while time[right] - time[left] > window:
                left += 1
            counts[o] += right - left
    return counts


def closeness(found: Reactions, window: int, *, seed: int, of_all: bool = False) -> NDArray[np.float64]:
    """For each object the chance that two ordinary reactions to it fall within the window.

    `of_all` says that these are the reactions of everybody, so that the middle post tells what the platform does.
    """
    pooled = pooled_closeness(found.delay, window, seed=seed)
    sizes = np.diff(found.acts.starts).astype(float)
    pairs = sizes * (sizes - 1) / 2
    own = _own_pairs(found.acts.starts, found.acts.time, window)
    usual = min(1.0, pooled * _of_the_platform(own, pairs * pooled)) if of_all else pooled
    return np.asarray((PSEUDO_PAIRS * usual + own) / (PSEUDO_PAIRS + pairs))


def _of_the_platform(own: NDArray[np.float64], due: NDArray[np.float64]) -> float:
    """How many times closer the reactions to the middle post stand than delays drawn from all, beyond what is ordinary.

    A feed that serves a post to many at one minute, or a notice, brings strangers together on post after post. Groups
    act on few posts, so they do not move the middle one.
    """
    told = due >= 1.0
    return max(1.0, float(np.median(own[told] / due[told])) / BY_THE_HOUR) if told.sum() >= LEAST_POSTS else 1.0


@dataclass(frozen=True, slots=True)
class TimedPairs:
    """Pairs of accounts with the chance of their coincidences, the best of several windows."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    p: NDArray[np.float64]
    close: NDArray[np.int64]
    shared: NDArray[np.int64]
    due: NDArray[np.float64]
    window: NDArray[np.int64]  # milliseconds
    bucketed: int

    def __len__(self) -> int:
        return len(self.first)


def timed_pairs(found: Reactions, windows: tuple[int, ...], *, needed: int = 3, seed: int = 0) -> TimedPairs:
    """Pairs with at least `needed` coincidences in one of the `windows` (ms); p is corrected for their number."""
    per, held = [], by_actor(found.acts)
    for window in windows:
        chance = closeness(found, window, seed=seed, of_all=True)
        pairs = close_pairs(found.acts, chance, window=window, needed=needed, held=held)
        per.append((window, pairs, np.minimum(1.0, nulls.poisson_tail(pairs.close, pairs.due) * len(windows))))
    return best_of(per)


def best_of(per: list[tuple[int, ClosePairs, NDArray[np.float64]]]) -> TimedPairs:
    """Of each pair the window with the smallest p; `per` holds window, pairs and their p."""

    def column(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(pairs, name) for _, pairs, _ in per])

    p = np.concatenate([p for _, _, p in per])
    window = np.concatenate([np.full(len(pairs), size, np.int64) for size, pairs, _ in per])
    first, second = column("first"), column("second")
    order = order_by(first, second)  # of one pair in the order of the windows
    begins = np.flatnonzero(differs_from_previous(first[order], second[order]))
    kept, rows = order[begins], np.diff(np.r_[begins, len(order)])
    for place in range(1, len(per)):
        more = np.flatnonzero(rows > place)
        other = order[begins[more] + place]
        better = p[other] < p[kept[more]]
        kept[more[better]] = other[better]
    bucketed = max((pairs.bucketed for _, pairs, _ in per), default=0)
    return TimedPairs(
        first[kept].astype(np.int32),
        second[kept].astype(np.int32),
        p[kept],
        column("close")[kept].astype(np.int64),
        column("shared")[kept].astype(np.int64),
        column("due")[kept].astype(np.float64),
        window[kept],
        bucketed,
    )
