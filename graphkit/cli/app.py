"""`graphkit`: all commands, and how the program begins and ends."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer import rich_utils

from graphkit import __version__
from graphkit.cli import analyzing, asking, doctor, listing, loading, questions, rosters, showing, stores, trials
from graphkit.cli.ending import ended
from graphkit.cli.everywhere.dated import with_day
from graphkit.cli.everywhere.estimated import with_estimate
from graphkit.cli.everywhere.helping import complaint, language_of, localised
from graphkit.cli.options import examples
from graphkit.cli.speaking import Language, choose, in_terminal, with_language

app = typer.Typer(
    name="graphkit",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "graphkit demo",
        "graphkit analyze follows.csv posts.jsonl.gz --out run",
        "graphkit why @someone --store run/graphkit.duckdb",
    ),
)
for commands in (analyzing, loading, asking, showing, questions, rosters, stores, trials, listing, doctor):
    commands.register(app)
for command in app.registered_commands:
    if command.callback:
        command.callback = with_language(with_day(with_estimate(command.callback)))


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"graphkit {__version__}")
        raise typer.Exit


@app.callback()
def _start(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of a fault; stands anywhere.")] = False,
    language: Language = "",
) -> None:
    """Who really moves people, and on what evidence."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; gives the exit code, see docs/cli.md."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    words, language = language_of([word for word in given if word != "--debug"])
    with in_terminal():
        return ended(lambda: _answer(words, language), debug="--debug" in given)


def _answer(words: Sequence[str], language: str) -> None:
    if language:
        choose(language)
    command = localised(typer.main.get_command(app))
    try:
        code = command.main(words, prog_name="graphkit", standalone_mode=False)
    except typer.TyperException as error:
        rich_utils.rich_format_error(complaint(error))
        raise SystemExit(error.exit_code) from None
    raise SystemExit(code if isinstance(code, int) else 0)
