"""Interactions as columns of node numbers and milliseconds, sorted by time."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from graphkit.graphs.numbering import NO_TIME, distinct, numbers, thrifty, times
from graphkit.graphs.order import between, differs_from_previous, order_by


@dataclass(frozen=True)
class Events:
    """What accounts did, one row an act; sorted by (at, actor, target, kind, post)."""

    actor: NDArray[np.int32]
    target: NDArray[np.int32]  # -1: unknown
    kind: NDArray[np.int8]  # index in `kinds`
    post: NDArray[np.int32]  # row of the graph's posts; -1: none
    at: NDArray[np.int64]  # UTC milliseconds; NO_TIME: unknown
    client: NDArray[np.int32]  # index in `clients`; -1: unknown
    deleted_at: NDArray[np.int64]  # NO_TIME: not deleted, or not known to be
    count: NDArray[np.int32]  # how many acts the row stands for, at least 1
    kinds: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.actor)

    def __repr__(self) -> str:
        return f"Events({len(self):,} of {', '.join(self.kinds) or 'no kind'})"

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Self:
        """The events of some rows (numbers in rising order, or a mask)."""
        columns = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name not in ("kinds", "clients")}
        return type(self)(**columns, kinds=self.kinds, clients=self.clients)

    def of_kind(self, *kinds: str) -> NDArray[np.bool_]:
        """A mask of the events of these kinds; all of them where no kind is named."""
        if not kinds:
            return np.ones(len(self), dtype=np.bool_)
        wanted = [number for number, kind in enumerate(self.kinds) if kind in kinds]
        return np.isin(self.kind, np.array(wanted, dtype=np.int8))


@dataclass(frozen=True)
class ByAccount:
    """The rows of something by account: those of account i are rows[start[i] : start[i + 1]], in their order."""

    start: NDArray[np.int64]
    rows: NDArray[np.int64]

    @classmethod
    def by(cls, owner: NDArray[np.int32], accounts: int) -> Self:
        """Of rows by whom they belong to; those of nobody (-1) are left out."""
        counts = np.bincount(owner[owner >= 0], minlength=accounts)
        rows = order_by(owner)[len(owner) - int(counts.sum()) :]
        return cls(np.r_[0, np.cumsum(counts)].astype(np.int64), rows)

    def of(self, node: int) -> NDArray[np.int64]:
        """The rows of one account."""
        return self.rows[self.start[node] : self.start[node + 1]]

    def among(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of several accounts, ascending."""
        return np.sort(self.rows[between(self.start[nodes], self.start[nodes + 1])])


def build_events(
    interactions: pa.Table, accounts: pa.StringArray, posts: pa.StringArray, *, post_author: NDArray[np.int32]
) -> tuple[Events, dict[str, int]]:
    """The events of an interactions table, and how many rows were left out for what reason.

    Where the table names no target, the author of the post is the target. Acts on oneself are left out. Rows equal in
    actor, target, kind, post and time are one event, in whatever order they come: of the first client in the alphabet (none
    comes before all), with the largest count and the earliest deletion.
    """
    actor = numbers(interactions["actor"], accounts)
    target = numbers(interactions["target"], accounts)
    post = numbers(interactions["post"], posts)
    fillable = np.flatnonzero((target < 0) & (post >= 0))
    target[fillable] = post_author[post[fillable]]
    kinds, kind = _codes(interactions["kind"])
    clients, client = _codes(interactions["client"])
    at = times(interactions["at"])
    deleted_at = times(interactions["deleted_at"])
    count = pc.fill_null(interactions["count"], 1).to_numpy()

    usable = (actor >= 0) & (actor != target)
    order = np.flatnonzero(usable)
    keys = (at, actor, target, kind, post)
    order = order[order_by(*(key[order] for key in keys))]
    new = differs_from_previous(*(key[order] for key in keys))
    first = order[new]
    starts = np.flatnonzero(new)
    largest, earliest = count[first], deleted_at[first]
    if len(first) < len(order):
        first = order[_least(client[order], starts)]
        unknown_last = np.where(deleted_at == NO_TIME, np.iinfo(np.int64).max, deleted_at)[order]
        earliest = np.minimum.reduceat(unknown_last, starts)
        earliest = np.where(earliest == np.iinfo(np.int64).max, NO_TIME, earliest)
        largest = np.maximum.reduceat(count[order], starts)
    events = Events(
        actor=actor[first],
        target=target[first],
        kind=kind[first].astype(np.int8),
        post=post[first],
        at=at[first],
        client=client[first],
        deleted_at=thrifty(earliest),
        count=thrifty(np.clip(largest, 1, np.iinfo(np.int32).max).astype(np.int32)),
        kinds=kinds,
        clients=clients,
    )
    left_out = {
        "acts on oneself": int(np.count_nonzero((actor >= 0) & (actor == target))),
        "acts without an actor": int(np.count_nonzero(actor < 0)),
        "acts said twice": len(order) - len(first),
    }
    return events, left_out


def _least(value: NDArray[np.int32], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of each stretch the first row with its least value."""
    found = np.flatnonzero(value == np.repeat(np.minimum.reduceat(value, starts), np.diff(np.r_[starts, len(value)])))
    stretch = np.searchsorted(starts, found, "right")
    return np.asarray(found[np.flatnonzero(np.diff(stretch, prepend=0))])


def _codes(column: pa.ChunkedArray) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    words = distinct([column])
    return tuple(words.to_pylist()), numbers(column, words)
