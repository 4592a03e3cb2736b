"""`neighbours`: one step further, the way to another account, or what two accounts have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from graphkit.cli.options import Json, Quiet, StoreAddress
from graphkit.cli.screen import Screen
from graphkit.errors import UsageError
from graphkit.language import say

if TYPE_CHECKING:
    from graphkit.stores.queries.putting import Asked


def neighbours(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The id of the account.")],
    store: StoreAddress,
    to: Annotated[
        str | None, typer.Option("--to", metavar="ACCOUNT", help="The shortest way there, and what ties each step.")
    ] = None,
    common: Annotated[str | None, typer.Option("--common", metavar="ACCOUNT", help="Whom both follow.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many rows.")] = 50,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Show who is next to an account, how another is reached, or whom both follow."""
    from graphkit.cli.questions.answering import asked
    from graphkit.stores.queries import Limits, find

    screen = Screen(json=json, quiet=quiet)
    if to is not None and common is not None:
        raise UsageError(say("Give --to or --common, one of the two."))
    with (question := asked(store)).store:
        if to is not None:
            _way(screen, question, (account, to))
            return
        name = "neighbours" if common is None else "common-targets"
        given: dict[str, object] = {"account": account, "limit": limit} | ({"other": common} if common else {})
        answer = question.named(find(name), given, Limits())
    screen.table(answer.table.to_pylist(), columns=answer.table.column_names)


def _way(screen: Screen, question: Asked, ends: tuple[str, str]) -> None:
    way, rows = question.way(*ends)
    if way is None:
        screen.note(
            say(
                "No way along follows leads from {ends} to {ends2} within the steps that were tried.",
                ends=ends[0],
                ends2=ends[1],
            )
        )
    columns = ("step", "account", "tie", "other", "at", "endedAt", "acts", "first", "last")
    screen.table(rows, columns=columns)
