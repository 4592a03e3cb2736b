"""`report` and `dossier`: pages for people, as HTML, Word or PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphkit.cli.asking import Output, _detected, _results
from graphkit.cli.options import Json, Quiet, Seed, ShowHidden, StoreAddress, examples, existing
from graphkit.cli.screen import Screen
from graphkit.cli.speaking import written
from graphkit.language import speaking

if TYPE_CHECKING:
    from graphkit.reports import Report

Docx = Annotated[bool, typer.Option("--docx", help="Also write the same as a Word file, beside the page.")]
Pdf = Annotated[bool, typer.Option("--pdf", help="Also write the same as PDF, beside the page.")]


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command(
        epilog=examples(
            "graphkit report --store demo.duckdb -o report.html",
            "graphkit report --store demo.duckdb -o report.html --docx --pdf",
        )
    )(report)
    app.command(
        epilog=examples(
            "graphkit dossier @someone --store demo.duckdb -o someone.html",
            "graphkit dossier @someone --store demo.duckdb -o someone.pdf",
            "graphkit dossier @someone --store demo.duckdb --json",
        )
    )(dossier)


def report(
    store: StoreAddress,
    output: Output,
    seed: Seed = 0,
    docx: Docx = False,
    pdf: Pdf = False,
    show_hidden: ShowHidden = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Write the report: what was looked at, what was found, what speaks against it, and the limits."""
    from graphkit import reports

    screen = Screen(json=json, quiet=quiet)
    with speaking(written()):
        made = reports.report(_results(screen, store, seed), show_hidden=show_hidden)
        files = _saved(made, output, docx=docx, pdf=pdf)
    screen.result({"report": str(output), "files": [str(path) for path in files]}, "\n".join(map(str, files)))


def dossier(
    name: Annotated[str, typer.Argument(metavar="ACCOUNT", help='An id, an "@handle", or the id of a finding.')],
    store: StoreAddress,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="The file to write: .html, .docx, .pdf or .json."),
    ] = None,
    seed: Seed = 0,
    docx: Docx = False,
    pdf: Pdf = False,
    show_hidden: ShowHidden = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Write everything that is known of one account or one finding: identity, reach, rhythm, ties, signals, doubts."""
    from graphkit.analysis.naming import named
    from graphkit.analysis.results import results_of
    from graphkit.reports import dossiers

    screen = Screen(json=json, quiet=quiet)
    with existing(store) as opened:
        files = opened.reports()
    graph, run = _detected(screen, store, seed=seed)
    with speaking(written()):
        results = results_of(graph, run, files=files)
        made = dossiers.dossier(results, run.verdicts, named(graph, run.findings, name), show_hidden=show_hidden)
        place = output or (None if json else Path(f"{_file_name(made.about)}.html"))
        written_files = _saved(made, place, docx=docx, pdf=pdf) if place else []
        screen.result(made.json, "\n".join(map(str, written_files)))


def _saved(made: Report, output: Path, *, docx: bool, pdf: bool) -> list[Path]:
    suffixes = [suffix for suffix, wanted in ((".docx", docx), (".pdf", pdf)) if wanted]
    places = dict.fromkeys((output, *(output.with_suffix(suffix) for suffix in suffixes)))
    return [made.save(place) for place in places]


def _file_name(about: str) -> str:
    """A name that any file system takes, from whatever an account is called."""
    return "dossier-" + "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in about)[:80]
