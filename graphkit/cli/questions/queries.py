"""`queries`: the query book, listed and explained."""

from __future__ import annotations

from typing import Annotated

import typer

from graphkit.cli.options import Json, Quiet
from graphkit.cli.screen import Screen
from graphkit.language import checked, say, speaking, spoken, told, worded


def queries(
    name: Annotated[str | None, typer.Argument(metavar="QUERY", help="Explain this one.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="The same as --language.", hidden=True)] = "",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """List the named questions, or explain one: purpose, parameters, and its text in Cypher."""
    from graphkit.stores.queries import every, find

    screen = Screen(json=json, quiet=quiet)
    lang = checked(lang) if lang else spoken()
    if name is None:
        rows = [
            {
                "theme": query.theme,
                "query": query.name,
                "title": query.title[lang],
                "parameters": ", ".join(parameter.name for parameter in query.parameters),
            }
            for query in every().values()
        ]
        screen.table(rows, columns=("theme", "query", "title", "parameters"))
        return
    query = find(name)
    with speaking(lang):
        purpose = worded(query.purpose)
    parameters = {parameter.name: parameter.meaning[lang] for parameter in query.parameters}
    defaults = {parameter.name: parameter.default for parameter in query.parameters if parameter.default is not None}
    said = {"query": query.name, "title": query.title, "purpose": purpose, "parameters": parameters}
    lines = [query.title[lang], purpose, ""]
    lines += [
        f"  --{one.replace('_', '-')}  {meaning}"
        + (told(say(" (default {value})", value=str(defaults[one]))) if one in defaults else "")
        for one, meaning in parameters.items()
    ]
    screen.result(said | {"defaults": defaults, "cypher": query.cypher}, "\n".join([*lines, "", query.cypher.rstrip()]))
