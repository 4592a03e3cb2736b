"""ForceAtlas2 on one group of accounts: ties pull, accounts push, and a quadtree sums up those far away."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphkit.graphs.compiled import compiled

Points = NDArray[np.float64]
Amounts = NDArray[np.float64]
Nodes = NDArray[np.int64]
Tree = tuple[Nodes, Nodes, Amounts, Points]

WIDE: Final = 1.2  # a cell seen under a smaller angle than this counts as one account; ForceAtlas2's own value
TOLERANCE: Final = 1.0  # how much swinging is borne for speed
DEPTH: Final = 40  # halvings of the drawing after which accounts share a cell


@compiled
def force_atlas(at: Points, indptr: Nodes, indices: Nodes, outward: Points, rounds: int) -> Points:
    """The accounts moved from `at` by ForceAtlas2 for some rounds; the same from the same start.

    `indptr` and `indices` hold the ties of each account in both directions. `outward` is a steady pull on each account,
    towards where it has ties outside of the group.
    """
    size = len(at)
    at = at.copy()
    mass = np.empty(size)
    for i in range(size):
        mass[i] = 1.0 + indptr[i + 1] - indptr[i]
    force, before = np.zeros((size, 2)), np.zeros((size, 2))
    speed, efficiency = 1.0, 1.0
    tree = _empty_tree(size)
    for _ in range(rounds):
        width = _grow(at, mass, tree)
        swing, traction = 0.0, 0.0
        for i in range(size):
            fx, fy = _push(at, mass, i, tree, width)
            for k in range(indptr[i], indptr[i + 1]):
                fx += at[indices[k], 0] - at[i, 0]
                fy += at[indices[k], 1] - at[i, 1]
            distance = np.sqrt(at[i, 0] ** 2 + at[i, 1] ** 2) + 1e-9
            fx += mass[i] * (outward[i, 0] - at[i, 0] / distance)
            fy += mass[i] * (outward[i, 1] - at[i, 1] / distance)
            force[i, 0], force[i, 1] = fx, fy
            swing += mass[i] * np.sqrt((fx - before[i, 0]) ** 2 + (fy - before[i, 1]) ** 2)
            traction += mass[i] * 0.5 * np.sqrt((fx + before[i, 0]) ** 2 + (fy + before[i, 1]) ** 2)
        speed, efficiency = _pace(speed, efficiency, swing, traction, size)
        for i in range(size):
            own = mass[i] * np.sqrt((force[i, 0] - before[i, 0]) ** 2 + (force[i, 1] - before[i, 1]) ** 2)
            factor = speed / (1.0 + np.sqrt(speed * own))
            for axis in range(2):
                at[i, axis] += factor * force[i, axis]
                before[i, axis] = force[i, axis]
    return at


@compiled
def _pace(speed: float, efficiency: float, swing: float, traction: float, size: int) -> tuple[float, float]:
    """How far accounts go next: further while most of them keep their way, less where they swing to and fro."""
    tolerance = max(np.sqrt(0.05 * np.sqrt(size)), min(10.0, 0.05 * np.sqrt(size) * traction / (size * size)))
    tolerance *= TOLERANCE
    if swing > 2.0 * traction and efficiency > 0.05:
        efficiency *= 0.5
        tolerance = max(tolerance, TOLERANCE)
    target = tolerance * efficiency * traction / max(swing, 1e-12)
    if swing > tolerance * traction:
        if efficiency > 0.05:
            efficiency *= 0.7
    elif speed < 1000.0:
        efficiency *= 1.3
    return speed + min(target - speed, 0.5 * speed), efficiency


@compiled
def _empty_tree(size: int) -> Tree:
    """Room for a quadtree: four children a cell (-1: none), the account of a leaf, mass, and centre of mass."""
    room = 8 * size + 64
    return np.empty((room, 4), np.int64), np.empty(room, np.int64), np.empty(room), np.empty((room, 2))


@compiled
def _grow(at: Points, mass: Amounts, tree: Tree) -> float:
    """Fills the tree with the accounts; gives the width of the whole."""
    child, leaf, weight, centre = tree
    low_x, low_y = at[:, 0].min(), at[:, 1].min()
    width = max(at[:, 0].max() - low_x, at[:, 1].max() - low_y) + 1e-9
    child[0, :] = -1
    leaf[0], weight[0], centre[0, 0], centre[0, 1] = -1, 0.0, 0.0, 0.0
    cells = 1
    for i in range(len(at)):
        cell, x, y, half = 0, low_x, low_y, width / 2
        for depth in range(DEPTH):
            empty = weight[cell] == 0.0
            inner = child[cell, 0] >= 0
            old = leaf[cell]
            old_mass, old_x, old_y = weight[cell], centre[cell, 0], centre[cell, 1]
            weight[cell] += mass[i]
            centre[cell, 0] += mass[i] * at[i, 0]
            centre[cell, 1] += mass[i] * at[i, 1]
            if empty:
                leaf[cell] = i
                break
            if depth == DEPTH - 1 or cells + 4 > len(leaf):
                break
            if not inner:
                for corner in range(4):
                    child[cell, corner] = cells
                    child[cells, :] = -1
                    leaf[cells], weight[cells], centre[cells, 0], centre[cells, 1] = -1, 0.0, 0.0, 0.0
                    cells += 1
                leaf[cell] = -1
                corner = (1 if old_x / old_mass >= x + half else 0) + (2 if old_y / old_mass >= y + half else 0)
                below = child[cell, corner]
                leaf[below], weight[below], centre[below, 0], centre[below, 1] = old, old_mass, old_x, old_y
            right, upper = at[i, 0] >= x + half, at[i, 1] >= y + half
            cell = child[cell, (1 if right else 0) + (2 if upper else 0)]
            x, y, half = x + (half if right else 0.0), y + (half if upper else 0.0), half / 2
    for cell in range(cells):
        if weight[cell] > 0.0:
            centre[cell, 0] /= weight[cell]
            centre[cell, 1] /= weight[cell]
    return width


@compiled
def _push(at: Points, mass: Amounts, i: int, tree: Tree, width: float) -> tuple[float, float]:
    """How strongly the others push one account: mass times mass over distance, cell by cell."""
    child, leaf, weight, centre = tree
    fx, fy = 0.0, 0.0
    waiting = np.empty(4 * DEPTH, np.int64)
    widths = np.empty(4 * DEPTH)
    waiting[0], widths[0], top = 0, width, 1
    while top > 0:
        top -= 1
        cell, wide = waiting[top], widths[top]
        if weight[cell] == 0.0 or leaf[cell] == i:
            continue
        dx, dy = at[i, 0] - centre[cell, 0], at[i, 1] - centre[cell, 1]
        square = dx * dx + dy * dy
        if child[cell, 0] < 0 or wide * wide < WIDE * WIDE * square:
            strength = mass[i] * weight[cell] / (square + 0.01)
            fx += dx * strength
            fy += dy * strength
            continue
        for corner in range(4):
            waiting[top], widths[top] = child[cell, corner], wide / 2
            top += 1
    return fx, fy


@compiled
def spread_out(at: Points, gap: float, rounds: int) -> Points:
    """The accounts moved off each other until hardly two of them are nearer than `gap`; all stay in the unit disc."""
    at = at.copy()
    size = len(at)
    side = int(2.0 / gap) + 3
    for _ in range(rounds):
        start, member = _by_cell(at, gap, side)
        move = np.zeros_like(at)
        for i in range(size):
            column, row = int((at[i, 0] + 1.0) / gap) + 1, int((at[i, 1] + 1.0) / gap) + 1
            for cell in ((row - 1) * side + column, row * side + column, (row + 1) * side + column):
                for k in range(start[cell - 1], start[min(cell + 2, side * side)]):
                    j = member[k]
                    dx, dy = at[i, 0] - at[j, 0], at[i, 1] - at[j, 1]
                    square = dx * dx + dy * dy
                    if j == i or square >= gap * gap:
                        continue
                    if square < 1e-18:
                        dx, dy, square = np.cos(2.4 * i) * 1e-3 * gap, np.sin(2.4 * i) * 1e-3 * gap, 1e-6 * gap * gap
                    distance = np.sqrt(square)
                    move[i, 0] += dx / distance * (gap - distance)
                    move[i, 1] += dy / distance * (gap - distance)
        for i in range(size):
            length = np.sqrt(move[i, 0] ** 2 + move[i, 1] ** 2)
            step = min(0.4 * length, gap) / (length + 1e-12)
            at[i, 0] += step * move[i, 0]
            at[i, 1] += step * move[i, 1]
            beyond = np.sqrt(at[i, 0] ** 2 + at[i, 1] ** 2)
            if beyond > 1.0:
                at[i, 0] /= beyond
                at[i, 1] /= beyond
    return at


@compiled
def _by_cell(at: Points, gap: float, side: int) -> tuple[Nodes, Nodes]:
    """Where the accounts of each cell of a grid start in a list of all accounts."""
    size = len(at)
    cell = np.empty(size, np.int64)
    start = np.zeros(side * side + 1, np.int64)
    for i in range(size):
        cell[i] = (int((at[i, 1] + 1.0) / gap) + 1) * side + int((at[i, 0] + 1.0) / gap) + 1
        start[cell[i] + 1] += 1
    for c in range(side * side):
        start[c + 1] += start[c]
    place = start.copy()
    member = np.empty(size, np.int64)
    for i in range(size):
        member[place[cell[i]]] = i
        place[cell[i]] += 1
    return start, member
