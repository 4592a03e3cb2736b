"""`push` and `pull`: everything from one store to another, with equal digests."""

from __future__ import annotations

from typing import Annotated

import typer

from graphkit.cli.options import Json, Quiet, StoreAddress, examples, existing
from graphkit.cli.screen import Screen
from graphkit.errors import UsageError
from graphkit.language import say


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command(epilog=examples("graphkit push --store demo.duckdb --to neo4j://localhost:7687"))(push)
    app.command(epilog=examples("graphkit pull --store demo.duckdb --from neo4j://localhost:7687"))(pull)


def push(
    store: StoreAddress,
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="The store that takes.")],
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Hand all loads and runs of a store to another; what is there already is not loaded twice."""
    _hand_over(Screen(json=json, quiet=quiet), giver=store, taker=to)


def pull(
    store: StoreAddress,
    giver: Annotated[str, typer.Option("--from", metavar="ADDRESS", help="The store that gives.")],
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Take all loads and runs from another store into this one; the same as push the other way round."""
    _hand_over(Screen(json=json, quiet=quiet), giver=giver, taker=store)


def _hand_over(screen: Screen, *, giver: str, taker: str) -> None:
    from graphkit.stores import open_store
    from graphkit.stores.neo4j.handing import hand_over

    if giver == taker:
        raise UsageError(say("{giver} cannot be handed to itself; name two stores.", giver=giver))
    with screen.onlooker() as onlooker, existing(giver) as gives, open_store(taker) as takes:
        onlooker.tell("load")
        imported = hand_over(gives, takes, stop=onlooker.stop, on_batch=onlooker.on_batch)
        onlooker.tell("compare digests")
        digests = {"from": gives.digest(), "to": takes.digest()}
    new = sum(not file.already for file in imported.files)
    said = {"loads": len(imported.files), "new": new, "rows": imported.read, "digests": digests}
    same = digests["from"] == digests["to"]
    ending = (
        say("both digests are {digest}...", digest=digests["to"][:16])
        if same
        else say("the store that took them holds more than these")
    )
    text = say("{loads} loads handed over, {new} of them new; {ending}.", loads=said["loads"], new=new, ending=ending)
    screen.result(said | {"same": same}, text)
