"""Figures of docs/graph_model.md: our model beside the plain one, in which every act is a tie from account to account.

`python -m benchmarks.graph_model [ACCOUNTS] [FOLLOWS] [ACTS]` imports the same data twice into a Neo4j of its own, once in
each model, and puts the same questions to both, for an ordinary account and for the most followed one.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.cypher import Held, made, values
from graphkit.errors import StoreError
from graphkit.stores import server
from graphkit.stores.cypher.server import Server
from graphkit.stores.neo4j.address import Address
from graphkit.stores.neo4j.bolt import Bolt
from graphkit.stores.neo4j.offline import admin, files
from graphkit.stores.queries import Limits
from graphkit.stores.queries.graph import GraphFile, write
from graphkit.stores.server.home import Memory

MOST_S = 20.0
ACTS = ("LIKED", "REPOSTED", "REPLIED")
INDEXES = {
    "ours": ("CREATE INDEX a FOR (a:Account) ON (a.id)", "CREATE INDEX p FOR (p:Post) ON (p.id)"),
    "plain": (
        "CREATE INDEX a FOR (a:Account) ON (a.id)",
        *(f"CREATE INDEX {kind.lower()} FOR ()-[r:{kind}]-() ON (r.post)" for kind in ACTS),
    ),
}
KINDS = "|".join(ACTS)
QUESTIONS = {  # question -> (in our model, in the plain one)
    "whom an account acts on, how often": (
        "MATCH (:Account {id: $account})-[e:ENGAGED]->(b) RETURN b.id AS id, e.count AS n ORDER BY n DESC, id LIMIT 50",
        f"MATCH (:Account {{id: $account}})-[r:{KINDS}]->(b) RETURN b.id AS id, count(r) AS n ORDER BY n DESC, id LIMIT 50",
    ),
    "who acts on an account, how often": (
        "MATCH (:Account {id: $account})<-[e:ENGAGED]-(b) RETURN b.id AS id, e.count AS n ORDER BY n DESC, id LIMIT 50",
        f"MATCH (:Account {{id: $account}})<-[r:{KINDS}]-(b) RETURN b.id AS id, count(r) AS n ORDER BY n DESC, id LIMIT 50",
    ),
    "most engaged accounts of all": (
        "MATCH (b:Account)<-[e:ENGAGED]-() RETURN b.id AS id, sum(e.count) AS n ORDER BY n DESC, id LIMIT 50",
        f"MATCH (b:Account)<-[r:{KINDS}]-() RETURN b.id AS id, count(r) AS n ORDER BY n DESC, id LIMIT 50",
    ),
    "early reposters of a post": (
        "MATCH (:Post {id: $post})<-[r:REPOSTED]-(b) RETURN b.id AS id, r.at AS at ORDER BY at, id LIMIT 50",
        "MATCH ()<-[r:REPOSTED]-(b) WHERE r.post = $post RETURN b.id AS id, r.at AS at ORDER BY at, id LIMIT 50",
    ),
    "who acts on the same posts": (
        f"MATCH (a:Account {{id: $account}})-[:{KINDS}]->(p:Post)<-[:{KINDS}]-(b) WHERE b.id <> a.id "
        "RETURN b.id AS id, count(DISTINCT p) AS n ORDER BY n DESC, id LIMIT 50",
        f"MATCH (a:Account {{id: $account}})-[r:{KINDS}]->(t)<-[q:{KINDS}]-(b) WHERE q.post = r.post AND b.id <> a.id "
        "RETURN b.id AS id, count(DISTINCT q.post) AS n ORDER BY n DESC, id LIMIT 50",
    ),
    "acts of an account with their posts": (
        f"MATCH (:Account {{id: $account}})-[r:{KINDS}]->(p:Post) RETURN p.id AS id, r.at AS at ORDER BY at, id LIMIT 50",
        f"MATCH (:Account {{id: $account}})-[r:{KINDS}]->() RETURN r.post AS id, r.at AS at ORDER BY at, id LIMIT 50",
    ),
    "followers who never act on one": (
        "MATCH (a:Account {id: $account})<-[:FOLLOWS]-(b) WHERE NOT EXISTS { MATCH (b)-[:ENGAGED]->(a) } "
        "RETURN b.id AS id ORDER BY id LIMIT 50",
        f"MATCH (a:Account {{id: $account}})<-[:FOLLOWS]-(b) WHERE NOT EXISTS {{ MATCH (b)-[:{KINDS}]->(a) }} "
        "RETURN b.id AS id ORDER BY id LIMIT 50",
    ),
}
_PLAIN = """
    SELECT s.number AS ":START_ID(Account)", t.number AS ":END_ID(Account)", i."at" AS "at", i.post AS post
    FROM interactions i JOIN posts p ON p.id = i.post
    JOIN number_Account s ON s.key = i.actor JOIN number_Account t ON t.key = coalesce(i.target, p.author)
    WHERE i.kind = '{kind}' ORDER BY 1, 2
