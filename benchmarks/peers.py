"""The same questions put to graphkit and to what users would pick instead: same data, same machine, one after the other.

python -m benchmarks.peers [--actions 1000000] [--toolkit PYTHON] [--seconds 600]

Asked: who reposted, linked, replied or wrote nearly the same within 60 seconds at least twice; and the graph steps on a
follow network. `--toolkit` names an interpreter that has `coordination-network-toolkit`; where it is not installed those
rows are skipped, and said so. Every row runs in a process of its own: seconds without reading the file, highest memory.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

WINDOW = 60
MEMORY = 8_000_000_000
TASKS = ("co-repost", "co-reply", "co-link", "near text")
GRAPH = ("components", "core numbers", "pagerank", "mutual ties")


def make(folder: Path, actions: int, seed: int = 0) -> None:
    """A made-up month: heavy-tailed people and posts, delays as people have them, copied texts, links; as arrays and csv."""
    import pandas as pd

    rng = np.random.default_rng(seed)
    people, posts = max(actions // 20, 100), max(actions // 8, 50)
    active = rng.lognormal(0, 1.0, people)
    popular = rng.pareto(1.3, posts) + 1
    born = rng.integers(0, 30 * 86_400, posts)
    reposts, replies, own = int(0.7 * actions), int(0.15 * actions), actions - int(0.85 * actions)
    actor = rng.choice(people, actions, p=active / active.sum())
    on = rng.choice(posts, reposts + replies, p=popular / popular.sum())
    at = np.r_[born[on] + rng.lognormal(np.log(1_800), 1.2, len(on)).astype(int), rng.integers(0, 30 * 86_400, own)]
    words = np.array([f"word{n}" for n in range(4_000)])
    wrote = replies + own
    said = words[np.minimum(rng.zipf(1.3, (wrote, 9)) - 1, 3_999)]
    texts = np.array([" ".join(row) for row in said])
    copied = rng.random(own) < 0.05
    texts[replies:][copied] = np.char.add(
        "please sign and share this petition for our park number ", rng.integers(0, 400, copied.sum()).astype(str)
    )
    links = np.where(
        rng.random(own) < 0.4,
        np.char.add("https://site.example/", (rng.pareto(1.0, own) * 20).astype(int).astype(str)),
        "",
    )
    hour = rng.integers(0, 30 * 86_400, 400)[rng.integers(0, 400, int(copied.sum()))]  # copies come in waves
    at[reposts + replies :][copied] = hour + rng.integers(0, 120, int(copied.sum()))
    links[copied] = "https://site.example/petition"
    nothing = np.full(actions, "", object)
    repost, reply, message, url = nothing.copy(), nothing.copy(), nothing.copy(), nothing.copy()
    repost[:reposts], reply[reposts : reposts + replies] = on[:reposts].astype(str), on[reposts:].astype(str)
    message[reposts:], url[reposts + replies :] = texts, links
    frame = pd.DataFrame({"message_id": np.arange(actions) + posts, "user_id": actor, "username": actor, "repost_id": repost,
                          "reply_id": reply, "message": message, "timestamp": at, "urls": url})  # fmt: skip
    frame.to_csv(folder / "messages.csv", index=False)
    np.savez(
        folder / "follows.npz",
        source=rng.choice(people, actions, p=active / active.sum()),
        target=rng.integers(0, people, actions),
        people=people,
    )


def read(folder: Path, task: str):  # type: ignore[no-untyped-def]
    """Who (number), what (number) and when (ms) of a task's rows, and the texts where they are asked for."""
    import pandas as pd

    frame = pd.read_csv(folder / "messages.csv", dtype=str, keep_default_na=False)
    column = {"co-repost": "repost_id", "co-reply": "reply_id", "co-link": "urls", "near text": "message"}[task]
    frame = frame[frame[column] != ""]
    return frame.user_id.to_numpy().astype(np.int64), frame[column], frame.timestamp.to_numpy().astype(np.int64) * 1_000


