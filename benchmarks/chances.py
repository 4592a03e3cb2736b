"""Do published chances hold? How often p of 0.01, 0.001 and 0.0001 come where nothing is planted, against how often they say.

python -m benchmarks.chances [--seeds 50 51 52]

Each row draws data from the null of one measure and reads what is usual from that data, as any run does: who met at one
moment (delays exchanged), strangers who came to one post at one moment (choices and delays exchanged), exchange between two
accounts (whom one turns to exchanged), the silence of a group (circles that differ in how talkative they are), and the
groups that the search for rings looks at in worlds without rings (chosen for their silence, so this one may be exceeded).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, triu

from graphkit.detectors.follow_rings import FollowRings
from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import worlds
from graphkit.measures.co_timing import closeness, reactions, shuffled_delays, timed_pairs
from graphkit.measures.exchange import chance_both_ways, occasions
from graphkit.measures.hollow import HollowTies, hollow_ties_of
from graphkit.measures.pairs import close_pairs
from graphkit.measures.strangers.together import exchanged, strange_pairs, stray_reactions
from graphkit.measures.trading.candidates import candidates
from graphkit.measures.trading.rings import tests, usual_of

Floats = NDArray[np.float64]
Drawn = tuple[Floats, int]  # the p that were given, and how many were asked
LEVELS = (1e-2, 1e-3, 1e-4)
WINDOWS = (60_000, 600_000)
OCCASIONS = 2  # as the search for pods asks
SHARED = 3  # posts two accounts have in common, before their moments are looked at


def moments(seed: int) -> Drawn:
    """Pairs that share posts, delays exchanged."""
    found = shuffled_delays(reactions(_graph("quiet", seed)), seed)
    every = close_pairs(found.acts, closeness(found, WINDOWS[1], seed=0), window=10**15, needed=SHARED)
    pairs = timed_pairs(found, WINDOWS, needed=1, seed=0)
    return pairs.p[pairs.shared >= SHARED], int((every.shared >= SHARED).sum())


def strangers(seed: int) -> Drawn:
    """All pairs of accounts, choices and delays exchanged."""
    graph = _graph("quiet", seed)
    pairs = strange_pairs(exchanged(stray_reactions(graph), seed), WINDOWS, accounts=graph.n, seed=0)
    return pairs.p, graph.n * (graph.n - 1) // 2


def exchanges(seed: int) -> Drawn:
    """All pairs of accounts that ever turned to each other, whom one turns to exchanged; the less surprising direction counts."""
    links = occasions(_graph("quiet", seed))
    actor = np.repeat(np.repeat(np.arange(links.shape[0]), np.diff(links.indptr)), links.data)
    whom = np.random.default_rng(seed).permutation(np.repeat(links.indices, links.data))
    mixed = csr_array((np.ones(len(actor), np.int32), (actor, whom)), shape=links.shape)
    mixed.sum_duplicates()
    both, asked = triu(mixed.minimum(mixed.T.tocsr()), k=1).tocoo(), triu(mixed + mixed.T, k=1).nnz
    often = both.data >= OCCASIONS
    return np.maximum(*chance_both_ways(mixed, both.row[often], both.col[often], taste=10.0)), asked


def silences(seed: int, *, circles: int = 4_000, size: int = 12) -> Drawn:
    """Circles in which all follow each other and speak as much as is due, one circle more than another by a quarter."""
    rng = np.random.default_rng(seed)
    left, right = np.triu_indices(size, 1)
    base = np.repeat(np.arange(circles) * size, len(left))
    talk = np.repeat(rng.gamma(16.0, 1 / 16.0, circles), len(left))
    due = rng.lognormal(-0.5, 1.0, len(base))
    spoken = rng.random(len(base)) < np.minimum(talk * (1 - np.exp(-due)), 1.0)
    quiet, unknown = np.exp(-due), np.full(len(base), np.nan)
    first, second = base + np.tile(left, circles), base + np.tile(right, circles)
    ties = HollowTies(circles * size, first, second, spoken, np.zeros(len(base)), due, quiet, unknown)
    nobody = np.full(circles * size, -1, np.int64)
    usual = usual_of(ties, (nobody,), circles * size)
    return tests(ties, np.repeat(np.arange(circles), size), usual).p, circles


def searched(seed: int) -> Drawn:
    """The groups that the search for rings puts to the test in a world that has none."""
    graph, asked = _graph("pods", seed), FollowRings()
    ties = hollow_ties_of(graph)
    cores = (asked.lonely_core, asked.quick_core, asked.core)
    places = candidates(graph, ties, cores=cores, smallest=asked.smallest, seed=0)
    usual = usual_of(ties, places.labels, graph.n)
    p = np.concatenate([tests(ties, label, usual).p for label in places.labels])
    return p, len(p)


ROWS: dict[str, Callable[[int], Drawn]] = {
    "two accounts at one moment": moments,
    "two strangers, one post and moment": strangers,
    "two accounts that turn to each other": exchanges,
    "silence of a group": silences,
    "silence of groups looked at for rings": searched,
}


def observed(draw: Callable[[int], Drawn], seeds: list[int]) -> tuple[int, Floats]:
    """How many chances were asked, and observed / nominal at each level."""
    asked, small = 0, np.zeros(len(LEVELS))
    for seed in seeds:
        p, count = draw(seed)
        asked += count
        small += [(p <= level).sum() for level in LEVELS]
    return asked, small / np.maximum(asked * np.array(LEVELS), 1e-12)


def _graph(name: str, seed: int) -> InfluenceGraph:
    return InfluenceGraph.build(worlds.make(name, accounts=5_000, seed=seed).dataset)


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--seeds", type=int, nargs="+", default=[50, 51, 52])
    seeds = given.parse_args().seeds
    print("| p of | asked | observed / nominal at 0.01 | at 0.001 | at 0.0001 |\n|---|---|---|---|---|")
    for name, draw in ROWS.items():
        asked, ratio = observed(draw, seeds)
        print(f"| {name} | {asked:,} | " + " | ".join(f"{one:.2f}" for one in ratio) + " |", flush=True)


if __name__ == "__main__":
    main()
