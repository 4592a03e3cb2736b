"""Commands about audiences: what is left of them, what moves them, what they fit, and which together reach whom."""

from __future__ import annotations

import typer

from graphkit.cli.rosters import choosing, fitting, knowing, reaching


def register(app: typer.Typer) -> None:
    """Adds the commands of this folder."""
    for commands in (reaching, knowing, fitting, choosing):
        commands.register(app)