def of_graphkit(task: str, folder: Path) -> tuple[float, int]:
    """Pairs that did the same within the window at least twice, by graphkit's own kernels."""
    import pyarrow as pa

    from graphkit.measures.pairs import Acts, close_pairs, crowd_for
    from graphkit.measures.windows.within import MOST_PAIRS
    from graphkit.measures.wording.folding import folded
    from graphkit.measures.wording.sketches import leaders

    who, what, at = read(folder, task)
    warm_up(close_pairs, crowd_for, Acts, leaders)
    began = time.perf_counter()
    if task == "near text":
        coded = folded(pa.array(what.tolist())).dictionary_encode()
        thing = leaders(coded.dictionary)[coded.indices.to_numpy()]
    else:
        thing = pa.array(what.tolist()).dictionary_encode().indices.to_numpy().astype(np.int64)
    order = np.lexsort((at, thing))
    who, thing, at = who[order], thing[order], at[order]
    first = np.flatnonzero(np.r_[True, np.diff(thing) != 0])
    starts = np.r_[first, len(thing)].astype(np.int64)
    acts = Acts(starts, who.astype(np.int32), at, np.arange(len(first), dtype=np.int32))
    crowd = crowd_for(acts, window=1_000 * WINDOW, most=MOST_PAIRS)
    pairs = close_pairs(acts, np.zeros(len(first)), window=1_000 * WINDOW, needed=2, crowd=crowd)
    return time.perf_counter() - began, len(pairs.first)


def warm_up(close_pairs, crowd_for, acts, leaders) -> None:  # type: ignore[no-untyped-def]
    """Compiles what is compiled at its first call; installed copies keep it on disk."""
    import pyarrow as pa

    few = acts(np.array([0, 2]), np.array([0, 1], np.int32), np.array([0, 1]), np.array([0], np.int32))
    close_pairs(few, np.zeros(1), window=1, needed=2)
    crowd_for(few, window=1, most=1)
    leaders(pa.array(["one two three four", "two three four five"]))


def of_pandas(task: str, folder: Path) -> tuple[float, int]:
    """The self-join that people write: same thing, other account, within the window; texts by equality alone."""
    import pandas as pd

    who, what, at = read(folder, task)
    began = time.perf_counter()
    frame = pd.DataFrame({"who": who, "what": what.to_numpy(), "at": at})
    both = frame.merge(frame, on="what")
    both = both[(both.who_x < both.who_y) & ((both.at_x - both.at_y).abs() <= 1_000 * WINDOW)]
    often = both.drop_duplicates(["who_x", "who_y", "what"]).groupby(["who_x", "who_y"]).size()
    return time.perf_counter() - began, int((often >= 2).sum())


def of_toolkit(task: str, folder: Path) -> tuple[float, int]:
    """coordination-network-toolkit with its own way of reading, which is not counted."""
    import sqlite3

    from coordination_network_toolkit import compute_networks, preprocess

    base = str(folder / f"toolkit-{task.replace(' ', '-')}.db")
    with contextlib.redirect_stdout(sys.stderr):
        preprocess.preprocess_csv_files(base, [str(folder / "messages.csv")])
        compute: Callable[..., object] = {
            "co-repost": compute_networks.compute_co_retweet_parallel,
            "co-reply": compute_networks.compute_co_reply_network,
            "co-link": compute_networks.compute_co_link_network,
            "near text": compute_networks.compute_co_similar_tweet,
        }[task]
        began = time.perf_counter()
        compute(base, WINDOW, n_threads=2, min_edge_weight=2)
        took = time.perf_counter() - began
    name = {
        "co-repost": "co_retweet_network",
        "co-reply": "co_reply_network",
        "co-link": "co_link_network",
        "near text": "co_similar_tweet_network",
    }[task]
    [[found]] = sqlite3.connect(base).execute(f"select count(*) from {name} where user_1 < user_2")
    return took, int(found)


def of_graph(tool: str, task: str, folder: Path) -> tuple[float, int]:
    """A graph step from a list of ties: building the graph counts, since without it there is no step."""
    made = np.load(folder / "follows.npz")
    source, target, people = made["source"], made["target"], int(made["people"])
    steps: Callable[..., int] = {"graphkit": _graphkit_step, "igraph": _igraph_step, "networkx": _networkx_step}[tool]
    if tool == "graphkit":
        steps(task, np.array([0, 1]), np.array([1, 0]), 2)  # compiles
    began = time.perf_counter()
    found = steps(task, source, target, people)
    return time.perf_counter() - began, found


