"""Commands about stores: `db`, `push`, `pull`, and `neo4j` for a server of one's own."""

from __future__ import annotations

import typer

from graphkit.cli.stores import database, handing, server


def register(app: typer.Typer) -> None:
    """Adds the commands of this folder."""
    app.add_typer(database.app, name="db")
    handing.register(app)
    app.add_typer(server.app, name="neo4j")
