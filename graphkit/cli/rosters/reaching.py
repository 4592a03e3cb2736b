"""`reach`, `layers`, `explain`, `inside`: who is left of an audience, tie by tie and number by number."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit import words
from graphkit.cli.options import Json, Quiet, Seed, StoreAddress, examples
from graphkit.cli.rosters.asked import Accounts, AnyAccounts, Asked, Community, Language, Place
from graphkit.cli.screen import Screen
from graphkit.errors import UsageError
from graphkit.language import amount, say, together

if TYPE_CHECKING:
    from graphkit.audience.fit.context import Context
    from graphkit.audience.rates.explained import Score

_RANKED = ("id", "followers", "seen", "real", "real_low", "real_high", "moved")
_BETWEEN = {"rivals": say("rivals"), "allies": say("allies")}
_BY = {"community": say("community"), "camp": say("camp"), "language": say("language"), "place": say("place")}
_SCORES = ("reach", "moved", "tag", "link", "repost", "follow")


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command(
        epilog=examples(
            "graphkit reach @brand --store demo.duckdb",
            "graphkit reach --store demo.duckdb",
            "graphkit reach --speaking tr --top 10 --store demo.duckdb",
        )
    )(reach)
    app.command(
        epilog=examples(
            "graphkit layers --store demo.duckdb -o ties.csv",
            "graphkit layers @brand --store demo.duckdb -o ties.parquet",
        )
    )(layers)
    app.command(epilog=examples("graphkit explain @brand --store demo.duckdb"))(explain)
    app.command(epilog=examples("graphkit camps --store demo.duckdb", "graphkit camps --hidden --store demo.duckdb"))(
        camps
    )
    app.command(epilog=examples("graphkit inside @brand --by language --store demo.duckdb"))(inside)


def reach(
    store: StoreAddress,
    accounts: Annotated[
        list[str] | None, typer.Argument(metavar="ACCOUNT", help='Ids or "@handles"; default: the widest.')
    ] = None,
    community: Community = None,
    language: Language = None,
    place: Place = None,
    top: Annotated[int, typer.Option("--top", min=1, help="How many of the widest, where no account is named.")] = 20,
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Tell how many people an account reaches: from followers down to people, with an interval."""
    from graphkit.analysis import asking
    from graphkit.audience.fit.context import Context, reach_inside

    context = Context(community, language, place)
    asked = Asked.of(Screen(json=json, quiet=quiet), store, seed)
    if not accounts:
        _ranking(asked, context, top)
        return
    ids = asked.ids(accounts)
    estimates = [asking.reach(asked.graph, account, asked.run) for account in ids]
    said, answer = [str(estimate) for estimate in estimates], list(map(_plain, estimates))
    if context != Context():
        parts = reach_inside(asked.graph, ids, asked.belongs(context), people=asked.people)
        said = [together([text, context.sentence, *part.explain()]) for text, part in zip(said, parts, strict=True)]
        answer = [one | {"context": context.sentence, "inside": _plain(part)} for one, part in zip(answer, parts, strict=True)]  # fmt: skip
    asked.screen.result(answer, "\n\n".join(said))


def _ranking(asked: Asked, context: Context, top: int) -> None:
    """The widest by people inside the context; never by followers."""
    from graphkit.audience.fit.context import ranked

    rows = ranked(asked.graph, asked.reach, asked.belongs(context), people=asked.people, top=top)
    for row in rows:
        row["context"] = context.sentence
    asked.screen.table(
        rows, columns=(*_RANKED, "inside"), title=say("{context} By people inside it.", context=context.sentence)
    )


