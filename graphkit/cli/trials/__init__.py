"""Commands that try graphkit out: on shipped data, and on made-up worlds whose truth is known."""

from __future__ import annotations

import typer

from graphkit.cli.trials import bench, demo

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Adds the commands of this folder."""
    demo.register(app)
    bench.register(app)
