"""`db`: the schema of a store, whether its graph says what its rows say, and results taken out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from graphkit.cli.options import Json, Quiet, StoreAddress, examples
from graphkit.cli.screen import Screen
from graphkit.errors import UsageError
from graphkit.language import say, say_many, together

if TYPE_CHECKING:
    from graphkit.stores.neo4j import Neo4jStore

app = typer.Typer(no_args_is_help=True, help="Prepare and check a store; see docs/neo4j.md.")


@app.command(epilog=examples("graphkit db init --store neo4j://localhost:7687"))
def init(store: StoreAddress, quiet: Quiet = False, json: Json = False) -> None:
    """Make or bring up to date what a store needs: constraints, indexes, ledger; safe to repeat."""
    from graphkit.stores import open_store

    with open_store(store) as opened:
        loads = len(opened.loads())
    Screen(json=json, quiet=quiet).result(
        {"store": store, "loads": loads},
        say_many(
            "{store} is ready; it holds {count} load.",
            "{store} is ready; it holds {count} loads.",
            count=loads,
            store=store,
        ),
    )


@app.command(epilog=examples("graphkit db check --store neo4j://localhost:7687"))
def check(store: StoreAddress, quiet: Quiet = False, json: Json = False) -> None:
    """Read the whole graph and compare it with the rows that were loaded; 1 where they differ."""
    from graphkit.stores.neo4j.reading import differences

    with _neo4j(store) as opened:
        found = differences(opened.tables(), opened.graph())
    lines = [
        say(
            "{table}: {due} rows due, {missing} missing, {extra} more",
            table=one.table,
            due=one.due,
            missing=one.missing,
            extra=one.extra,
        )
        for one in found
    ]
    same = not any(one.missing or one.extra for one in found)
    lines.append(say("The graph says what the rows say.") if same else say("The graph was changed by another hand."))
    Screen(json=json, quiet=quiet).result({"same": same, "tables": found}, together(lines))
    if not same:
        raise typer.Exit(1)


@app.command(epilog=examples("graphkit db clean --store neo4j://localhost:7687"))
def clean(store: StoreAddress, quiet: Quiet = False, json: Json = False) -> None:
    """Take findings, communities and all gk properties out of the graph; data and runs stay."""
    with _neo4j(store) as opened:
        opened.unpublish()
    Screen(json=json, quiet=quiet).result({"clean": True}, say("No result of graphkit stands in the graph any more."))


def _neo4j(address: str) -> Neo4jStore:
    from graphkit.stores import open_store
    from graphkit.stores.neo4j import Neo4jStore

    opened = open_store(address) if "://" in address else None
    if not isinstance(opened, Neo4jStore):
        raise UsageError(
            say(
                "{address!r} is no Neo4j; only there rows and graph can differ. Give neo4j://host:port.",
                address=address,
            )
        )
    return opened