def _graphkit_step(task: str, source, target, people: int) -> int:  # type: ignore[no-untyped-def]
    from scipy.sparse import csr_array

    from graphkit.graphs import kernels, kernels_links

    apart = source != target
    links = csr_array((np.ones(int(apart.sum()), np.int8), (source[apart], target[apart])), shape=(people, people))
    links.sum_duplicates()
    links.sort_indices()
    if task == "components":
        return int(kernels_links.components(links).max()) + 1
    if task == "core numbers":
        return int(kernels.core_numbers((links + links.T).tocsr()).max())
    if task == "pagerank":
        return int(kernels_links.pagerank(links).argmax())
    return int(kernels_links.mutual(links).nnz // 2)


def _igraph_step(task: str, source, target, people: int) -> int:  # type: ignore[no-untyped-def]
    import igraph

    graph = igraph.Graph(n=people, edges=np.stack([source, target], axis=1), directed=True).simplify()
    if task == "components":
        return len(graph.connected_components("weak"))
    if task == "core numbers":
        return int(max(graph.as_undirected().coreness()))
    if task == "pagerank":
        return int(np.argmax(graph.pagerank()))
    return sum(graph.is_mutual()) // 2


def _networkx_step(task: str, source, target, people: int) -> int:  # type: ignore[no-untyped-def]
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_nodes_from(range(people))
    graph.add_edges_from((s, t) for s, t in zip(source.tolist(), target.tolist(), strict=True) if s != t)
    if task == "components":
        return nx.number_weakly_connected_components(graph)
    if task == "core numbers":
        return int(max(nx.core_number(graph.to_undirected()).values()))
    if task == "pagerank":
        rank = nx.pagerank(graph)
        return int(max(rank, key=rank.__getitem__))
    return graph.to_undirected(reciprocal=True).number_of_edges()


def one(tool: str, task: str, folder: Path) -> None:
    """Runs one row in this process, which may take 8 GB, and prints it as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    pairs = {"graphkit": of_graphkit, "pandas": of_pandas, "toolkit": of_toolkit}
    took, found = of_graph(tool, task, folder) if task in GRAPH else pairs[tool](task, folder)
    print(json.dumps({"seconds": took, "found": found, "peak": _peak_bytes()}))


def _peak_bytes() -> int:
    """Highest memory of this program; `getrusage` would count that of the program which started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def row(tool: str, task: str, folder: Path, *, python: str, seconds: float) -> str:
    """One row of the table, from a process of its own."""
    command = [python, str(Path(__file__).resolve()), "--one", tool, task, str(folder)]
    environment = os.environ | ({} if tool == "toolkit" else {"PYTHONPATH": str(Path(__file__).parents[1])})
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False, env=environment)
    except subprocess.TimeoutExpired:
        return f"| {task} | {tool} | not done within {seconds:.0f} s | | |"
    if done.returncode:
        why = done.stderr.strip().splitlines()[-1:] or [f"ended by signal {-done.returncode}"]
        return f"| {task} | {tool} | skipped: {why[0][:90]} | | |"
    said = json.loads(done.stdout.strip().splitlines()[-1])
    return f"| {task} | {tool} | {said['seconds']:.2f} | {said['peak'] / 1e9:.2f} | {said['found']:,} |"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--actions", type=int, default=1_000_000)
    asked.add_argument("--toolkit", default=sys.executable)
    asked.add_argument("--seconds", type=float, default=600.0)
    asked.add_argument("--one", nargs=3)
    given = asked.parse_args()
    if given.one:
        one(given.one[0], given.one[1], Path(given.one[2]))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make(folder, given.actions)
        print(f"{given.actions:,} actions\n| question | tool | seconds | GB | found |\n|---|---|---|---|---|")
        for task in (*TASKS, *GRAPH):
            for tool in ("graphkit", "igraph", "networkx") if task in GRAPH else ("graphkit", "pandas", "toolkit"):
                python = given.toolkit if tool == "toolkit" else sys.executable
                print(row(tool, task, folder, python=python, seconds=given.seconds), flush=True)


if __name__ == "__main__":
    main()
