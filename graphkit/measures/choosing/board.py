"""The board of who chose what, among the accounts looked at, and the chance of choosing alike (methods A1).

Two chances are asked and the larger one holds. Over everybody: things met in proportion to the activity of the two and to
what is popular among all, a few times over, since accounts are alike in more than their corner. Within corners: given how
often each of the two chose something in every corner, how often would they meet there on what people choose?
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import special
from scipy.sparse import csr_array

from graphkit.graphs.order import Whole
from graphkit.measures.choosing.corners import exchanged, seasons, strata
from graphkit.measures.pairs import sharing_pairs
from graphkit.settings import ChoiceSettings

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Uses:
    """Who chose which thing, each once."""

    actor: Whole
    thing: Whole
    stray: Flags  # of each choice: nothing that the account follows explains it
    author: Whole  # of each thing, -1 unknown
    corner: Ints  # of each thing: among whom it goes round
    at: Ints  # of each thing, NO_TIME unknown
    names: pa.Array | None = None  # of things that have no row of their own


@dataclass(frozen=True, slots=True)
class Board:
    """Rows are the accounts looked at, columns the things two of them chose."""

    chose: csr_array
    rank: Floats  # log odds of a chance meeting on each thing, the rarest 1
    everywhere: (
        Floats  # [3]: chance of a meeting, summed over all things; times rank (S1 of methods A1); times its square (S2)
    )
    within: Floats  # [3, corner]: the same in each corner, by what people choose there
    often: csr_array  # [row, corner]: choices, also those that nobody else made
    node: Ints  # account of each row
    thing: Ints  # of each column
    corner: Ints  # of each column
    author: Ints  # of each column, -1 unknown
    chosen: Floats  # of each column: all accounts whose choice nothing explains, looked at or not
    names: pa.Array | None  # of `thing`


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of rows that share enough, with the chance of that."""

    first: Ints
    second: Ints
    p: Floats


def board_of(uses: Uses, looked: Flags, bounds: ChoiceSettings) -> tuple[Board, int]:
    """The board, and how many things too crowded to compare all who chose them were left out."""
    things = len(uses.author)
    popular = np.bincount(uses.thing, minlength=things).astype(float)
    chosen = np.bincount(uses.thing[uses.stray], minlength=things).astype(float)
    people = np.bincount(uses.thing[uses.stray & ~looked[uses.actor]], minlength=things).astype(float)
    corner = strata(uses.corner, seasons(uses.at, days=bounds.season_days), people, least=bounds.corner_least)
    own = uses.stray & looked[uses.actor]
    actor, thing = uses.actor[own], uses.thing[own]
    met = np.bincount(thing, minlength=things)
    cap = _cap(met, bounds.most_pairs)
    kept = (met[thing] >= 2) & (met[thing] <= cap)
    node, row = np.unique(actor[kept].astype(np.int64), return_inverse=True)
    column, place = np.unique(thing[kept].astype(np.int64), return_inverse=True)
    chose = csr_array((np.ones(int(kept.sum())), (row, place)), shape=(len(node), len(column)))
    rank = _rank(popular, int((np.bincount(uses.actor) > 0).sum()))
    within = _meetings(people, rank, corner, least=bounds.corner_least)
    board = Board(
        chose, rank[column], _meetings(popular, rank, np.zeros(things, np.int64), least=1.0)[:, 0], within,
        _often(actor, corner[thing], node, within.shape[1]), node, column, corner[column],
        uses.author[column].astype(np.int64), chosen[column], uses.names,
    )  # fmt: skip
    return board, int((met > cap).sum())


def _cap(met: Ints, most: int) -> int:
    """The largest number of choosers a thing may have, so that all pairs on all things stay within `most`."""
    sizes = np.sort(met[met >= 2]).astype(np.float64)
    if not len(sizes):
        return 2
    inside = int(np.searchsorted(np.cumsum(sizes**2), most, "right"))
    return int(sizes[max(inside - 1, 0)])


def _rank(popular: Floats, accounts: int) -> Floats:
    """Log odds of a chance meeting on each thing, the rarest 1; 0 for what one account chose, or everybody."""
    width = float(max(accounts, 2))
    rank = np.log(width * (width - 1)) - np.log(np.maximum(popular * (popular - 1), 1))
    rank = np.where(popular >= 2, np.maximum(rank, 0.0), 0.0)
    return np.asarray(rank / max(float(rank.max(initial=0.0)), 1e-9))


def _meetings(popular: Floats, rank: Floats, corner: Ints, *, least: float) -> Floats:
    """What one choice of each of two accounts in a corner gives: meetings, their ranks, and the squares of these.

    Where fewer than `least` choices are known two that met say little, and count as if there were so many.
    """
    total = np.maximum(np.bincount(corner, popular, minlength=1), least)
    chance = popular * np.maximum(popular - 1, 0) / total[corner] ** 2
    return np.stack([np.bincount(corner, rank**power * chance, minlength=1) for power in range(3)])


def _often(actor: Whole, corner: Ints, node: Ints, corners: int) -> csr_array:
    mine = np.isin(actor, node)
    links = csr_array(
        (np.ones(int(mine.sum())), (np.searchsorted(node, actor[mine]), corner[mine])), shape=(len(node), corners)
    )
    links.sum_duplicates()
    return links


def alike(board: Board, bounds: ChoiceSettings, *, most: float) -> Pairs:
    """The pairs whose common choices have a chance below `most`, by either null; cost: the pairs that meet."""
    u, v, _, amount = sharing_pairs(board.chose, board.rank, least=bounds.shared)
    p = _tail(amount, bounds.taste * due(board, u, v, near=False))
    near = np.flatnonzero(p < most)  # the second question costs more
    u, v = u[near], v[near]
    p = np.maximum(p[near], _tail(amount[near], bounds.taste * due(board, u, v, near=True)))
    kept = p < most
    return Pairs(u[kept], v[kept], p[kept])


def due(board: Board, u: Ints, v: Ints, *, near: bool) -> Floats:
    """[3, pair]: the things that pairs of rows would share by chance, their ranks, and the squares of these.

    By how often each chose something in every corner (`near`), or anywhere.
    """
    if not near:
        each = np.asarray(board.often.sum(axis=1)).ravel()
        return np.multiply.outer(board.everywhere, each[u] * each[v])
    both = board.often[u].multiply(board.often[v]).tocsr()
    return np.stack([np.asarray(both @ sums) for sums in board.within])


def _tail(amount: Floats, due: Floats) -> Floats:
    """The chance of ranks of at least `amount`: Poisson, in steps as large as chance meetings are on average."""
    step = np.maximum(due[2] / np.maximum(due[1], 1e-300), 1e-12)
    return np.asarray(special.gammainc(np.maximum(amount / step, 1e-12), due[1] / step))


def shuffled(board: Board, seed: int) -> Board:
    """A copy in which everybody chooses as much in every corner, and every thing is chosen as often, by others."""
    row = np.repeat(np.arange(board.chose.shape[0]), np.diff(board.chose.indptr))
    drawn = exchanged(row, board.chose.indices, board.corner[board.chose.indices], seed=seed)
    chose = csr_array((board.chose.data.copy(), drawn, board.chose.indptr.copy()), shape=board.chose.shape)
    chose.sum_duplicates()
    chose.data[:] = 1.0
    return replace(board, chose=chose)
