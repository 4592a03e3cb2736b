"""From surprising pairs to groups, and from groups to everybody who belongs to them.

Pairs with evidence make a graph; its communities (Leiden) are pruned to members that hold on to the rest. A group then
shows when and where it acted: on each object the densest moment of its members. Everybody who acted in those moments is
weighed against outsiders who acted on the same objects, so members that act seldom are found, and bystanders are not.
"""

from __future__ import annotations

from dataclasses import dataclass

import igraph
import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from graphkit.graphs.order import differs_from_previous, distinct_pairs, order_by
from graphkit.graphs.partitions import drawing
from graphkit.measures.pairs import Acts

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ROUNDS = 6  # of Leiden: bounded, since running to convergence need not end on large graphs


@dataclass(frozen=True, slots=True)
class Evident:
    """A graph of accounts whose edge weights are evidence, in tens of p."""

    first: NDArray[np.int32]
    second: NDArray[np.int32]
    weight: Floats
    accounts: int


def joined(one: Evident, other: Evident) -> Evident:
    """The graph of the pairs of both; of a pair in both the stronger evidence."""
    first, second = np.r_[one.first, other.first], np.r_[one.second, other.second]
    weight = np.r_[one.weight, other.weight]
    order = np.lexsort((-weight, second, first))
    kept = order[differs_from_previous(first[order], second[order])]
    return Evident(first[kept], second[kept], weight[kept], one.accounts)


@dataclass(frozen=True, slots=True)
class Groups:
    """A partition of some accounts: `of` holds the group of each account, -1 for none."""

    of: NDArray[np.int32]
    strength: Floats  # of each group: evidence in its ties, per member

    def __len__(self) -> int:
        return len(self.strength)

    def members(self, group: int) -> Ints:
        return np.flatnonzero(self.of == group)


def partition(evident: Evident, *, smallest: int, seed: int, join: float = 0.0) -> Groups:
    """Communities of the evidence graph with at least `smallest` members that each hold on to a third of the typical tie.

    `join` puts communities together whose ties to each other are that dense, beside the ties inside; 0 leaves them as
    they are. Groups come in order of strength, the strongest first.
    """
    nodes, ends = np.unique(np.r_[evident.first, evident.second], return_inverse=True)
    if not len(nodes):
        return Groups(np.full(evident.accounts, -1, np.int32), np.empty(0))
    half = len(evident.first)
    pairs = np.stack([ends[:half], ends[half:]], axis=1)
    graph = igraph.Graph(n=len(nodes), edges=pairs)
    with drawing(seed):
        found = graph.community_leiden(
            objective_function="modularity", weights=evident.weight.tolist(), n_iterations=ROUNDS
        )
    label = np.asarray(found.membership, np.int64)
    if join:
        label = merged_by_density(label, pairs, least=join)
    label = _without_loose_ends(label, pairs, evident.weight, smallest)
    return _ranked(label, nodes, pairs, evident)


def _without_loose_ends(label: Ints, pairs: Ints, weight: Floats, smallest: int) -> Ints:
    """Takes out, a few times over, members whose ties into their group are far below what is typical there."""
    label = label.copy()
    for _ in range(3):
        inside = (label[pairs[:, 0]] == label[pairs[:, 1]]) & (label[pairs[:, 0]] >= 0)
        held = np.bincount(pairs[inside].ravel(), weights=np.repeat(weight[inside], 2), minlength=len(label))
        count = int(label.max()) + 1 if len(label) else 0
        if count <= 0:
            return label
        sizes = np.bincount(label[label >= 0], minlength=count)
        typical = np.bincount(label[label >= 0], weights=held[label >= 0], minlength=count) / np.maximum(sizes, 1)
        loose = (label >= 0) & ((held < typical[label] / 3) | (sizes[label] < smallest))
        if not loose.any():
            return label
        label[loose] = -1
    sizes = np.bincount(label[label >= 0], minlength=int(label.max()) + 1) if (label >= 0).any() else np.zeros(1, int)
    label[(label >= 0) & (sizes[label] < smallest)] = -1
    return label


