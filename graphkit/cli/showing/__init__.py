"""Commands that write what people read and look at: reports, dossiers, pictures."""

import typer

from graphkit.cli.showing import picturing, reporting

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Adds the commands of this folder."""
    for commands in (reporting, picturing):
        commands.register(app)
