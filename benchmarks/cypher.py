"""Figures of docs/cypher.md: the query book and the Cypher projection on a large graph.

`python benchmarks/cypher.py [ACCOUNTS] [FOLLOWS] [ACTS]`, by default 1 M accounts, 8 M follows and 2 M acts: 10 M ties.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from graphkit.dataset import Dataset
from graphkit.evidence import Finding, Member, Run
from graphkit.stores import queries
from graphkit.stores.cypher import Engine, project
from graphkit.stores.queries.graph import GraphFile, write
from graphkit.stores.queries.walking import path

BEGIN = 1_700_000_000_000
SPAN = 200 * 86_400_000
PROJECTED = (200_000, 800_000, 100_000)  # accounts, follows and acts of the graph that is projected whole


class Held:
    """A store of one dataset in memory: what the graph tables are made from."""

    def __init__(self, data: Dataset, run: Run) -> None:
        self.data, self.run = data, run

    def tables(self) -> Dataset:
        return self.data

    def runs(self) -> list[Run]:
        return [self.run]


def made(accounts: int, follows: int, acts: int) -> Held:
    """A random graph with hubs: who follows is even, who is followed is steep; posts are few for many acts."""
    rng = np.random.default_rng(0)
    ids = np.char.add("10", np.char.zfill(np.arange(accounts).astype(str), 8)).astype(object)
    pairs = np.unique(
        rng.integers(0, accounts, follows) * accounts + (accounts * rng.random(follows) ** 3).astype(np.int64)
    )
    source, target = pairs // accounts, pairs % accounts
    posts = max(1, acts // 20)
    author = (accounts * rng.random(posts) ** 2).astype(np.int64)
    posted = BEGIN + rng.integers(0, SPAN, posts)
    on = (posts * rng.random(acts) ** 2).astype(np.int64)
    names = np.char.add("p", np.arange(posts).astype(str)).astype(object)
    tables = {
        "accounts": pa.table({"id": ids, "created_at": BEGIN - rng.integers(0, SPAN, accounts), "handle": ids}),
        "follows": pa.table(
            {"follower": ids[source], "followed": ids[target], "at": BEGIN + rng.integers(0, SPAN, len(pairs))}
        ),
        "posts": pa.table(
            {
                "id": names,
                "author": ids[author],
                "at": posted,
                "text": np.char.add(
                    "words of a post number ", (np.arange(posts) % (posts // 3 + 1)).astype(str)
                ).astype(object),
                "tags": [[f"t{number % 500}", f"t{number % 77}"] for number in range(posts)],
                "urls": [[f"https://example.org/{number % 900}"] for number in range(posts)],
            }
        ),
        "interactions": pa.table(
            {
                "actor": ids[rng.integers(0, accounts, acts)],
                "kind": np.array(["like", "repost", "reply"], dtype=object)[rng.integers(0, 3, acts)],
                "post": names[on],
                "at": posted[on] + rng.integers(0, 86_400_000, acts),
            }
        ),
    }
    members = tuple(Member(str(ids[number])) for number in range(0, 2_000, 10))
    return Held(Dataset.of(tables), Run("0", "bench", 0, BEGIN, {}, (Finding("follow_ring", members, ()),)))


def values(held: Held, graph: GraphFile) -> dict[str, dict[str, object]]:
    """Parameters for a hub (the most followed account) and for an ordinary one."""
    with graph.session() as connection:
        [(hub,)] = connection.execute(
            "SELECT id FROM account WHERE nid = (SELECT target FROM tie_in GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1)"
        ).fetchall()
        [(plain,)] = connection.execute(
            "SELECT id FROM account ORDER BY nid LIMIT 1 OFFSET (SELECT count(*) // 2 FROM account)"
        ).fetchall()
        [(post,)] = connection.execute(
            "SELECT p.id FROM act_on JOIN post p ON p.pid = post GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
        ).fetchall()
    shared: dict[str, object] = {
        "handle": "1000",
        "post": post,
        "tag": "t1",
        "url": "https://example.org/1",
        "finding": held.run.findings[0].id,
        "since": BEGIN,
        "until": BEGIN + SPAN // 2,
        "as_of": BEGIN + SPAN // 2,
    }
    return {"hub": shared | {"account": hub, "other": plain}, "ordinary": shared | {"account": plain, "other": hub}}


def timed(work: Any) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def book(held: Held, graph: GraphFile) -> None:
    """Every named question, for a hub and for an ordinary account: seconds, the file opened anew each time."""
    print("| query | ordinary, s | hub, s | rows |\n|---|---|---|---|")
    given = values(held, graph)
    for query in queries.every().values():
        taken, rows = {}, 0
        for who, every in given.items():
            one = {parameter.name: every[parameter.name] for parameter in query.parameters if parameter.name in every}
            seconds, answer = timed(lambda: queries.ask_file(graph, query, one, limits=queries.Limits(seconds=120)))  # noqa: B023
            taken[who], rows = seconds, answer.table.num_rows
        print(f"| {query.name} | {taken['ordinary']:.2f} | {taken['hub']:.2f} | {rows} |", flush=True)
    hub, plain = str(given["hub"]["account"]), str(given["ordinary"]["account"])
    seconds, way = timed(lambda: path(graph, plain, hub))
    print(f"| shortest way, {len(way or []) - 1} steps | {seconds:.2f} | | |")


def projection(folder: Path) -> None:
    """Building, opening and asking a Cypher projection of a whole graph."""
    held = made(*PROJECTED)
    write(held, folder / "small.duckdb")  # type: ignore[arg-type]
    graph = GraphFile(folder / "small.duckdb", "small")
    given = values(held, graph)
    with graph.session() as connection:
        [(ties,)] = connection.execute(
            "SELECT (SELECT count(*) FROM tie) + (SELECT count(*) FROM act) + (SELECT count(*) FROM engaged) + "
            "(SELECT count(*) FROM posted) + (SELECT count(*) FROM tagged) + (SELECT count(*) FROM linked)"
        ).fetchall()
    seconds, place = timed(lambda: project(graph))
    print(f"projection of {PROJECTED[0]:,} accounts and {ties:,} ties: {seconds:.1f} s, {ties / seconds:,.0f} ties/s")
    with Engine(place) as engine:
        seconds, _ = timed(lambda: engine.ask("RETURN 1 AS one"))
        print(f"process started, opened, first answer: {seconds:.2f} s")
        for who in given:
            text = "MATCH (a:Account {id: $a})<-[:FOLLOWS]-(b:Account) RETURN count(b) AS n"
            for turn in ("first", "second"):
                seconds, answer = timed(lambda: engine.ask(text, {"a": given[who]["account"]}))  # noqa: B023
                print(f"followers of {who}, {turn} time: {seconds:.3f} s, {answer.table.to_pylist()}")


def main() -> None:
    sizes = [int(word.replace("_", "")) for word in sys.argv[1:]] or [1_000_000, 8_000_000, 2_000_000]
    with tempfile.TemporaryDirectory() as folder:
        held = made(*sizes)
        seconds, _ = timed(lambda: write(held, Path(folder) / "large.duckdb"))  # type: ignore[arg-type]
        size = (Path(folder) / "large.duckdb").stat().st_size
        print(
            f"graph tables of {sum(sizes[1:]):,} ties: {seconds:.1f} s, {sum(sizes[1:]) / seconds:,.0f} ties/s, {size:,} bytes"
        )
        graph = GraphFile(Path(folder) / "large.duckdb", "large")
        book(held, graph)
        around = str(values(held, graph)["ordinary"]["account"])
        seconds, place = timed(lambda: project(graph, around=around))
        print(f"neighbourhood of an ordinary account projected: {seconds:.2f} s")
        with Engine(place) as engine:
            seconds, answer = timed(lambda: engine.ask("MATCH (a:Account)-[r]->(b) RETURN count(r) AS n"))
        print(f"opened and asked: {seconds:.2f} s, {answer.table.to_pylist()}")
        projection(Path(folder))


if __name__ == "__main__":
    main()