def _ranked(label: Ints, nodes: Ints, pairs: Ints, evident: Evident) -> Groups:
    of = np.full(evident.accounts, -1, np.int32)
    count = int(label.max()) + 1 if (label >= 0).any() else 0
    if not count:
        return Groups(of, np.empty(0))
    inside = (label[pairs[:, 0]] == label[pairs[:, 1]]) & (label[pairs[:, 0]] >= 0)
    total = np.bincount(label[pairs[inside, 0]], weights=evident.weight[inside], minlength=count)
    sizes = np.bincount(label[label >= 0], minlength=count)
    strength = total / np.maximum(sizes, 1)
    kept = np.flatnonzero(sizes > 0)
    order = kept[np.argsort(-strength[kept], kind="stable")]
    place = np.full(count, -1, np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    of[nodes[label >= 0]] = place[label[label >= 0]]
    return Groups(of, strength[order])


@njit(cache=True, nogil=True)
def _moments(starts, actor, time, of, window, least):  # type: ignore[no-untyped-def]
    """Rows (object, group, begin, end, members) of moments in which at least `least` members acted within the window.

    Of each object and group the densest moment.
    """
    out, rows = np.empty((1024, 5), np.int64), 0
    held = np.empty(max(1, np.max(np.diff(starts)) if len(starts) > 1 else 0), np.int64)
    for o in range(len(starts) - 1):
        count = 0
        for k in range(starts[o], starts[o + 1]):
            if of[actor[k]] >= 0:
                held[count] = k
                count += 1
        if count < least:
            continue
        groups = of[actor[held[:count]]]
        order = np.argsort(groups, kind="mergesort")
        i = 0
        while i < count:
            group = groups[order[i]]
            best, at, left, right = 0, 0, i, i
            while right < count and groups[order[right]] == group:
                while time[held[order[right]]] - time[held[order[left]]] > window[group]:
                    left += 1
                if right - left + 1 > best:
                    best, at = right - left + 1, left
                right += 1
            i = right
            if best < least:
                continue
            if rows == len(out):
                wider = np.empty((2 * rows, 5), np.int64)
                wider[:rows] = out
                out = wider
            out[rows, 0], out[rows, 1], out[rows, 4] = o, group, best
            out[rows, 2], out[rows, 3] = time[held[order[at]]], time[held[order[at + best - 1]]]
            rows += 1
    return out[:rows]


@dataclass(frozen=True, slots=True)
class Moments:
    """When and where groups acted: one row a group and object."""

    object: Ints
    group: Ints
    begin: Ints
    end: Ints
    members: Ints


def moments(acts: Acts, of: NDArray[np.int32], window: Ints, *, least: int = 3) -> Moments:
    """The densest moment of each group on each object, where at least `least` members acted within the group's window."""
    rows = _moments(acts.starts, acts.actor, acts.time, of, window, least)
    return Moments(*(np.ascontiguousarray(rows[:, k]) for k in range(5)))


@njit(cache=True, nogil=True)
def _attended(starts, actor, time, objects, begin, end, slack, out_actor, out_row, out_hit):  # type: ignore[no-untyped-def]  # noqa: PLR0913
    count = 0
    for r in range(len(objects)):
        for k in range(starts[objects[r]], starts[objects[r] + 1]):
            if count < len(out_actor):
                out_actor[count] = actor[k]
                out_row[count] = r
                out_hit[count] = begin[r] - slack[r] <= time[k] <= end[r] + slack[r]
            count += 1
    return count


@dataclass(frozen=True, slots=True)
class Attendance:
    """For each group and account that acted on its objects: in how many units at all, and in how many in the moment."""

    group: Ints
    account: Ints
    shared: Ints
    hits: Ints
    targets: Ints  # distinct authors among the hits


def attendance(acts: Acts, author: NDArray[np.int32], found: Moments, *, slack: Ints) -> Attendance:
    """Who acted on the objects of the groups, inside their moments (widened by `slack`) and outside."""
    size = int(np.diff(acts.starts)[found.object].sum()) if len(found.object) else 0
    actor, row, hit = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.bool_)
    _attended(acts.starts, acts.actor, acts.time, found.object, found.begin, found.end, slack, actor, row, hit)
    group, account = found.group[row], actor
    unit, writer = acts.unit[found.object[row]].astype(np.int64), author[found.object[row]].astype(np.int64)
    order = order_by(group, account, unit)
    group, account, unit = group[order], account[order], unit[order]
    hit, writer = hit[order], writer[order]
    new = differs_from_previous(group, account)
    begins, run = np.flatnonzero(new), np.cumsum(new) - 1
    fresh_unit = np.flatnonzero(differs_from_previous(group, account, unit))
    unit_hit = np.maximum.reduceat(hit, fresh_unit) if len(fresh_unit) else hit
    place = run[fresh_unit]
    shared = np.bincount(place, minlength=len(begins))
    hits = np.bincount(place, weights=unit_hit, minlength=len(begins)).astype(np.int64)
    targets = np.bincount(distinct_pairs(run[hit], writer[hit])[0], minlength=len(begins))
    return Attendance(group[begins], account[begins], shared, hits, targets.astype(np.int64))


