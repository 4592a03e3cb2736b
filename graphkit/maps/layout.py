"""Where accounts stand: communities apart from each other, each spread by its own ties; the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import igraph
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graphkit.graphs.compiled import compiled
from graphkit.graphs.partitions import drawing
from graphkit.maps.choice import Nodes
from graphkit.maps.forces import force_atlas, spread_out
from graphkit.maps.ties import Ties

Points = NDArray[np.float64]

ROUNDS: Final = 60  # of forces in a small community; large ones, which stand for most of the time, get fewer
WORK: Final = 240_000  # accounts times rounds in one community at most, but never fewer than FEWEST rounds
FEWEST: Final = 40
PUSHES: Final = 400
WIDE: Final = 1.4  # the map is drawn wider than high, as screens are
GAP: Final = 1.25  # between accounts, times the square root of their number: discs that touch would leave 1.9
CROWDED: Final = 40  # rounds in which accounts that lie too near move apart
OUTWARD: Final = 0.6  # pull towards the communities that an account is tied to, as a share of the pull to the middle
GOLDEN = np.pi * (3 - np.sqrt(5))


@dataclass(frozen=True, slots=True)
class Layout:
    """A place for every account, and a disc for every community."""

    at: Points  # n x 2
    centre: Points  # communities x 2
    radius: NDArray[np.float64]


def layout(ties: Ties, community: Nodes, *, seed: int) -> Layout:
    """The layout of accounts in communities 0..k-1; within about a thousand units around the origin."""
    count = int(community.max()) + 1 if len(community) else 0
    radius = np.sqrt(np.bincount(community, minlength=count)) + 1.5
    at = np.zeros((len(community), 2))
    with drawing(seed):
        centre = _centres(ties, community, radius)
        outward = _outward(ties, community, centre)
    groups = list(_groups(ties, community, count))
    with ThreadPoolExecutor() as pool:  # communities do not look at each other
        spread = pool.map(lambda group: _spread(group[1], outward[group[0]]), groups)
        for number, ((members, _), inside) in enumerate(zip(groups, spread, strict=True)):
            at[members] = centre[number] + inside * radius[number]
    scale = 1000 / max(float(np.abs(at).max(initial=0)), 1e-9)
    return Layout(np.round(at * scale, 1), np.round(centre * scale, 1), np.round(radius * scale, 1))


def _groups(ties: Ties, community: Nodes, count: int) -> Iterator[tuple[Nodes, csr_array]]:
    """The members of each community, and who of them is tied to whom, in either direction."""
    own = community[ties.source] == community[ties.target]
    ones = np.ones(int(own.sum()))
    links = csr_array((ones, (ties.source[own], ties.target[own])), shape=(len(community), len(community)))
    both = (links + links.T).tocsr()
    order = np.argsort(community, kind="stable")
    bounds = np.searchsorted(community[order], np.arange(count + 1))
    sorted_links = both[order][:, order]
    for number in range(count):
        mine = slice(bounds[number], bounds[number + 1])
        yield order[mine], sorted_links[mine, mine].tocsr()


def _outward(ties: Ties, community: Nodes, centre: Points) -> Points:
    """For each account where the communities lie that it is tied to: a vector of length one at most."""
    across = community[ties.source] != community[ties.target]
    one = np.concatenate([ties.source[across], ties.target[across]])
    other = np.concatenate([ties.target[across], ties.source[across]])
    way = centre[community[other]] - centre[community[one]]
    way /= np.sqrt((way**2).sum(axis=1, keepdims=True)) + 1e-9
    degree = np.bincount(np.concatenate([ties.source, ties.target]), minlength=len(community))
    pull = np.stack([np.bincount(one, way[:, axis], len(community)) for axis in (0, 1)], axis=1)
    return OUTWARD * pull / np.maximum(degree, 1)[:, None]


def _centres(ties: Ties, community: Nodes, radius: NDArray[np.float64]) -> Points:
    """Places for the communities: tied ones near each other, none upon another."""
    count = len(radius)
    if count < 2:
        return np.zeros((count, 2))
    pair = np.sort(np.stack([community[ties.source], community[ties.target]]), axis=0)
    keys, strength = np.unique(pair[0] * count + pair[1], return_counts=True)
    apart = keys // count != keys % count
    keys, strength = keys[apart], strength[apart]
    start = _sunflower(count) * np.sqrt(count)
    edges = list(zip((keys // count).tolist(), (keys % count).tolist(), strict=True))
    drawn = igraph.Graph(n=count, edges=edges).layout_fruchterman_reingold(
        weights=np.log2(1.0 + strength).tolist(), seed=start.tolist(), niter=300, grid=False
    )
    at = np.asarray(drawn.coords)
    at = (at - at.mean(axis=0)) / max(float(np.abs(at).max()), 1e-9) * float(np.sqrt((radius**2).sum())) * 1.2
    return _apart(at * np.array([WIDE, 1 / WIDE]), radius)


@compiled
def _apart(at: Points, radius: NDArray[np.float64]) -> Points:
    """The discs pushed off each other, the lighter one further, and drawn to the middle, a little each round."""
    count = len(radius)
    at = at.copy()
    for turn in range(PUSHES):
        move = np.zeros_like(at)
        worst = 0.0
        for one in range(count):
            for other in range(one):
                need = (radius[one] + radius[other]) * 1.12
                dx, dy = at[one, 0] - at[other, 0], at[one, 1] - at[other, 1]
                if dx * dx + dy * dy >= need * need:
                    continue
                distance = np.sqrt(dx * dx + dy * dy) + 1e-9
                worst = max(worst, (need - distance) / need)
                share = radius[other] / (radius[one] + radius[other])
                for axis, way in ((0, dx), (1, dy)):
                    push = way / distance * (need - distance)
                    move[one, axis] += push * share
                    move[other, axis] -= push * (1 - share)
        at += 0.6 * move
        if turn < 0.7 * PUSHES:
            at[:, 0] *= 0.996
            at[:, 1] *= 0.965
        elif worst < 0.01:
            break
    return at


def _spread(links: csr_array, outward: Points) -> Points:
    """The members of one community within the unit disc."""
    count = links.shape[0]
    if count <= 2 or not links.nnz:
        return _sunflower(count) * 0.9
    degree = np.diff(links.indptr)
    start = np.empty((count, 2))
    start[np.lexsort((np.arange(count), -degree))] = _sunflower(count) * count
    rounds = int(np.clip(WORK / count, FEWEST, ROUNDS))
    drawn = force_atlas(start, links.indptr.astype(np.int64), links.indices.astype(np.int64), outward, rounds)
    return spread_out(_filled(drawn), GAP / np.sqrt(count), CROWDED)


def _filled(at: Points) -> Points:
    """The drawing within the unit disc, evenly filled: halfway between its own distances and equal areas."""
    at = at - np.median(at, axis=0)
    distance = np.sqrt((at**2).sum(axis=1)) + 1e-9
    rank = np.empty(len(at))
    rank[np.argsort(distance, kind="stable")] = np.arange(len(at))
    even = np.sqrt((rank + 0.5) / len(at))
    own = distance / float(distance.max())
    return np.asarray(at / distance[:, None] * (0.3 * own + 0.7 * even)[:, None])


def _sunflower(count: int) -> Points:
    """`count` points that fill the unit disc evenly, from the middle outwards."""
    number = np.arange(count)
    distance, angle = np.sqrt((number + 0.5) / max(count, 1)), number * GOLDEN
    return np.stack([distance * np.cos(angle), distance * np.sin(angle)], axis=1)
