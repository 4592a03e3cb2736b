"""Random questions of the allowed subset to the embedded engine and to Neo4j: `make differential` asks 2,000 a line.

Prints how many were asked, answered and answered differently, with the texts of the latter; ends with 1 if there were any.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import servers
from cypher_graphs import random_dataset, random_question, random_run
from test_cypher import compared

from graphkit.stores import open_store, queries
from graphkit.stores.cypher import Engine, project
from graphkit.stores.neo4j.address import Address

GRAPHS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)


def emptied(address):
    with open_store(address) as store:
        store.bolt.write(lambda run: run("MATCH (n) DETACH DELETE n"))


def main(count):
    wrong = 0
    for line in servers.LINES:
        home = servers.started(line)
        address, asked, answered, different = servers.address(home), 0, 0, []
        for seed in GRAPHS:
            emptied(address)
            with open_store(address) as store:
                store.add(random_dataset(seed))
                store.add_run(random_run(seed))
            with open_store(":memory:") as store, tempfile.TemporaryDirectory() as folder:
                store.add(random_dataset(seed))
                store.add_run(random_run(seed))
                with Engine(project(queries.graph_of(store, Path(folder)))) as engine:
                    share = count // len(GRAPHS)
                    questions = [random_question(1_000 * seed + number) for number in range(share)]
                    found, some = compared(engine, Address.parse(address), questions)
            asked, answered, different = asked + share, answered + some, different + found
        told = f"{asked:,} questions on {len(GRAPHS)} graphs, {answered:,} answered, {len(different)} differently"
        sys.stdout.write(f"Neo4j {line}: {told}\n")
        sys.stdout.flush()
        for text, given, here, there in different[:5]:
            sys.stdout.write(f"\n{text}\n{given}\nembedded {here[:3]}\nserver   {there[:3]}" + "\n")
        wrong += len(different)
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000))
    finally:
        servers.let_go()
