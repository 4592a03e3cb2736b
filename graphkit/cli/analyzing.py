"""`analyze` and `rerun`: everything at once, and the same again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit.cli.everywhere.dated import day
from graphkit.cli.options import (
    ColumnMap,
    Encoding,
    Inputs,
    Json,
    LoaderName,
    Quiet,
    Seed,
    SettingsFile,
    chosen_settings,
    examples,
)
from graphkit.cli.screen import Screen
from graphkit.cli.speaking import written
from graphkit.language import say, together, told

if TYPE_CHECKING:
    from graphkit.analysis.pipeline import Analysis
    from graphkit.analysis.rerun import Again


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command(
        epilog=examples(
            "graphkit analyze follows.csv posts.jsonl.gz --out run",
            "graphkit analyze folder/ --out run --seed 7 --json",
            "zcat edges.csv.gz | graphkit analyze - --out run",
        )
    )(analyze)
    app.command(epilog=examples("graphkit rerun run/run.json", "graphkit rerun run/run.json --out again"))(rerun)


def analyze(
    inputs: Inputs,
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="The folder for the results.")],
    store: Annotated[
        str, typer.Option("--store", metavar="ADDRESS", help="Keep the data here; default: DIR/graphkit.duckdb.")
    ] = "",
    column_map: ColumnMap = None,
    loader: LoaderName = "",
    encoding: Encoding = "",
    seed: Seed = 0,
    settings: SettingsFile = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Load, detect, estimate reach, and write all results, the report and the map to DIR."""
    from graphkit.analysis.pipeline import Question, answer
    from graphkit.cli import saying
    from graphkit.loading import LoadOptions

    screen = Screen(json=json, quiet=quiet)
    question = Question(
        inputs=tuple(inputs),
        out=out,
        store=store,
        seed=seed,
        settings=chosen_settings(settings),
        options=LoadOptions(loader=loader, map=column_map, encoding=encoding),
        language=written(),
        as_of=day(),
    )
    with screen.onlooker() as onlooker:
        done = answer(question, onlooker)
    saying.say_import(screen, done.imported, passed=done.planned.passed)
    screen.result(_summary(done), together(saying.summary(done)))


def rerun(
    run: Annotated[Path, typer.Argument(metavar="RUN.JSON", help="The run.json of a results folder.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="Keep the results here; default: compare only.")
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Do an analysis again from its run.json, and tell whether every file came out the same; 1 where one did not."""
    from graphkit.analysis.rerun import rerun as run_again

    screen = Screen(json=json, quiet=quiet)
    with screen.onlooker() as onlooker:
        again = run_again(run, out=out, onlooker=onlooker)
    screen.result({"same": list(again.same), "different": list(again.different)}, together(_compared(again)))
    if again.different:
        raise typer.Exit(1)


def _compared(again: Again) -> Iterator[str]:
    """Which files came out the same."""
    every = len(again.same) + len(again.different)
    yield say("{same} of {files} files are the same, byte for byte.", same=len(again.same), files=every)
    for name in again.different:
        yield say("Different: {file}", file=name)
    if again.different:
        yield say(
            "The first run was by graphkit {version}; another version or machine may differ.",
            version=again.version_then,
        )


def _summary(done: Analysis) -> dict[str, Any]:
    return {
        "run": done.run.id,
        "out": str(done.out),
        "accounts": done.results.graph.n,
        "read": done.imported.read,
        "refused": done.imported.refused,
        "findings": [
            {"finding": f.id, "kind": f.kind, "accounts": len(f.accounts), "q": f.q, "sentence": told(f.sentence)}
            for f in done.run.findings
        ],
        "skipped": {name: told(reason) for name, reason in done.run.skipped.items()},
        "notes": [told(note) for note in done.run.notes],
    }
