"""`load`: files into a store, exactly once. `diff`: two snapshots side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

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
    app.command(
        epilog=examples(
            "graphkit diff monday/ friday/",
            "graphkit diff 2026-06-01/ 2026-07-01/ --out june_and_july --json",
        )
    )(diff)


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


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="The earlier snapshot: a file, folder or archive.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The later one.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Write both as one dataset folder: when each follow was seen, by when it had ended."
        ),
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Compare two snapshots: followers gained and lost, accounts renamed and gone."""
    from graphkit.graphs.diff import diff as compare
    from graphkit.graphs.diff import joined, save
    from graphkit.loading import load as read

    screen = Screen(json=json, quiet=quiet)
    with screen.onlooker() as onlooker:
        onlooker.tell("load")
        sides = read(before), read(after)
        found = compare(*sides)
        if out is not None:
            save(joined(*sides), out)
    tables = {name: getattr(found, name).to_pylist() for name in ("lists", "gained", "lost", "renamed", "gone")}
    unread = {"only_before": list(found.only_before), "only_after": list(found.only_after)}
    lines = [found.sentence, ""]
    lines += [
        f"{row['account']}: {row['before']} → {row['after']} (+{row['gained']}, -{row['lost']})"
        for row in tables["lists"][:40]
    ]
    lines += [f"{row['id']}: {row['before']} → {row['after']}" for row in tables["renamed"][:40]]
    screen.result(tables | unread, together(lines))
