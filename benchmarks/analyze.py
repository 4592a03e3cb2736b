"""How long `graphkit analyze` takes whole, how much memory it holds, and what the same steps cost elsewhere.

`python benchmarks/analyze.py` makes a world of a million follows and a million interactions and analyses it in a process
of its own; `--rows 10000000` another size, `--input FOLDER` data of your own, `--grow 100000 1000000 --picture FILE`
several sizes and how seconds and memory grow with them, `--others` adds pandas with networkx and
igraph on the steps that they have: build, mutual follows, pairs within 60 s, communities (four rounds of Leiden).
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

TABLES = ("accounts", "follows", "interactions", "posts", "coverage")


def made(rows: int, folder: Path) -> list[str]:
    """The files of a world with about this many follows and as many interactions, five follows an account and more."""
    from graphkit.lab import worlds

    accounts = max(rows // 10, min(rows // 5, 200_000))
    worlds.large(accounts=accounts, follows=rows, interactions=rows).save(folder)
    return [str(folder / f"{name}.parquet") for name in TABLES if (folder / f"{name}.parquet").exists()]


def analyzed(inputs: list[str], out: Path) -> tuple[int, float, int]:
    """Runs the command and prints seconds, memory of the process with its children, and the time of each step.

    Gives rows read, seconds, and bytes at the highest moment.
    """
    command = [sys.executable, "-m", "graphkit.cli", "analyze", *inputs, "--out", str(out)]
    began = time.perf_counter()
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    highest = 0
    while running.poll() is None:
        highest = max(highest, _resident(running.pid))
        time.sleep(0.05)
    took = time.perf_counter() - began
    if running.returncode:
        raise SystemExit(f"analyze ended with {running.returncode}")
    told = json.loads((out / "run.json").read_text())
    print({name: told["data"][name] for name in ("accounts", "follows", "interactions", "posts")})
    print(f"analyze: {took:.1f} s, {highest / 2**20:,.0f} MB at most")
    for step in told["steps"]:
        print(f"  {step['step']:30}{step['seconds']:8.2f} s {step['peak_bytes'] / 2**20:8,.0f} MB", flush=True)
    return told["import"]["read"], took, highest


def growth(sizes: list[int], scratch: Path) -> list[tuple[int, float, int]]:
    """Rows, seconds and bytes of a run of each size."""
    found = []
    for size in sorted(sizes):
        world, out = scratch / f"world{size}", scratch / f"out{size}"
        found.append(analyzed(made(size, world), out))
        shutil.rmtree(world)
        shutil.rmtree(out)
    return found


def growth_picture(found: list[tuple[int, float, int]], file: Path) -> None:
    """Seconds and memory against rows, both axes in decades, beside a line that grows as the rows do."""
    from matplotlib.figure import Figure

    rows, seconds, memory = (np.array(column, float) for column in zip(*found, strict=True))
    figure = Figure(figsize=(7.0, 3.4), layout="constrained")
    for axes, values, what in zip(
        figure.subplots(1, 2), (seconds, memory / 1e9), ("seconds", "GB at most"), strict=True
    ):
        axes.loglog(rows, values, marker="o", color="#0b6e99", label="measured")
        axes.loglog(rows, values[-1] * rows / rows[-1], ls="--", color="#888888", label="as the rows")
        axes.set(xlabel="rows read", ylabel=what)
        axes.grid(alpha=0.3, which="both")
        axes.legend(frameon=False)
    figure.savefig(file, dpi=130, metadata={"Software": ""})


def others(folder: Path) -> None:
    """The same steps with pandas, networkx and igraph, and with graphkit in this process."""
    import igraph
    import networkx as nx
    import pandas as pd
    import pyarrow.parquet as pq

    from graphkit.communities.belonging import communities
    from graphkit.graphs.graph import InfluenceGraph
    from graphkit.measures.co_timing import reactions, timed_pairs

    follows = pd.read_parquet(folder / "follows.parquet")[["follower", "followed"]]
    acts = pd.read_parquet(folder / "interactions.parquet")[["actor", "post", "at"]].dropna()
    tables = {name: pq.read_table(folder / f"{name}.parquet") for name in TABLES}
    graph = _timed("graphkit build", lambda: InfluenceGraph.build(tables))
    _timed("graphkit mutual follows", lambda: graph.mutual)
    _timed("graphkit pairs within 60 s", lambda: timed_pairs(reactions(graph), (60_000,)))
    _timed("graphkit communities", lambda: communities(graph))
    made_nx = _timed(
        "networkx build", lambda: nx.from_pandas_edgelist(follows, "follower", "followed", create_using=nx.DiGraph)
    )
    _timed("networkx mutual follows", lambda: made_nx.to_undirected(reciprocal=True))
    made_ig = _timed("igraph build", lambda: igraph.Graph.TupleList(follows.itertuples(index=False), directed=True))
    plain = made_ig.as_undirected(mode="collapse")
    _timed("igraph mutual follows", lambda: made_ig.as_undirected(mode="mutual"))
    _timed("igraph communities", lambda: plain.community_leiden("modularity", n_iterations=4))
    back = follows.rename(columns={"follower": "followed", "followed": "follower"})
    _timed("pandas mutual follows", lambda: follows.merge(back))
    _timed("pandas pairs within 60 s", lambda: _pairs(acts))


def _pairs(acts: Any) -> Any:
    """The self-join on posts, posts in portions, for the whole join does not fit into memory."""
    import pandas as pd

    found = []
    for _, part in acts.groupby(pd.factorize(acts["post"])[0] % 50):
        both = part.merge(part, on="post")
        found.append(both[(both["actor_x"] < both["actor_y"]) & ((both["at_x"] - both["at_y"]).abs() <= 60_000)])
    count = pd.concat(found).groupby(["actor_x", "actor_y"]).size()
    return count[count >= 3]


def _timed(what: str, call: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    result = call()
    print(f"  {what:30}{time.perf_counter() - began:8.2f} s", flush=True)
    return result


def _resident(process: int) -> int:
    try:
        tree = psutil.Process(process)
        return sum(part.memory_info().rss for part in (tree, *tree.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--input", nargs="*", default=[])
    parser.add_argument("--others", action="store_true")
    parser.add_argument("--grow", nargs="*", type=int, default=[])
    parser.add_argument("--picture", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if given.grow:
            measured = growth(given.grow, Path(scratch))
            if given.picture:
                growth_picture(measured, given.picture)
            raise SystemExit
        world = Path(scratch) / "world"
        inputs = given.input or made(given.rows, world)
        analyzed(inputs, Path(scratch) / "out")
        if given.others and not given.input:
            others(world)
