"""`ask`: a named question, or one's own in Cypher."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from graphkit.cli.everywhere.dated import day
from graphkit.cli.options import Json, Quiet, StoreAddress
from graphkit.cli.screen import Screen
from graphkit.errors import UsageError
from graphkit.language import say


def ask(
    context: typer.Context,
    store: StoreAddress,
    name: Annotated[
        str | None, typer.Argument(metavar="QUERY", help="A name of the book; see graphkit queries.")
    ] = None,
    cypher: Annotated[
        str | None, typer.Option("--cypher", metavar="TEXT", help="An own question, reading only.")
    ] = None,
    param: Annotated[
        list[str] | None, typer.Option("--param", metavar="NAME=VALUE", help="A parameter; --NAME VALUE is the same.")
    ] = None,
    around: Annotated[
        str | None,
        typer.Option("--around", metavar="ACCOUNT", help="With --cypher: ask only the neighbourhood of one account."),
    ] = None,
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, help="Stop the question after so long.")] = 30.0,
    rows: Annotated[int, typer.Option("--rows", min=1, help="Show at most so many rows.")] = 10_000,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write .csv, .json, .parquet, or a small map: .html, .gexf, .svg, .png.",
        ),
    ] = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Say what the question would read, and do not ask it.")
    ] = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Put a question to a store: one of the book by its name, or your own in Cypher."""
    from graphkit.cli.questions.answering import SUFFIXES, asked, show
    from graphkit.stores.queries import Limits, find

    screen = Screen(json=json, quiet=quiet)
    if (name is None) == (cypher is None):
        raise UsageError(
            say("Give the name of a query (graphkit queries lists them) or --cypher TEXT, one of the two.")
        )
    if output is not None and output.suffix.lower() not in SUFFIXES:
        raise UsageError(
            say("{output}: accepted are files that end in {suffixes}.", output=output, suffixes=", ".join(SUFFIXES))
        )
    given = given_parameters(param or [], context.args)
    limits = Limits(seconds=seconds, rows=rows)
    if cypher is not None:
        with (question := asked(store)).store:
            show(
                screen,
                question,
                question.own(cypher, {k: whole(v) for k, v in given.items()}, limits, around=around),
                output,
            )
        return
    query = find(name or "")
    dated = day() is not None and "as_of" in {parameter.name for parameter in query.parameters}
    if dated:
        given.setdefault("as_of", str(day().at))  # type: ignore[union-attr]
    query.values(given)
    with (question := asked(store)).store:
        if dated:
            question = question.of_all_days()
        if estimate:
            from graphkit.cli.questions.estimating import estimated

            screen.table(estimated(question, query), columns=("what", "rows", "seconds"))
            return
        show(screen, question, question.named(query, given, limits), output)


def given_parameters(param: list[str], extra: list[str]) -> dict[str, str]:
    """NAME=VALUE pairs and `--name value` pairs as one mapping; UsageError for anything else."""
    given: dict[str, str] = {}
    for pair in param:
        name, sign, value = pair.partition("=")
        if not sign or not name:
            raise UsageError(say("--param {pair!r}: write NAME=VALUE, such as --param account=4711.", pair=pair))
        given[name.replace("-", "_")] = value
    words = iter(extra)
    for word in words:
        if not word.startswith("--"):
            raise UsageError(say("{word!r} is neither a name nor an option; quote values that hold blanks.", word=word))
        name, sign, value = word[2:].partition("=")
        given[name.replace("-", "_")] = value if sign else next(words, "")
    return given


def whole(value: str) -> str | int:
    """A parameter of an own question: digits alone are a number, 'digits' in quotes are text."""
    if re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    quoted = re.fullmatch(r"'(.*)'|\"(.*)\"", value, re.DOTALL)
    return (quoted[1] or quoted[2] or "") if quoted else value
