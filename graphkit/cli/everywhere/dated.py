"""`--as-of DATE` on every command that reads a store: the answer as it would have been on a past day."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Annotated, Final

import typer

from graphkit.errors import UsageError
from graphkit.language import say

if TYPE_CHECKING:
    from graphkit.stores import Store
    from graphkit.stores.queries.past import Day

WRITING: Final = frozenset({"load", "push", "pull"})  # every other command with a store reads it
AsOf = Annotated[
    str,
    typer.Option("--as-of", metavar="DATE", help="As on this past day (UTC), such as 2024-03-01.", show_default=False),
]
AsOfBy = Annotated[
    str, typer.Option("--as-of-by", metavar="CLOCK", help="event: what had happened by then; seen: what had been seen.")
]
_day: ContextVar[Day | None] = ContextVar("day", default=None)


def with_day(command: Callable[..., None]) -> Callable[..., None]:
    """The command with `--as-of` and `--as-of-by`; commands that read no store as they are."""
    own = inspect.signature(command, eval_str=True)
    if "store" not in own.parameters or command.__name__ in WRITING:
        return command

    @functools.wraps(command)
    def dated(_as_of: str = "", _as_of_by: str = "event", **given: object) -> None:
        from graphkit.stores.queries.past import Day

        if not _as_of and _as_of_by != "event":
            raise UsageError(say("--as-of-by goes with --as-of DATE."))
        token = _day.set(Day.parse(_as_of, _as_of_by) if _as_of else None)
        try:
            command(**given)
        finally:
            _day.reset(token)

    options = [
        inspect.Parameter("_as_of", inspect.Parameter.KEYWORD_ONLY, default="", annotation=AsOf),
        inspect.Parameter("_as_of_by", inspect.Parameter.KEYWORD_ONLY, default="event", annotation=AsOfBy),
    ]
    every = [*own.parameters.values(), *options]
    vars(dated)["__signature__"] = own.replace(parameters=every)
    dated.__annotations__ = {parameter.name: parameter.annotation for parameter in every}
    return dated


def day() -> Day | None:
    """The past day that the command was asked about."""
    return _day.get()


def as_asked(store: Store) -> Store:
    """The store, or what it was on the day that the command was asked about."""
    from graphkit.stores.queries.past import PastStore

    return store if (asked := day()) is None else PastStore(store, asked)  # type: ignore[return-value]
