"""Distinct people who react: by post and by account, with commanded acts and inauthentic actors taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graphkit.audience.people import DAY, People
from graphkit.audience.rates.delays import Delays
from graphkit.graphs.compiled import compiled
from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.settings import Reach
from graphkit.verdicts import Verdicts

Floats = NDArray[np.float64]

_BEFORE_THE_DATA: Final = 0.9  # a post is older than the data where so much of its reactions came before their start
_MANY_OLDER: Final = 20
_DELAYS_READ: Final = 500_000  # more do not make the curve any smoother
_TOLD_BY_A_TABLE: Final = ("at", "text", "lang", "client", "conversation", "reply_to", "tags", "urls", "paid")


@dataclass(frozen=True)
class Reactions:
    """One row a post (the first four) and one row an account."""

    author: NDArray[np.int32]  # -1: unknown
    people: Floats  # expected number of distinct people who reacted of their own will
    actors: NDArray[np.int64]  # distinct accounts that reacted, whoever they are
    exposure: Floats  # share of its reactions that can have come; 0: says nothing
    doubt: Floats  # variance of the sum of `people` over the account's posts, from doubt about actors and commands
    listed: NDArray[np.bool_]  # a post of this account is known from more than its reactions

    @property
    def counted(self) -> NDArray[np.bool_]:
        return (self.author >= 0) & (self.exposure > 0.0)


def reactions(graph: InfluenceGraph, people: People, *, verdicts: Verdicts, settings: Reach) -> Reactions:
    """The reactions to every post; mentions and the like are none, nor is what an author does under the own post."""
    events = graph.events
    reaction = [number for number, kind in enumerate(events.kinds) if kind not in settings.no_reaction]
    rows = np.flatnonzero(np.isin(events.kind, np.array(reaction, dtype=np.int8)) & (events.post >= 0))
    post = events.post[rows]
    author = graph.post_author.copy()
    orphan = (author[post] < 0) & (events.target[rows] >= 0)
    author[post[orphan][::-1]] = events.target[rows][orphan][::-1]  # the first reaction says whose post it was
    rows = rows[events.actor[rows] != author[post]]
    post = events.post[rows]

    exposure = _exposure(graph, rows, settings)
    by_post, by_author = grouped(post, len(author)), grouped(np.where(exposure > 0, author, -1), graph.n)
    sums, actors, doubt = np.zeros(len(author)), np.zeros(len(author), dtype=np.int64), np.zeros(graph.n)
    _react(
        by_author,
        by_post,
        (events.actor[rows], 1.0 - np.nan_to_num(verdicts.commanded[rows])),
        (people.chance, people.block),
        (people.together, settings.group_correlation, settings.calibration),
        (sums, actors, doubt),
    )
    listed = _known_from_a_table(graph) & (author >= 0)
    has_listed = np.zeros(graph.n, dtype=bool)
    has_listed[author[listed]] = True
    return Reactions(author, sums, actors, exposure, doubt, has_listed)


def _known_from_a_table(graph: InfluenceGraph) -> NDArray[np.bool_]:
    """Posts that more is known of than that somebody reacted to them."""
    known = np.bincount(graph.events.post[graph.events.post >= 0], minlength=graph.posts.num_rows) == 0
    for name in _TOLD_BY_A_TABLE:
        column = graph.posts[name]
        if column.null_count < len(column):
            known |= column.is_valid().to_numpy()
    return np.asarray(known)


def _exposure(graph: InfluenceGraph, rows: NDArray[np.int64], settings: Reach) -> Floats:
    """Share of a post's reactions that fall between the first and the last reaction of the data."""
    at, published = graph.events.at[rows], graph.post_at
    share = np.ones(len(published))
    timed = at != NO_TIME
    if not timed.any():
        return share
    dated, post = published != NO_TIME, graph.events.post[rows]
    reacted_to = np.zeros(len(published), dtype=bool)
    reacted_to[post] = True
    start, end = int(at[timed].min()), _end(at[timed].max(), published, reacted_to=int(reacted_to.sum()))
    published = np.where(dated, published, end)
    told = np.flatnonzero(timed & dated[post] & (published[post] >= start))
    told = told[:: 1 + len(told) // _DELAYS_READ]
    delays = Delays.told_by(at[told] - published[post[told]], end - published[post[told]])
    missed = delays.within(start - published)
    older = dated & (published < start) & (missed >= _BEFORE_THE_DATA)
    missed[~older] = 0.0  # the first reaction is not the moment when collecting began ...
    if older.sum() < _MANY_OLDER:  # ... and a few early posts do not prove that it began after them
        missed[:] = 0.0
    share[dated] = (delays.within(end - published) - missed)[dated]
    share[share < settings.shortest_exposure] = 0.0
    return share


def _end(last: int, published: NDArray[np.int64], *, reacted_to: int) -> int:
    """When the data end: with the last post, unless so many posts after the last reaction cannot all be silent."""
    after = int((published > last).sum())
    silent = 1.0 - reacted_to / max(len(published) - after, 1)
    return int(last) if silent**after < 0.001 else max(int(last), int(published.max()))


def engaged(graph: InfluenceGraph, people: People, *, verdicts: Verdicts, settings: Reach) -> Floats:
    """Expected number of distinct people with an act of their own towards the account in the last days of the data."""
    events = graph.events
    ends = [int(times.max()) for times in (events.at, graph.post_at, graph.follow_at) if len(times)]
    since = max(ends, default=NO_TIME) - settings.engaged_days * DAY if max(ends, default=NO_TIME) != NO_TIME else 0
    recent = (events.target >= 0) & ((events.at == NO_TIME) | (events.at >= since))
    rows = np.flatnonzero(recent & (events.actor != events.target))
    sums = np.zeros(graph.n)
    own = 1.0 - np.nan_to_num(verdicts.commanded[rows])
    distinct_people(grouped(events.target[rows], graph.n), (events.actor[rows], own), people.chance, sums)
    return sums


@compiled
def grouped(key: NDArray[np.int32], size: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Row numbers by key in rising order, and where each key's rows begin; rows with a negative key are left out."""
    start = np.zeros(size + 1, dtype=np.int64)
    for k in key:
        if k >= 0:
            start[k + 1] += 1
    for k in range(size):
        start[k + 1] += start[k]
    at = start[:-1].copy()
    rows = np.empty(start[size], dtype=np.int32)
    for row in range(len(key)):
        if key[row] >= 0:
            rows[at[key[row]]] = row
            at[key[row]] += 1
    return start, rows


@compiled
def distinct_people(groups: Any, acts: Any, chance: Floats, sums: Floats) -> None:
    """Sum over the distinct actors of a group: chance to be a person x best chance that an act is the own will."""
    start, rows = groups
    actor, own = acts
    best = np.zeros(len(chance))
    met = np.full(len(chance), -1, dtype=np.int32)
    for j in range(len(start) - 1):
        for r in range(start[j], start[j + 1]):
            a, will = actor[rows[r]], own[rows[r]]
            if met[a] != j:
                met[a] = j
                best[a] = 0.0
            if will > best[a]:
                sums[j] += chance[a] * (will - best[a])
                best[a] = will


@compiled
def _react(by_author: Any, by_post: Any, acts: Any, people: Any, together: Any, out: Any) -> None:
    """People by post, and by author the variance of their sum; an actor is right or wrong in all posts at once."""
    post_start, posts = by_author
    act_start, rows = by_post
    actor, own = acts
    chance, block = people
    correlation, group_correlation, calibration = together
    sums, actors, doubt = out
    n = len(chance)
    best, total = np.zeros(n), np.zeros(n)
    on_post, on_author = np.full(n, -1, dtype=np.int32), np.full(n, -1, dtype=np.int32)
    touched = np.empty(n, dtype=np.int32)
    shared = np.zeros((len(correlation), 2))
    for j in range(n):
        several, commanded_sd, commanded_var = 0, 0.0, 0.0
        for q in range(post_start[j], post_start[j + 1]):
            p = posts[q]
            for r in range(act_start[p], act_start[p + 1]):
                a, will = actor[rows[r]], own[rows[r]]
                if on_post[a] != p:
                    on_post[a] = p
                    best[a] = 0.0
                    actors[p] += 1
                if on_author[a] != j:
                    on_author[a] = j
                    total[a] = 0.0
                    touched[several] = a
                    several += 1
                if will > best[a]:
                    sums[p] += chance[a] * (will - best[a])
                    total[a] += will - best[a]
                    best[a] = will
                if 0.0 < will < 1.0:
                    v = chance[a] ** 2 * will * (1.0 - will)
                    commanded_sd += np.sqrt(v)
                    commanded_var += v
        lone, drift, grouped_var = 0.0, 0.0, 0.0
        for s in range(several):
            a = touched[s]
            v = chance[a] * (1.0 - chance[a])
            lone += total[a] ** 2 * v
            drift += total[a] * v
            if block[a] >= 0 and v > 0.0:
                shared[block[a], 0] += total[a] * np.sqrt(v)
                shared[block[a], 1] += total[a] ** 2 * v
        for s in range(several):
            g = block[touched[s]]
            if g >= 0:
                grouped_var += correlation[g] * (shared[g, 0] ** 2 - shared[g, 1])
                shared[g, 0] = 0.0
                shared[g, 1] = 0.0
        doubt[j] = (
            lone
            + grouped_var
            + (calibration * drift) ** 2
            + commanded_var
            + group_correlation * (commanded_sd**2 - commanded_var)
        )
