"""When a tag or phrase rises: its busiest hour against its own past and against everything else of that hour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.order import order_by
from graphkit.measures import nulls
from graphkit.settings import current

Ints = NDArray[np.int64]

HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR


@dataclass(frozen=True)
class Burst:
    """One tag or phrase in its busiest time."""

    name: str
    kind: str  # tag or phrase
    start: int  # UTC milliseconds
    uses: Ints  # rows of the graph's posts from the start on, for a day, by time
    first_hour: int  # how many of them fell into the first hour
    usual: float  # what the topic's past, times how busy everything was in that hour, makes due
    p: float  # chance of so many


@dataclass(frozen=True)
class Uses:
    """Which posts use which topic, sorted by topic and time."""

    names: tuple[str, ...]
    kind: str
    topic: Ints
    post: Ints
    at: Ints


def tags(graph: InfluenceGraph) -> Uses:
    """The posts of every tag, capitals ignored."""
    lists = graph.posts["tags"].combine_chunks()
    sizes = np.diff(lists.offsets.to_numpy())
    post = np.repeat(np.arange(len(sizes)), sizes)
    flat = lists.values.slice(lists.offsets[0].as_py(), int(sizes.sum()))
    return _sorted(graph, "tag", pa.compute.utf8_lower(flat), post)


def _sorted(graph: InfluenceGraph, kind: str, words: pa.Array, post: Ints) -> Uses:
    encoded = words.dictionary_encode()
    topic = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    at = graph.post_at[post]
    rows = np.flatnonzero((topic >= 0) & (at != NO_TIME) & (graph.post_author[post] >= 0))
    rows = rows[order_by(topic[rows], at[rows])]
    names = tuple(str(word) for word in encoded.dictionary.to_pylist())
    return Uses(names, kind, topic[rows], post[rows].astype(np.int64), at[rows])


def bursts(graph: InfluenceGraph, uses: Uses) -> tuple[Burst, ...]:
    """The busiest hour of each topic with enough authors in it, where its past does not explain it."""
    settings = current().trends
    bounds = np.searchsorted(uses.topic, np.arange(len(uses.names) + 1))
    busy = _Busy(graph.post_at[graph.post_at != NO_TIME])
    found = []
    for topic in np.flatnonzero(np.diff(bounds) >= settings.least_uses):
        rows = slice(int(bounds[topic]), int(bounds[topic + 1]))
        at, post = uses.at[rows], uses.post[rows]
        within = np.searchsorted(at, at + HOUR, "right") - np.arange(len(at))
        place = int(within.argmax())
        start, count = int(at[place]), int(within[place])
        if len(np.unique(graph.post_author[post[place : place + count]])) < settings.least_authors:
            continue
        due = busy.due(at, start)
        p = float(nulls.overdispersed_tail(count, due, settings.burst_shape))
        if p < settings.burst_p:
            until = int(np.searchsorted(at, start + DAY))
            found.append(Burst(uses.names[topic], uses.kind, start, post[place:until], count, due, p))
    return tuple(sorted(found, key=lambda one: (one.start, one.name)))


class _Busy:
    """How much was written in each hour, of everything."""

    def __init__(self, at: Ints) -> None:
        self._at = np.sort(at)

    def due(self, at: Ints, start: int) -> float:
        """Uses due in the hour after `start`: the topic's share of everything before, of what was written in that hour.

        A topic without a past counts as used once in all that was written before.
        """
        before = int(np.searchsorted(self._at, start))
        hour = int(np.searchsorted(self._at, start + HOUR)) - before
        past = int(np.searchsorted(at, start))
        return (past + 1.0) / (before + 1.0) * hour
