"""`fit`, `find`: whether content and audience fit a topic, and who stands out in it by what others do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from graphkit.cli.options import Json, Quiet, Seed, StoreAddress, examples
from graphkit.cli.rosters.asked import (
    Accounts,
    Asked,
    Candidates,
    Community,
    Language,
    Place,
    Topic,
    Words,
    lexicon,
)
from graphkit.cli.screen import Screen
from graphkit.errors import UsageError
from graphkit.language import say, together

if TYPE_CHECKING:
    import pyarrow as pa

    from graphkit.audience.fit.context import Context
    from graphkit.audience.fit.lexicon import Lexicon


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command(
        epilog=examples(
            "graphkit fit @brand --topic food --store demo.duckdb",
            "graphkit fit @brand --word boat* --candidates prices.csv --store demo.duckdb",
        )
    )(fit)
    app.command(
        epilog=examples(
            "graphkit find authority --topic food --store demo.duckdb",
            "graphkit find early --store demo.duckdb",
            "graphkit find power --word boat* --store demo.duckdb",
        )
    )(find)


def fit(
    accounts: Accounts,
    store: StoreAddress,
    topic: Topic = None,
    word: Words = None,
    candidates: Candidates = None,
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Tell how content and audience fit a topic, with the posts, and reach x fit as count, share and cost."""
    import dataclasses

    from graphkit.audience.fit.topics import posts_on, relevant, topic_fit

    words = lexicon(topic, word)
    screen = Screen(json=json, quiet=quiet)
    asked = Asked.of(screen, store, seed)
    on, prices = posts_on(asked.graph, words), asked.prices(candidates)
    answer, said = [], []
    for account in asked.ids(accounts):
        told = topic_fit(asked.graph, account, words, people=asked.people, on=on)
        row = asked.row_of(asked.reach, account)
        real = (row["real_low"] or 0, row["real"] or 0, row["real_high"] or 0)
        part = relevant(told, real, cost=prices.get(account))
        answer.append(dataclasses.asdict(told) | {"relevant": dataclasses.asdict(part) if part else None})
        said.append(together([account, *told.explain(), *(part.explain() if part else ())]))
    screen.result(answer, "\n\n".join(said))


def find(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="authority, experts, early or power.")],
    store: StoreAddress,
    topic: Topic = None,
    word: Words = None,
    community: Community = None,
    language: Language = None,
    place: Place = None,
    top: Annotated[int, typer.Option("--top", min=1, help="How many at most.")] = 20,
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Find whom a community turns to, who calls itself an expert, who is early, and who keeps using a product."""
    from graphkit.audience.fit.context import Context

    if what not in _FINDERS:
        raise UsageError(
            say("{what!r} cannot be looked for; there are {finders}.", what=what, finders=", ".join(_FINDERS))
        )
    words = lexicon(topic, word) if what in ("authority", "power") else None
    screen, context = Screen(json=json, quiet=quiet), Context(community, language, place)
    table = _FINDERS[what](Asked.of(screen, store, seed), words, context)
    rows = table.slice(0, top).to_pylist()
    for row in rows:
        row["context"] = context.sentence
    screen.table(rows, columns=table.column_names, title=context.sentence)


def _authority(asked: Asked, words: Lexicon | None, context: Context) -> pa.Table:
    """By the score, the highest first: others' words within the context."""
    from graphkit.audience.fit.topics import authority

    assert words is not None
    found = authority(asked.graph, words, people=asked.weight(context))
    return found.sort_by([("score", "descending"), ("id", "ascending")])


def _within(asked: Asked, table: pa.Table, context: Context) -> pa.Table:
    """The rows of accounts that are inside the context for all that is known."""
    import numpy as np
    import pyarrow as pa

    belongs = asked.belongs(context)
    inside = {
        account for account, held in zip(asked.graph.account_ids, np.nan_to_num(belongs) > 0, strict=True) if held
    }
    return table.filter(pa.array([account in inside for account in table["id"].to_pylist()], pa.bool_()))


def _experts(asked: Asked, _words: Lexicon | None, context: Context) -> pa.Table:
    import pyarrow as pa

    from graphkit.audience.fit.topics import experts

    found = experts(asked.graph)
    said = pa.table(
        {"id": pa.array(found, pa.string()), "says": pa.array([", ".join(w) for w in found.values()], pa.string())}
    )
    return _within(asked, said, context)


def _early(asked: Asked, _words: Lexicon | None, context: Context) -> pa.Table:
    from graphkit.audience.fit.early import early_adopters

    return _within(asked, early_adopters(asked.graph), context)


def _power(asked: Asked, words: Lexicon | None, context: Context) -> pa.Table:
    from graphkit.audience.fit.early import power_users

    assert words is not None
    return _within(asked, power_users(asked.graph, words), context)


_FINDERS: dict[str, Callable[[Asked, Lexicon | None, Context], pa.Table]] = {
    "authority": _authority,
    "experts": _experts,
    "early": _early,
    "power": _power,
}
