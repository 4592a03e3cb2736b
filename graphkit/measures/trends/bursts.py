"""When a tag, phrase or post rises: its busiest hour against its own past and against everything else of that hour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.order import between, differs_from_previous, order_by
from graphkit.measures import nulls
from graphkit.measures.streams.ways import reached
from graphkit.settings import current

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
HALF: Final = 0.5
TAG, PHRASE, POST = KINDS = ("tag", "phrase", "post")


@dataclass(frozen=True)
class Burst:
    """One topic in its busiest time."""

    name: str  # a tag, the words of a phrase, or the id of a post
    kind: str  # tag, phrase or post
    start: int  # UTC milliseconds
    uses: Ints  # from the start on, for a day, by time: rows of the graph's posts, of its events where the topic is a post
    who: Ints  # the account of each use
    first_hour: int  # how many of them fell into the first hour
    usual: float  # what is due in that hour
    p: float  # chance of so many
    author: int = -1  # of the post that is the topic


@dataclass(frozen=True)
class Uses:
    """Which posts use which topic, or which acts which post, sorted by topic and time."""

    names: tuple[str, ...]  # of topics; posts are numbered as in `reached`, and named by their ids
    kind: str
    topic: Ints
    row: Ints
    who: Ints
    at: Ints

    def name(self, graph: InfluenceGraph, topic: int) -> tuple[str, int]:
        """What the topic is called, and who wrote it where it is a post."""
        if self.kind != POST:
            return str(self.names[topic]), -1
        post = int(reached(graph).posts[topic])
        return str(graph.posts["id"][post].as_py()), int(graph.post_author[post])


def tags(graph: InfluenceGraph) -> Uses:
    """The posts of every tag, capitals ignored."""
    lists = graph.posts["tags"].combine_chunks()
    sizes = np.diff(lists.offsets.to_numpy())
    post = np.repeat(np.arange(len(sizes)), sizes)
    flat = lists.values.slice(lists.offsets[0].as_py(), int(sizes.sum()))
    encoded = pa.compute.utf8_lower(flat).dictionary_encode()
    topic = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return written(graph, TAG, tuple(str(word) for word in encoded.dictionary.to_pylist()), topic=topic, post=post)


def written(graph: InfluenceGraph, kind: str, names: tuple[str, ...], *, topic: Ints, post: Ints) -> Uses:
    """Uses of topics in posts whose author and time are known."""
    at = graph.post_at[post]
    rows = np.flatnonzero((topic >= 0) & (at != NO_TIME) & (graph.post_author[post] >= 0))
    rows = rows[order_by(topic[rows], at[rows])]
    who = graph.post_author[post[rows]].astype(np.int64)
    return Uses(names, kind, topic[rows], post[rows].astype(np.int64), who, at[rows])


def reactions(graph: InfluenceGraph) -> Uses:
    """The first act of each account on each post of others."""
    acts = reached(graph)
    many = np.flatnonzero(np.diff(acts.starts) >= current().trends.least_uses)
    rows = between(acts.starts[many], acts.starts[many + 1])
    topic, who = acts.object[rows].astype(np.int64), acts.actor[rows].astype(np.int64)
    return Uses((), POST, topic, acts.event[rows].astype(np.int64), who, acts.at[rows])


def bursts(graph: InfluenceGraph, uses: Uses, suspect: Flags | None = None) -> tuple[Burst, ...]:
    """The busiest hour of each topic with enough accounts in it, where its past does not explain it.

    A post that many `suspect` accounts acted on is looked at where it did no more than better than usual.
    """
    settings = current().trends
    begin, end, place, count = _busiest(uses)
    enough = (end - begin >= settings.least_uses) & (count >= settings.least_authors)
    begin, end, place, count = begin[enough], end[enough], place[enough], count[enough]
    start = uses.at[place] if len(place) else np.empty(0, np.int64)
    if uses.kind == POST and len(place):
        due = _due_reactions(graph, uses.topic[place], start, count)
    else:
        due = _due_uses(graph, start, place - begin)
    p = nulls.overdispersed_tail(count, due, settings.burst_shape) if len(count) else np.empty(0)
    found = []
    rising = p < (settings.post_p if uses.kind == POST else settings.burst_p)
    if suspect is not None and len(place):
        met = np.r_[0, np.cumsum(suspect[uses.who])]
        rising |= (p < HALF) & (met[place + count] - met[place] >= settings.least_share * count)
    for row in np.flatnonzero(rising):
        first = slice(int(place[row]), int(place[row] + count[row]))
        if len(np.unique(uses.who[first])) < settings.least_authors:
            continue
        until = int(begin[row] + np.searchsorted(uses.at[begin[row] : end[row]], start[row] + DAY))
        whole = slice(first.start, until)
        name, author = uses.name(graph, int(uses.topic[place[row]]))
        said = (uses.row[whole], uses.who[whole], int(count[row]), float(due[row]), float(p[row]))
        found.append(Burst(name, uses.kind, int(start[row]), *said, author))
    return tuple(sorted(found, key=lambda one: (one.start, one.name)))


def _busiest(uses: Uses) -> tuple[Ints, Ints, Ints, Ints]:
    """Of each topic its first and last row, the row at which its busiest hour begins, and the uses in that hour."""
    if not len(uses.topic):
        return (np.empty(0, np.int64),) * 4
    begin = np.flatnonzero(differs_from_previous(uses.topic))
    end = np.r_[begin[1:], len(uses.topic)]
    within = _within_an_hour(np.repeat(np.arange(len(begin)), end - begin), uses.at)
    count = np.maximum.reduceat(within, begin)
    best = np.flatnonzero(within == np.repeat(count, end - begin))
    return begin, end, best[np.searchsorted(best, begin)], count


def _due_uses(graph: InfluenceGraph, start: Ints, past: Ints) -> Floats:
    """Uses due in the hour after each start: the topic's share of everything before, of what was written in that hour.

    A topic without a past counts as used once in all that was written before.
    """
    every = np.sort(graph.post_at[graph.post_at != NO_TIME])
    before = np.searchsorted(every, start)
    hour = np.searchsorted(every, start + HOUR) - before
    return np.asarray((past + 1.0) / (before + 1.0) * hour)


def _due_reactions(graph: InfluenceGraph, posts: Ints, start: Ints, count: Ints) -> Floats:
    """Acts due in the busiest hour of each post: what its author's other posts get in theirs, more in a busy hour.

    All posts of the data together weigh as one more of the author's, so that a first post is read against everybody's.
    """
    acts = reached(graph)
    within = _within_an_hour(np.repeat(np.arange(len(acts.posts)), np.diff(acts.starts)), acts.at)
    most = np.maximum.reduceat(within, acts.starts[:-1])
    author = acts.author + 1  # 0: nobody known
    total, many = np.bincount(author, weights=most), np.bincount(author)
    mine = author[posts]
    usual = (total[mine] - count + most.mean()) / many[mine]
    at = np.sort(acts.at)
    hour = np.searchsorted(at, start + HOUR) - np.searchsorted(at, start) - count  # of everything else
    mean = len(at) * HOUR / max(int(at[-1] - at[0]), HOUR)
    return np.asarray(usual * np.maximum(hour / mean, 1.0))


def _within_an_hour(topic: Ints, at: Ints) -> Ints:
    """For each use the uses of its topic in the hour that begins with it, from rows by topic and time."""
    span = int(at.max() - at.min()) + 2 * HOUR  # topics lie apart by more than an hour
    shifted = at - at.min() + topic * span
    return np.asarray(np.searchsorted(shifted, shifted + HOUR, "right") - np.arange(len(shifted)))
