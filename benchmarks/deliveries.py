"""Bought followers against the truth: how many intervals of blocks hold the number delivered, and who is named as a customer.

python -m benchmarks.deliveries [--worlds default bots bought order stealth] [--seeds 60 61 62 63 64] [--accounts 10000]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from graphkit.detectors.bought_followers import BoughtFollowers
from graphkit.graphs.graph import InfluenceGraph
from graphkit.lab import worlds
from graphkit.lab.bench import rate_interval
from graphkit.lab.worlds import World
from graphkit.measures.sales.blocks import blocks_of
from graphkit.measures.sales.lists import lists_of


@dataclass(frozen=True, slots=True)
class Deliveries:
    """One world: its blocks and its customers."""

    covered: int
    blocks: int
    error: float  # of the estimates together, as a part of what was delivered
    width: float  # mean width of the intervals, as a part of a block
    named: int
    right: int
    customers: int


def judged(world: World) -> Deliveries:
    """The blocks of a world beside what was delivered in them."""
    graph = InfluenceGraph.build(world.dataset)
    ties = world.truth.ties.filter(pc.equal(world.truth.ties["why"], "bought"))
    bought = set(zip(ties["follower"].to_pylist(), ties["followed"].to_pylist(), strict=True))
    blocks, source, names = blocks_of(graph), lists_of(graph).source, graph.account_ids
    true = np.array(
        [
            sum((names[source[row]], names[blocks.customer[b]]) in bought for row in range(first, last + 1))
            for b, (first, last) in enumerate(zip(blocks.first, blocks.last, strict=True))
        ]
    )
    held = (np.floor(blocks.low) <= true) & (true <= np.ceil(blocks.high))  # as a finding writes them
    named = {finding.beneficiaries[0] for finding in BoughtFollowers().detect(graph, seed=0)}
    customers = {followed for _, followed in bought}
    off = float(np.abs(blocks.sold - true).sum()) / max(float(true.sum()), 1.0)
    width = float(((blocks.high - blocks.low) / blocks.size).mean()) if len(blocks) else 0.0
    return Deliveries(int(held.sum()), len(blocks), off, width, len(named), len(named & customers), len(customers))


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--worlds", nargs="+", default=["default", "bots", "bought", "order", "stealth"])
    given.add_argument("--seeds", type=int, nargs="+", default=[60, 61, 62, 63, 64])
    given.add_argument("--accounts", type=int, default=10_000)
    asked = given.parse_args()
    print("| world | covered | 95 % | off by | width | named, right, of customers |\n|---|---|---|---|---|---|")
    for name in asked.worlds:
        rows = [judged(worlds.make(name, accounts=asked.accounts, seed=seed)) for seed in asked.seeds]
        covered, blocks, named, right, customers = (
            sum(getattr(row, part) for row in rows) for part in ("covered", "blocks", "named", "right", "customers")
        )
        low, high = rate_interval(covered, blocks)
        off, width = (float(np.mean([getattr(row, part) for row in rows])) for part in ("error", "width"))
        print(
            f"| {name} | {covered} of {blocks} | {low:.0%} to {high:.0%} | {off:.0%} | {width:.0%} | {named}, {right}, of {customers} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
