"""`picture`: one picture for print, as PNG, SVG or PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from graphkit.cli.asking import Output, _detected
from graphkit.cli.options import Json, Quiet, Seed, ShowHidden, StoreAddress, examples
from graphkit.cli.screen import Screen
from graphkit.cli.speaking import written
from graphkit.dataset import moment_of
from graphkit.errors import DataError, UsageError
from graphkit.language import minute, say, speaking, told

if TYPE_CHECKING:
    from graphkit.pictures import Picture
    from graphkit.results import Results

FIRST: Final = -(2**62)  # before every time
LAST: Final = 2**62


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command(
        epilog=examples(
            "graphkit picture waterfall @brand --store demo.duckdb -o reach.png",
            "graphkit picture tiers --store demo.duckdb -o tiers.svg",
            "graphkit picture meetings FINDING --since 2025-01-27 --until 2025-01-28 --store demo.duckdb -o close.png",
            "graphkit picture reliability --truth world --store demo.duckdb -o reliability.pdf",
        )
    )(picture)


def picture(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="waterfall, arrivals, meetings, ring, rhythm, tiers, reliability or roster."
        ),
    ],
    store: StoreAddress,
    output: Output,
    subjects: Annotated[
        list[str] | None, typer.Argument(metavar="ACCOUNT", help='Ids, "@handles", or the id of a finding.')
    ] = None,
    truth: Annotated[
        Path | None, typer.Option("--truth", metavar="FOLDER", help="A made-up world with its truth, for reliability.")
    ] = None,
    since: Annotated[
        str,
        typer.Option(
            "--since", metavar="DATE", help="With meetings: from this day or time (UTC) on.", show_default=False
        ),
    ] = "",
    until: Annotated[
        str,
        typer.Option(
            "--until", metavar="DATE", help="With meetings: up to this day or time (UTC).", show_default=False
        ),
    ] = "",
    seed: Seed = 0,
    show_hidden: ShowHidden = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Draw one picture of an account, a finding, or all accounts: .png, .svg or .pdf, with date and run."""
    from graphkit import pictures
    from graphkit.analysis import gallery
    from graphkit.analysis.results import results_of

    screen = Screen(json=json, quiet=quiet)
    graph, run = _detected(screen, store, seed=seed)
    with speaking(written()):
        results = results_of(graph, run)
        if name == "reliability":
            drawn = _reliability(results, truth)
        else:
            within = (_moment(since, FIRST), _moment(until, LAST)) if since or until else None
            drawn = gallery.picture(results, run, name, *(subjects or ()), show_hidden=show_hidden, within=within)
        if isinstance(drawn, pictures.Missing):
            raise DataError(say("{title}: {reason}", title=drawn.title, reason=drawn.reason))
        made = results.run
        foot = say("{when} · graphkit {version} · run {run} · seed {seed}", when=minute(made.at), version=made.version,
                   run=made.id, seed=str(made.seed))  # fmt: skip
        pictures.save(drawn, output, foot=told(foot))
    screen.result({"picture": str(output), "says": drawn.said}, str(output))


def _moment(text: str, otherwise: int) -> int:
    """A day (its first moment) or a time in UTC milliseconds."""
    if not text:
        return otherwise
    try:
        return moment_of(text)
    except ValueError as error:
        raise UsageError(
            say("{text} is no time; write it as 2024-03-01, or as 2024-03-01T14:30.", text=repr(text))
        ) from error


def _reliability(results: Results, truth: Path | None) -> Picture:
    """The chances of this run beside a truth that is known."""
    from graphkit import pictures
    from graphkit.lab.scoring import score
    from graphkit.lab.truth import Truth

    if truth is None or not (truth / "truth").is_dir():
        raise UsageError(
            say(
                "Whether chances were right is drawn beside a known truth: name the folder of a made-up world with --truth."
            )
        )
    return pictures.reliability(score({"accounts": results.accounts}, Truth.load(truth)).reliability)
