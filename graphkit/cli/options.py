"""Options that several commands share, each said once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphkit import settings
from graphkit.cli.everywhere.dated import as_asked
from graphkit.errors import UsageError
from graphkit.language import say

if TYPE_CHECKING:
    from graphkit.stores import Store

Inputs = Annotated[
    list[str], typer.Argument(metavar="INPUT", help="Files, folders or archives; - reads standard input.")
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Where chance begins; the same seed gives the same bytes.")]
Json = Annotated[bool, typer.Option("--json", help="The result as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No messages, only the result and errors.")]
StoreAddress = Annotated[
    str, typer.Option("--store", metavar="ADDRESS", help="The store: name.duckdb, or scheme://... for others.")
]
ColumnMap = Annotated[
    Path | None, typer.Option("--map", metavar="FILE", help="A TOML file that says which column means what.")
]
LoaderName = Annotated[
    str, typer.Option("--loader", metavar="NAME", help="Read with this loader; see graphkit loaders.")
]
Encoding = Annotated[
    str, typer.Option("--encoding", metavar="NAME", help="How the text of the inputs is written down, e.g. cp1254.")
]
SettingsFile = Annotated[
    Path | None, typer.Option("--settings", metavar="FILE", help="A TOML file with own values for single thresholds.")
]
ShowHidden = Annotated[
    bool,
    typer.Option(
        "--show-hidden", "--show-victims", help="Also name accounts under a second hand; their owners are victims."
    ),
]


def examples(*lines: str) -> str:
    """Examples for the end of a help page, each on a line of its own."""
    return "\n\n".join(("[bold]Examples[/bold]", *(f"  $ {line}" for line in lines)))


def chosen_settings(path: Path | None) -> settings.Settings:
    """The settings as shipped, with a person's own values laid over them."""
    return settings.defaults() if path is None else settings.from_file(path)


def existing(address: str) -> Store:
    """The store at an address, as of the day that was asked for; refuses a file that is not there, for an empty store would answer nothing."""
    from graphkit.stores import open_store

    if "://" not in address and address != ":memory:" and not Path(address).is_file():
        raise UsageError(
            say("{address} does not exist; load into it first: graphkit load INPUT --store {address}", address=address)
        )
    return as_asked(open_store(address))
