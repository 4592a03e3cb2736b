"""From the table of follows to a matrix of who follows whom now, and a list of what ended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.graphs.numbering import NO_TIME, numbers, thrifty, times, whole
from graphkit.graphs.order import differs_from_previous, order_by

ENDED = pa.schema([("follower", pa.int32()), ("followed", pa.int32()), ("at", pa.int64()), ("ended_at", pa.int64())])


@dataclass(frozen=True)
class Follows:
    """Who follows whom now, with what is known of each tie, and the ties that ended."""

    links: csr_array
    at: NDArray[np.int64]
    position: NDArray[np.int64]
    ended: pa.Table
    left_out: dict[str, int]


def build_follows(table: pa.Table, accounts: pa.StringArray) -> Follows:
    """The follows of a table.

    Several rows of one pair are one tie: it has ended when the latest word on it says so; else it is held with the
    earliest time and the place in the list of the latest row that says one. Follows of oneself are left out.
    """
    follower, followed = numbers(table["follower"], accounts), numbers(table["followed"], accounts)
    at, ended_at = times(table["at"]), times(table["ended_at"])
    position = whole(table["position"], -1)
    usable = (follower >= 0) & (followed >= 0) & (follower != followed)
    rows = np.flatnonzero(usable)
    order = rows[order_by(follower[rows], followed[rows])]
    new = differs_from_previous(follower[order], followed[order])
    tie_of = np.cumsum(new) - 1
    ties = int(new.sum())
    if ties < len(order):
        word = np.maximum(np.maximum(at, times(table["observed_at"])), ended_at)
        repeated = np.flatnonzero(np.bincount(tie_of, minlength=ties)[tie_of] > 1)
        latest_last = np.lexsort((word[order[repeated]], tie_of[repeated]))
        order[repeated] = order[repeated][latest_last]
    last = order[np.flatnonzero(np.append(new[1:], True))] if ties else order
    now = ended_at[last] == NO_TIME
    at, position = _merged(at[order], tie_of, ties), _latest(position[order], tie_of, ties)

    size = len(accounts)
    starts = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(follower[last][now], minlength=size), out=starts[1:])
    index = np.int32 if len(last) < np.iinfo(np.int32).max else np.int64
    links = csr_array(
        (np.ones(int(now.sum()), dtype=np.int8), followed[last][now].astype(index), starts.astype(index)),
        shape=(size, size),
    )
    links.has_sorted_indices = True
    links.has_canonical_format = True
    left_out = {
        "follows of oneself": int(np.count_nonzero((follower >= 0) & (follower == followed))),
        "follows without an end": int(np.count_nonzero((follower < 0) | (followed < 0))),
        "follows said twice": len(order) - ties,
    }
    return Follows(links, at[now], thrifty(position[now]), _ended(table, follower, followed, rows), left_out)


def _merged(at: NDArray[np.int64], tie_of: NDArray[np.int64], ties: int) -> NDArray[np.int64]:
    """The earliest known time of each tie."""
    if ties == len(at):
        return at
    never = np.iinfo(np.int64).max
    earliest = np.full(ties, never, dtype=np.int64)
    np.minimum.at(earliest, tie_of, np.where(at == NO_TIME, never, at))
    return np.where(earliest == never, NO_TIME, earliest)


def _latest(position: NDArray[np.int64], tie_of: NDArray[np.int64], ties: int) -> NDArray[np.int64]:
    """The position that the latest row with a position says."""
    if ties == len(position):
        return position
    latest = np.full(ties, -1, dtype=np.int64)
    known = position >= 0
    latest[tie_of[known]] = position[known]  # of several assignments to one place the last one stays
    return latest


def _ended(
    table: pa.Table, follower: NDArray[np.int32], followed: NDArray[np.int32], rows: NDArray[np.int64]
) -> pa.Table:
    at, ended_at = times(table["at"]), times(table["ended_at"])
    rows = rows[ended_at[rows] != NO_TIME]
    rows = rows[order_by(follower[rows], followed[rows], ended_at[rows], at[rows])]
    rows = rows[differs_from_previous(follower[rows], followed[rows], ended_at[rows])]
    known = at[rows] != NO_TIME
    columns = [
        pa.array(follower[rows]),
        pa.array(followed[rows]),
        pa.array(at[rows], mask=~known),
        pa.array(ended_at[rows]),
    ]
    return pa.Table.from_arrays(columns, schema=ENDED)