def merged_by_density(label: Ints, pairs: Ints, *, least: float) -> Ints:
    """Labels with groups put together whose ties to each other are at least `least` as dense as the looser one inside.

    Modularity cuts a dense group of even ties in pieces, since some cut always looks better than none.
    """
    for _ in range(4):
        count = int(label.max(initial=-1)) + 1
        kept = (label[pairs[:, 0]] >= 0) & (label[pairs[:, 1]] >= 0)
        ends = np.sort(label[pairs[kept]], axis=1)
        sizes = np.bincount(label[label >= 0], minlength=count).astype(float)
        ties = csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count)).tocoo()
        room = np.where(
            ties.row == ties.col, sizes[ties.row] * (sizes[ties.row] - 1) / 2, sizes[ties.row] * sizes[ties.col]
        )
        density = ties.data / np.maximum(room, 1)
        inside = np.zeros(count)
        inside[ties.row[ties.row == ties.col]] = density[ties.row == ties.col]
        near = (
            (ties.row != ties.col) & (density >= least * np.minimum(inside[ties.row], inside[ties.col])) & (density > 0)
        )
        if not near.any():
            return label
        same = csr_array((np.ones(near.sum()), (ties.row[near], ties.col[near])), shape=(count, count))
        joined = connected_components(same, directed=False)[1].astype(np.int64)
        label = np.where(label >= 0, joined[label], -1)
    return label


def merged(parts: Groups, attended: Attendance, evident: Evident, *, least: float) -> Groups:
    """The partition with groups put together whose members attend each other's moments nearly as their own.

    Communities of a sparse evidence graph may cut one group in two; its moments do not lie about that.
    """
    count = len(parts)
    if count < 2:
        return parts
    own = parts.of[attended.account]
    inside = own >= 0
    hits = np.zeros((count, count))
    np.add.at(hits, (own[inside], attended.group[inside]), attended.hits[inside])
    hits /= np.maximum(np.bincount(parts.of[parts.of >= 0], minlength=count), 1)[:, None]
    visits = hits / np.maximum(np.diag(hits), 1e-9)[None, :]
    same = np.minimum(visits, visits.T) >= least
    number, label = connected_components(csr_array(same), directed=False)
    if number == count:
        return parts
    nodes = np.flatnonzero(parts.of >= 0)
    place = np.full(evident.accounts, -1, np.int64)
    place[nodes] = np.arange(len(nodes))
    kept = (place[evident.first] >= 0) & (place[evident.second] >= 0)
    pairs = np.stack([place[evident.first[kept]], place[evident.second[kept]]], axis=1)
    held = Evident(evident.first[kept], evident.second[kept], evident.weight[kept], evident.accounts)
    return _ranked(label[parts.of[nodes]].astype(np.int64), nodes, pairs, held)
