"""Everything an account did, acts and posts alike, as one list in order of time."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.graph import NO_TIME, InfluenceGraph
from graphkit.graphs.order import between, order_by
from graphkit.measures import made_once

Ints = NDArray[np.int64]

SECOND: Final = 1_000
STANDS: Final = np.iinfo(np.int64).max
SWEPT: Final = 3  # acts on a post that go in its last second: one or two may be taken back
WRITING = "post"  # the verb of a post of one's own, beside the kinds of acts


@dataclass(frozen=True)
class Deeds:
    """What accounts did at a known time, sorted by (who, at); account a holds rows starts[a] .. starts[a + 1]."""

    starts: Ints
    who: NDArray[np.int32]
    at: Ints
    whom: NDArray[np.int32]  # the account acted on; -1: nobody, or not known
    verb: NDArray[np.int16]  # index in `verbs`
    client: NDArray[np.int32]  # index in `clients`; -1: unknown
    life: Ints  # milliseconds until it was deleted; NO_TIME: not deleted, or not known to be
    post: NDArray[np.int32]  # the post acted on or written, a row of the graph's posts; -1: none
    event: NDArray[np.int32]  # row of the graph's events; -1: a post of its own
    verbs: tuple[str, ...]
    clients: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.who)

    def of(self, account: int) -> slice:
        """The rows of one account."""
        return slice(int(self.starts[account]), int(self.starts[account + 1]))

    def rows(self, accounts: Ints) -> Ints:
        """The rows of some accounts, account by account."""
        return between(self.starts[accounts], self.starts[accounts + 1])

    def only(self, accounts: Ints) -> Deeds:
        """The deeds of some accounts (in rising order); all others have none."""
        rows = self.rows(accounts)
        starts = np.r_[0, np.cumsum(np.bincount(self.who[rows], minlength=len(self.starts) - 1))]
        columns = {one.name: getattr(self, one.name)[rows] for one in fields(self) if one.name not in _WHOLE}
        return replace(self, starts=starts, **columns)


_WHOLE: Final = ("starts", "verbs", "clients")


@made_once
def deeds_of(graph: InfluenceGraph) -> Deeds:
    """All timed acts and posts of a graph, sorted once for all who read them."""
    events = graph.events
    acted = np.flatnonzero(events.at != NO_TIME)
    wrote = np.flatnonzero((graph.post_author >= 0) & (graph.post_at != NO_TIME))
    clients, written_with = _clients(graph, wrote)
    nobody = np.full(len(wrote), -1, np.int32)
    who = np.r_[events.actor[acted], graph.post_author[wrote]].astype(np.int32)
    at = np.r_[events.at[acted], graph.post_at[wrote]]
    order = order_by(who, at).astype(np.int32)
    starts = np.r_[0, np.cumsum(np.bincount(who, minlength=graph.n))].astype(np.int64)
    return Deeds(  # one column after the other, so that no two unsorted ones are held at a time
        starts,
        who[order],
        at[order],
        np.r_[events.target[acted], nobody][order],
        np.r_[events.kind[acted].astype(np.int16), np.full(len(wrote), len(events.kinds), np.int16)][order],
        np.r_[events.client[acted], written_with][order],
        _lives(graph, acted, wrote, order),
        np.r_[events.post[acted], wrote.astype(np.int32)][order],
        np.r_[acted.astype(np.int32), nobody][order],
        verbs=(*events.kinds, WRITING),
        clients=clients,
    )


@made_once
def taken_back(graph: InfluenceGraph) -> Ints:
    """For each event when its actor took it back (UTC milliseconds); NO_TIME: it stands, or is not known to be gone.

    Who deletes a post deletes all that others did on it. They took back nothing.
    """
    gone, post = graph.events.deleted_at, graph.events.post
    on = np.flatnonzero((gone != NO_TIME) & (post >= 0))
    if not len(on):
        return gone
    lost = np.minimum(graph.posts["deleted_at"].fill_null(STANDS).to_numpy(), _swept(graph, on))[post[on]]
    out = gone.copy()
    out[on[gone[on] >= lost]] = NO_TIME
    return out


def _swept(graph: InfluenceGraph, on: Ints) -> Ints:
    """For each post when it can only have been deleted itself: all acts on it are gone, and three or more in one second.

    Tables of posts are often missing, or do not tell of deletions. `on` are the acts on posts that are gone.
    """
    post, gone = graph.events.post[on], graph.events.deleted_at[on]
    last = np.full(graph.posts.num_rows, NO_TIME)
    np.maximum.at(last, post, gone)
    acts = np.bincount(graph.events.post[graph.events.post >= 0], minlength=len(last))
    none_left = np.bincount(post, minlength=len(last)) == acts
    at_once = np.bincount(post[gone >= last[post] - SECOND], minlength=len(last)) >= SWEPT
    return np.where(none_left & at_once, last - SECOND, STANDS)


def _lives(graph: InfluenceGraph, acted: Ints, wrote: Ints, order: NDArray[np.int32]) -> Ints:
    """How long each deed stood; where nothing was deleted one number serves for all."""
    acts, posts = taken_back(graph), graph.posts["deleted_at"]
    if posts.null_count == len(posts) and not (acts != NO_TIME).any():
        return np.broadcast_to(np.int64(NO_TIME), len(order))
    deleted = posts.fill_null(NO_TIME).to_numpy()
    return np.r_[_life(graph.events.at, acts, acted), _life(graph.post_at, deleted, wrote)][order]


def _life(at: Ints, deleted: Ints, rows: Ints) -> Ints:
    life = np.full(len(rows), NO_TIME)
    gone = np.flatnonzero(deleted[rows] != NO_TIME)
    life[gone] = np.maximum(deleted[rows[gone]] - at[rows[gone]], 0)
    return life


def _clients(graph: InfluenceGraph, wrote: Ints) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """All names of clients, those of the events first, and the place among them of what each post was written with."""
    known = {name: number for number, name in enumerate(graph.events.clients)}
    encoded = graph.posts["client"].combine_chunks().dictionary_encode()
    place = [known.setdefault(str(name), len(known)) for name in encoded.dictionary.to_pylist()]
    codes = encoded.indices.fill_null(len(place)).to_numpy(zero_copy_only=False)
    return tuple(known), np.array([*place, -1], np.int32)[codes][wrote]