def layers(
    store: StoreAddress,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="A file that ends in .csv or .parquet.")
    ],
    accounts: AnyAccounts = None,
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Write every follow with its kept and its discounted part and the reason; the two sum to the whole."""
    import pyarrow.compute as pc
    import pyarrow.parquet

    from graphkit.audience.audit import layers as both
    from graphkit.maps.formats.spreadsheets import write_csv

    if output.suffix.lower() not in (".csv", ".parquet"):
        raise UsageError(say("{output}: accepted are files that end in .csv or .parquet.", output=output))
    screen = Screen(json=json, quiet=quiet)
    asked = Asked.of(screen, store, seed)
    table = both(asked.graph, asked.run.verdicts)
    if accounts:
        table = table.filter(pc.is_in(table["followed"], pyarrow.array(asked.ids(accounts))))
    write = write_csv if output.suffix.lower() == ".csv" else pyarrow.parquet.write_table
    write(table, output)
    kept, discounted = (float(pc.sum(table[name]).as_py() or 0.0) for name in ("kept", "discounted"))
    answer = {"file": str(output), "follows": table.num_rows, "kept": kept, "discounted": discounted}
    screen.result(
        answer,
        say(
            "{file}: {follows} follows = {kept} kept + {discounted} discounted",
            file=output,
            follows=table.num_rows,
            kept=amount(kept, 1),
            discounted=amount(discounted, 1),
        ),
    )


def explain(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help='An id or "@handle".')],
    store: StoreAddress,
    score: Annotated[
        list[str] | None, typer.Option("--score", help=f"One of {', '.join(_SCORES)}. May be repeated.")
    ] = None,
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Take a score apart: its formula, its version, and parts that sum to it."""
    wanted = score or ["reach", "moved"]
    for name in wanted:
        if name not in _SCORES:
            raise UsageError(say("{name!r} is no score; there are {scores}.", name=name, scores=", ".join(_SCORES)))
    screen = Screen(json=json, quiet=quiet)
    asked = Asked.of(screen, store, seed)
    [known] = asked.ids([account])
    told = [_score(asked, known, name) for name in wanted]
    texts = [one if isinstance(one, str) else together(one.explain()) for one in told]
    answer = [{"cannot_say": one} if isinstance(one, str) else _plain(one) for one in told]
    screen.result(answer, "\n\n".join(texts))


def _score(asked: Asked, account: str, name: str) -> Score | str:
    """The score, or why it cannot be given."""
    from graphkit.analysis import asking
    from graphkit.audience.lift import lift
    from graphkit.audience.rates.explained import moved_of, score_of

    try:
        if name == "reach":
            return score_of(asking.reach(asked.graph, account, asked.run))
        if name == "moved":
            return moved_of(asking.reach(asked.graph, account, asked.run))
        return score_of(lift(asked.graph, account, asked.run.verdicts, measure=name, seed=asked.seed))
    except UsageError as error:
        return str(error)


def inside(
    accounts: Accounts,
    store: StoreAddress,
    by: Annotated[str, typer.Option("--by", help="community, camp, language or place.")] = "community",
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Tell how the people of audiences spread over communities, camps, languages or places."""
    from graphkit.audience.fit.context import labels, matrix

    screen = Screen(json=json, quiet=quiet)
    asked = Asked.of(screen, store, seed)
    found = {"community": lambda: asked.communities, "camp": lambda: asked.camps.names}
    called = found[by]() if by in found else labels(asked.graph, by)
    rows = matrix(asked.graph, asked.ids(accounts), called, people=asked.people).to_pylist()
    screen.table(
        rows,
        columns=("id", "label", "people", "share"),
        title=say("People by {by}; – stands for not known.", by=_BY.get(by, by)),
    )


def camps(
    store: StoreAddress,
    hidden: Annotated[bool, typer.Option("--hidden", help="Leave out who is shut out by all: for sharing.")] = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Tell which camps there are, how they stand to each other, and who is shut out by all of them."""
    from graphkit.communities.rivalry import outcasts, rivalry

    screen = Screen(json=json, quiet=quiet)
    asked = Asked.of(screen, store, seed)
    found = asked.camps
    names = [name for name in found.names if name is not None]
    sizes = {name: names.count(name) for name in sorted(set(names), key=lambda name: int(name[1:]))}
    between = rivalry(asked.graph, found).to_pylist()
    out = [] if hidden else outcasts(asked.graph, asked.run.verdicts, found).to_pylist()
    said = [
        found.sentence,
        *(say("{name}: {accounts}", name=name, accounts=words.accounts(n)) for name, n in sizes.items()),
    ]
    said += [_between(row) for row in between if row["reading"] in _BETWEEN]
    said += [_shut_out(row) for row in out]
    answer = {"sentence": found.sentence, "camps": sizes, "between": between, "shut_out": out}
    screen.result(answer, together(said))


def _between(row: Mapping[str, Any]) -> str:
    return say(
        "{camp} and {other}: {reading}; {contested} contests, {approved} approvals",
        camp=row["camp"],
        other=row["other"],
        reading=_BETWEEN[row["reading"]],
        contested=amount(row["contested"]),
        approved=amount(row["approved"]),
    )


def _shut_out(row: Mapping[str, Any]) -> str:
    return say(
        "{account} turned to {turned_to} accounts of {camps} camps; {answered} answered, {due} are due",
        account=row["id"],
        turned_to=row["turned_to"],
        camps=row["camps"],
        answered=row["answered"],
        due=amount(row["due"], 1),
    )


def _plain(value: Any) -> dict[str, Any]:
    import dataclasses

    return dataclasses.asdict(value)
