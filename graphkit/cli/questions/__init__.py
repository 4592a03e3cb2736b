"""`ask`, `queries`, `neighbours`: an analyst's questions to a store."""

from __future__ import annotations

import typer

from graphkit.cli.options import examples
from graphkit.cli.questions.ask import ask
from graphkit.cli.questions.neighbours import neighbours
from graphkit.cli.questions.queries import queries


def register(app: typer.Typer) -> None:
    """Adds the commands of this folder."""
    app.command(
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
        epilog=examples(
            "graphkit ask mutual-fast --hours 1 --store demo.duckdb",
            "graphkit ask followers --account 4711 --store demo.duckdb -o followers.csv",
            'graphkit ask --cypher "$(cat question.cypher)" --store demo.duckdb',
        ),
    )(ask)
    app.command(epilog=examples("graphkit queries", "graphkit queries mutual-fast", "graphkit queries --lang tr"))(
        queries
    )
    app.command(
        epilog=examples(
            "graphkit neighbours 4711 --store demo.duckdb",
            "graphkit neighbours 4711 --to 4712 --store demo.duckdb",
            "graphkit neighbours 4711 --common 4712 --store demo.duckdb",
        )
    )(neighbours)
