"""Where accounts stand: communities apart from each other, each spread by its own ties; the same for the same seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

import igraph
import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft2, rfft2

from graphkit.graphs.compiled import compiled
from graphkit.maps.choice import Nodes, Ties

Points = NDArray[np.float64]

SMALL = 800  # up to here igraph's force layout takes well under a second
ROUNDS = 120
PUSHES = 400
GRID = 64  # cells a side for repulsion in large communities
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
    sizes = np.bincount(community, minlength=count)
    radius = np.sqrt(sizes) + 1.5
    igraph.set_random_number_generator(random.Random(seed))
    centre = _centres(ties, community, radius)
    at = np.zeros((len(community), 2))
    order = np.argsort(community, kind="stable")
    groups = np.split(order, np.cumsum(sizes)[:-1]) if count else []
    home = np.empty(len(community), dtype=np.int64)
    own = community[ties.source] == community[ties.target]
    of_community = community[ties.source[own]]
    by_community = np.argsort(of_community, kind="stable")
    bounds = np.searchsorted(of_community[by_community], np.arange(count + 1))
    source, target = ties.source[own][by_community], ties.target[own][by_community]
    for number, members in enumerate(groups):
        home[members] = np.arange(len(members))
        mine = slice(bounds[number], bounds[number + 1])
        local = _spread(len(members), home[source[mine]], home[target[mine]])
        at[members] = centre[number] + local * radius[number]
    scale = 1000 / max(float(np.abs(at).max(initial=0)), 1e-9)
    return Layout(np.round(at * scale, 1), np.round(centre * scale, 1), np.round(radius * scale, 1))


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
    return _apart(at, radius)


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
            at *= 0.98
        elif worst < 0.01:
            break
    return at


def _spread(count: int, source: Nodes, target: Nodes) -> Points:
    """The members of one community within the unit disc."""
    if count <= 2 or not len(source):
        return _sunflower(count) * 0.9
    degree = np.bincount(source, minlength=count) + np.bincount(target, minlength=count)
    start = np.empty((count, 2))
    start[np.lexsort((np.arange(count), -degree))] = _sunflower(count)
    if count <= SMALL:
        edges = list(zip(source.tolist(), target.tolist(), strict=True))
        place = start * np.sqrt(count)
        drawn = igraph.Graph(n=count, edges=edges).layout_fruchterman_reingold(
            seed=place.tolist(),
            niter=int(np.clip(24_000 / count, 40, ROUNDS)),
            start_temp=float(np.sqrt(count)) / 4,
            grid=False,
        )
        return _filled(np.asarray(drawn.coords))
    return _filled(_forces(start * np.sqrt(count), source, target, degree))


def _forces(at: Points, source: Nodes, target: Nodes, degree: Nodes) -> Points:
    """Ties pull, accounts push each other by a field summed on a grid (its far part exact, its near part smooth)."""
    count = len(at)
    mass = 1.0 + np.sqrt(degree)
    pull = 1.0 / np.sqrt(1.0 + np.minimum(degree[source], degree[target]))
    for turn in range(ROUNDS):
        gap = at[target] - at[source]
        drag = gap * pull[:, None] * 0.5
        move = _field(at, mass) * 0.5 - at * 0.02
        for axis in (0, 1):
            move[:, axis] += np.bincount(source, drag[:, axis], count) - np.bincount(target, drag[:, axis], count)
        length = np.sqrt((move**2).sum(axis=1, keepdims=True)) + 1e-9
        at = at + move / length * np.minimum(length, np.sqrt(count) / 8 * (1 - turn / ROUNDS) ** 1.5)
    return at


def _field(at: Points, mass: NDArray[np.float64]) -> Points:
    """How strongly each account is pushed: mass / distance from every cell of the grid, by convolution."""
    low = at.min(axis=0)
    width = float((at.max(axis=0) - low).max()) / (GRID - 1) + 1e-9
    place = (at - low) / width
    cell = np.minimum(place.astype(np.int64), GRID - 2)
    part = place - cell
    corners = [
        ((cell[:, 0] + i) * GRID + cell[:, 1] + j, np.abs(1 - i - part[:, 0]) * np.abs(1 - j - part[:, 1]))
        for i in (0, 1)
        for j in (0, 1)
    ]
    density = sum(np.bincount(index, weight * mass, GRID * GRID) for index, weight in corners)
    spectrum = rfft2(np.asarray(density).reshape(GRID, GRID), s=(2 * GRID, 2 * GRID))
    push = np.empty_like(at)
    for axis, kernel in enumerate(_kernels()):
        field = irfft2(spectrum * kernel, s=(2 * GRID, 2 * GRID))[:GRID, :GRID].ravel() / width
        push[:, axis] = sum(field[index] * weight for index, weight in corners)
    return push


@cache
def _kernels() -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """The push of a cell on every other, along either axis, for cells of width one."""
    step = np.fft.fftfreq(2 * GRID, 1 / (2 * GRID))
    square = step[:, None] ** 2 + step[None, :] ** 2 + 1.0
    return rfft2(step[:, None] / square), rfft2(step[None, :] / square)


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
