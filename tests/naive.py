"""Readable twins of the kernels: same name, same parameters, same answer, for graphs as small as a test needs."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array


def neighbours(links):
    """Row by row the columns of the links, as sets."""
    return [set(links.indices[links.indptr[i] : links.indptr[i + 1]].tolist()) for i in range(links.shape[0])]


def core_numbers(links):
    to = neighbours(links)
    left, core, k = set(range(len(to))), np.zeros(len(to), dtype=np.int64), 0
    while left:
        loose = {i for i in left if len(to[i] & left) <= k}
        core[list(loose)] = k
        left -= loose
        k += not loose
    return core


def densest(links):
    dense = links.toarray().astype(float)
    if not dense.any():
        return np.empty(0, dtype=np.int64), 0.0
    left = list(range(len(dense)))
    best, density = left, dense.sum() / 2 / len(left)
    while len(left) > 1:
        inside = dense[np.ix_(left, left)]
        left = [i for i in left if i != left[int(inside.sum(axis=1).argmin())]]
        now = dense[np.ix_(left, left)].sum() / 2 / len(left)
        if now >= density:
            best, density = left, now
    return np.array(best), density


def triangles(links):
    to = neighbours(links)
    return np.array([sum(len(to[i] & to[j]) for j in to[i]) // 2 for i in range(len(to))], dtype=np.int64)


def clustering(links):
    to = neighbours(links)
    pairs = [len(near) * (len(near) - 1) / 2 for near in to]
    return np.array([t / p if p else np.nan for t, p in zip(triangles(links), pairs, strict=True)])


def returned(links):
    source, target = links.tocoo().row.tolist(), links.indices.tolist()
    place = {(i, j): e for e, (i, j) in enumerate(zip(source, target, strict=True))}
    return np.array([place.get((j, i), -1) for i, j in zip(source, target, strict=True)], dtype=np.int64)


def mutual(links):
    there = links.toarray() != 0
    return csr_array((there & there.T).astype(np.int8))


def components(links):
    there = links.toarray() != 0
    there |= there.T
    label, parts = np.full(len(there), -1), 0
    for start in range(len(there)):
        reached = [start] if label[start] < 0 else []
        while reached:
            i = reached.pop()
            label[i] = parts
            reached += [j for j in np.flatnonzero(there[i]).tolist() if label[j] < 0 and j not in reached]
        parts += label[start] == parts
    return label


def in_order(label):
    seen = {}
    return np.array([seen.setdefault(name, len(seen)) for name in np.asarray(label).tolist()], dtype=np.int64)


def pagerank(links, *, damping=0.85, tolerance=1e-9, rounds=200):
    weight = links.toarray().astype(float)
    n = len(weight)
    steps = [[w / row.sum() for w in row] if row.sum() else [1 / n] * n for row in weight]
    rank = [1 / n for _ in range(n)]
    for _ in range(rounds):
        new = [damping * sum(rank[i] * steps[i][j] for i in range(n)) + (1 - damping) / n for j in range(n)]
        change = sum(abs(a - b) for a, b in zip(new, rank, strict=True))
        rank = new
        if change < tolerance:
            break
    return np.array(rank)


def rewired(links, *, seed, rounds=10):
    rng = np.random.default_rng(seed)
    ties = list(zip(links.tocoo().row.tolist(), links.indices.tolist(), strict=True))
    held = set(ties)
    for _ in range(rounds if len(ties) > 1 else 0):
        for one, two in rng.integers(0, len(ties), (len(ties), 2)).tolist():
            (i, j), (k, m) = ties[one], ties[two]
            if len({i, k}) == 2 and len({j, m}) == 2 and i != m and k != j and not {(i, m), (k, j)} & held:
                held = held - {(i, j), (k, m)} | {(i, m), (k, j)}
                ties[one], ties[two] = (i, m), (k, j)
    dense = np.zeros(links.shape, dtype=np.int8)
    for i, j in ties:
        dense[i, j] = 1
    return csr_array(dense)


def order_by(*keys):
    return np.array(sorted(range(len(keys[0])), key=lambda row: [key[row] for key in keys]), dtype=np.int64)


def differs_from_previous(*keys):
    rows = list(zip(*(key.tolist() for key in keys), strict=True))
    return np.array([not k or row != rows[k - 1] for k, row in enumerate(rows)], dtype=np.bool_)


def columns_of(rows, links):
    return np.array([j for i in rows for j in links[[i]].indices], dtype=np.int32)


def in_groups(label, count):
    return [np.array([row for row, own in enumerate(label) if own == group], dtype=np.int64) for group in range(count)]


def distinct_pairs(first, second):
    pairs = sorted(set(zip(first.tolist(), second.tolist(), strict=True)))
    return np.array([pair[0] for pair in pairs], dtype=np.int64), np.array([pair[1] for pair in pairs], dtype=np.int64)


def between(begin, end):
    return np.array([number for first, last in zip(begin, end, strict=True) for number in range(first, last)], np.int64)
