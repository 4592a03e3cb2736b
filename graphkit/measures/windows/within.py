"""Pairs of accounts that acted on the same posts within a window, with who came first, the posts, and what chance gives.

The rule itself knows no chance. So the table says beside each count how many coincidences are due, and a window is
suggested from the data: the widest in which hardly any repeated pair would also come about if delays were exchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from graphkit.graphs.graph import InfluenceGraph
from graphkit.measures import nulls
from graphkit.measures.co_timing import Reactions, closeness, reactions, shuffled_delays
from graphkit.measures.pairs import ClosePairs, close_pairs, crowd_for

if TYPE_CHECKING:
    import pandas

Ints = NDArray[np.int64]
SECONDS = (5, 10, 30, 60, 120, 300, 600, 1_800)
BY_CHANCE = 0.05  # of the repeated pairs, at most, in the suggested window
SHOWN = 5  # posts listed of a pair
MOST_PAIRS = 200_000_000  # pairs of acts looked at, some seconds: up to there every post is searched whole


@dataclass(frozen=True, slots=True)
class Window:
    """A window of the plain rule: how many pairs repeat in it, and how many do with exchanged delays."""

    seconds: int
    pairs: int
    by_chance: int


def suggested_window(graph: InfluenceGraph, *, times: int = 2, seed: int = 0) -> Window | None:
    """The widest window in which at most one repeated pair in twenty would come by chance; None: there is none."""
    found = reactions(graph)
    copy = shuffled_delays(found, seed)
    best = None
    for seconds in SECONDS:
        window = Window(seconds, _repeated(found, seconds, times), _repeated(copy, seconds, times))
        if window.pairs and window.by_chance <= BY_CHANCE * window.pairs:
            best = window
    return best


def _repeated(found: Reactions, seconds: int, times: int) -> int:
    return len(_pairs(found, np.zeros(found.acts.objects), seconds * 1000, times))


def _pairs(found: Reactions, chance: NDArray[np.float64], window: int, times: int) -> ClosePairs:
    """The pairs that met so often; a rule that counts must not lose any, so crowds are sampled only beyond `MOST_PAIRS`."""
    crowd = crowd_for(found.acts, window=window, most=MOST_PAIRS)
    return close_pairs(found.acts, chance, window=window, needed=times, crowd=crowd)


def within(
    graph: InfluenceGraph, *, seconds: float, times: int = 2, kinds: frozenset[str] | None = None
) -> pandas.DataFrame:
    """Pairs that acted on the same post within `seconds` on at least `times` occasions, the most frequent first.

    `together` counts occasions (posts of one author within an hour are one), `first_was_a` how often account_a came
    first, `shared` the occasions on which both acted at all, `due` the coincidences chance gives among those, `p` the
    chance of so many; `posts` are some of the posts. A count is no accusation: fans and colleagues are quick as well.
    Where more than `MOST_PAIRS` acts met within the window, the most crowded posts are searched by a sample of accounts.
    """
    import pandas as pd

    found = reactions(graph, kinds)
    window = round(seconds * 1000)
    pairs = _pairs(found, closeness(found, window, seed=0), window, times)
    order = np.lexsort((pairs.second, pairs.first, -pairs.close))
    first, second = pairs.first[order], pairs.second[order]
    earlier, objects = _met(*_by_actor(found, graph.n), first, second, window, SHOWN)
    names = graph.posts["id"].to_pylist()
    return pd.DataFrame(
        {
            "account_a": graph.ids(first),
            "account_b": graph.ids(second),
            "together": pairs.close[order],
            "first_was_a": earlier,
            "shared": pairs.shared[order],
            "due": pairs.due[order],
            "p": nulls.poisson_tail(pairs.close[order], pairs.due[order]),
            "posts": [[names[found.post[o]] for o in row if o >= 0] for row in objects],
        }
    )


def _by_actor(found: Reactions, accounts: int) -> tuple[Ints, Ints, Ints]:
    """The acts of each account by object: (pointer, object, time)."""
    acts = found.acts
    owner = np.repeat(np.arange(acts.objects, dtype=np.int64), np.diff(acts.starts))
    order = np.argsort(acts.actor, kind="stable")
    ptr = np.r_[0, np.cumsum(np.bincount(acts.actor, minlength=accounts))].astype(np.int64)
    return ptr, owner[order], acts.time[order]


@njit(cache=True, nogil=True)
def _met(ptr, owner, time, first, second, window, shown):  # type: ignore[no-untyped-def]
    """For each pair how often the first came before the second within the window, and some of the objects, -1 for none."""
    earlier = np.zeros(len(first), np.int64)
    objects = np.full((len(first), shown), -1, np.int64)
    for k in range(len(first)):
        i, j, found = ptr[first[k]], ptr[second[k]], 0
        while i < ptr[first[k] + 1] and j < ptr[second[k] + 1]:
            if owner[i] < owner[j]:
                i += 1
            elif owner[i] > owner[j]:
                j += 1
            else:
                if abs(time[i] - time[j]) <= window:
                    earlier[k] += time[i] < time[j]
                    if found < shown:
                        objects[k, found] = owner[i]
                        found += 1
                i += 1
                j += 1
    return earlier, objects