"""


def plain_files(held: Held, folder: Path) -> files.Files:
    """The same data without posts as nodes and without folded ties."""
    folder.mkdir(parents=True, exist_ok=True)
    with files._prepared(held.data) as work:
        every = {one.name: one for one in files._all(work, folder, "parquet")}
        acts = [
            files._table(work, f"{name}", _PLAIN.format(kind=kind), folder, "parquet", is_node=False)
            for kind, name in (("like", "LIKED"), ("repost", "REPOSTED"), ("reply", "REPLIED"))
        ]
    tables = (every["Account"], every["FOLLOWS"], *acts)
    return files.Files(folder, "parquet", tables, files.Marker((), 0, 0, 0))


@contextmanager
def imported(home: server.Home, made_files: files.Files, model: str) -> Iterator[Bolt]:
    """A running server that holds these files and nothing else."""
    began = time.perf_counter()
    admin.run(home, made_files)
    seconds = time.perf_counter() - began
    server.start(home, memory=Memory(2048, 512, 1024))
    bolt = Bolt(Address.parse(f"{home.address}?home={home.path}"), budget_s=60)
    try:
        for statement in (*INDEXES[model], "CALL db.awaitIndexes(300)"):
            bolt.schema(statement)
        size = sum(
            file.stat().st_size for file in (home.path / "data" / "databases" / "neo4j").rglob("*") if file.is_file()
        )
        print(f"{model}: imported in {seconds:.0f} s, {size / 2**20:.0f} MiB with indexes", flush=True)
        yield bolt
    finally:
        bolt.close()
        server.stop(home)


def asked(address: Address, model: str, given: dict[str, dict[str, object]]) -> None:
    """Puts every question to a server and prints the seconds of its second time, and how many rows."""
    place = list(INDEXES).index(model)
    with Server(address) as question:
        for name, texts in QUESTIONS.items():
            for who, parameters in given.items():
                used = {key: value for key, value in parameters.items() if f"${key}" in texts[place]}
                print(f"| {name} | {who} | {model} | {timed(question, texts[place], used)} |", flush=True)


def timed(question: Server, text: str, given: dict[str, object]) -> str:
    seconds, rows = 0.0, 0
    for _ in range(2):
        began = time.perf_counter()
        try:
            rows = question.ask(text, given, limits=Limits(seconds=MOST_S)).table.num_rows
        except StoreError:
            return f"more than {MOST_S:g} s"
        seconds = time.perf_counter() - began
    return f"{seconds:.3f} s, {rows} rows"


def main() -> None:
    held = made(*([int(word.replace("_", "")) for word in sys.argv[1:]] or [100_000, 800_000, 200_000]))
    with tempfile.TemporaryDirectory() as folder:
        graph = GraphFile(Path(folder) / "graph.duckdb", "graph")
        write(held, graph.path)  # type: ignore[arg-type]
        given = {
            who: {"account": every["account"], "post": every["post"]} for who, every in values(held, graph).items()
        }
        home = server.home_of(server.line_of("5.26"), Path(folder) / "home")
        server.start(home, memory=Memory(2048, 512, 1024))
        server.stop(home)
        for model, makes in (("ours", _ours), ("plain", plain_files)):
            with imported(home, makes(held, Path(folder) / model), model) as bolt:
                asked(bolt.address, model, given)


def _ours(held: Held, folder: Path) -> files.Files:
    return files.write(held.data, [], folder)


if __name__ == "__main__":
    main()
