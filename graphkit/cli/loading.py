"""`load`: files into a store, exactly once."""

from __future__ import annotations

from typing import Any

import typer

from graphkit.cli.options import ColumnMap, Encoding, Inputs, Json, LoaderName, Quiet, StoreAddress, examples
from graphkit.cli.screen import Screen
from graphkit.language import together


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command(
        epilog=examples(
            "graphkit load follows.csv --store demo.duckdb",
            "graphkit load edges.txt --map columns.toml --store demo.duckdb --json",
        )
    )(load)


def load(
    inputs: Inputs,
    store: StoreAddress,
    column_map: ColumnMap = None,
    loader: LoaderName = "",
    encoding: Encoding = "",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Load files into a store; the same file twice changes nothing, an interrupted load is resumed."""
    from graphkit.analysis.running import import_report
    from graphkit.cli import saying
    from graphkit.loading import LoadOptions, plan
    from graphkit.stores import open_store

    screen = Screen(json=json, quiet=quiet)
    with screen.onlooker() as onlooker:
        onlooker.tell("recognise inputs")
        planned = plan(inputs, options=LoadOptions(loader=loader, map=column_map, encoding=encoding))
        onlooker.tell("load")
        with open_store(store) as opened:
            imported = opened.add_all(planned, stop=onlooker.stop, on_batch=onlooker.on_batch)
    said: dict[str, Any] = import_report(imported)
    said["passed_over"] = [{"file": one.file, "reason": one.reason} for one in planned.passed]
    lines = [line for file in imported.files for line in saying.import_lines(file)]
    lines += [*saying.passed_lines(planned.passed)]
    screen.result(said, together(lines))
