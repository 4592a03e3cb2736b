"""`overlap`, `compare`, `roster`: which people together reach whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphkit.cli.options import Json, Quiet, Seed, StoreAddress, examples
from graphkit.cli.rosters.asked import Asked, Candidates, Community, Language, Place
from graphkit.cli.screen import Screen
from graphkit.errors import UsageError
from graphkit.language import amount, percent, say, together, told

if TYPE_CHECKING:
    from graphkit.audience.fit.context import Context
    from graphkit.audience.rosters.candidates import Candidates as Offered


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command(epilog=examples("graphkit overlap @one @two @three --store demo.duckdb"))(overlap)
    app.command(
        epilog=examples(
            "graphkit compare @niche @star --store demo.duckdb",
            "graphkit compare @niche @star --speaking tr --candidates prices.csv --store demo.duckdb",
        )
    )(compare)
    app.command(
        epilog=examples(
            "graphkit roster --most 6 --store demo.duckdb",
            "graphkit roster --candidates prices.csv --budget 150000 --least 6 --max-overlap 0.25 --store demo.duckdb",
            "graphkit roster --rules rules.toml --speaking tr --store demo.duckdb",
            "graphkit roster --most 10 --curve --store demo.duckdb",
        )
    )(roster)


def overlap(
    accounts: Annotated[list[str], typer.Argument(metavar="ACCOUNT", help='Two or more ids or "@handles".')],
    store: StoreAddress,
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Tell how many followers accounts share, what they reach together, and what each alone adds."""
    from graphkit.audience.rosters.overlap import overlap as overlapping

    screen = Screen(json=json, quiet=quiet)
    asked = Asked.of(screen, store, seed)
    found = overlapping(asked.graph, asked.ids(accounts), people=asked.people)
    answer = {
        "accounts": list(found.accounts),
        "sizes": found.sizes.tolist(),
        "shared": found.shared.tolist(),
        "union": found.union,
        "people": float(found.people[0]),
        "only": found.only.tolist(),
    }
    lines = [
        say(
            "Together {followers} followers, {people} of them people.",
            followers=found.union,
            people=amount(found.people[0]),
        )
    ]
    for i, account in enumerate(found.accounts):
        lines.append(
            say(
                "{account}: {followers} followers, {only} that nobody else here has",
                account=account,
                followers=found.sizes[i],
                only=found.only[i],
            )
        )
        lines += [
            say(
                "  shares {shared} with {other} ({share} of the smaller audience)",
                shared=found.shared[i, j],
                other=other,
                share=percent(found.of_smaller[i, j]),
            )
            for j, other in enumerate(found.accounts)
            if j > i and found.shared[i, j]
        ]
    screen.result(answer, together(lines))


def compare(
    accounts: Annotated[list[str], typer.Argument(metavar="ACCOUNT", help='Two or more ids or "@handles".')],
    store: StoreAddress,
    community: Community = None,
    language: Language = None,
    place: Place = None,
    candidates: Candidates = None,
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Put accounts side by side: people, fit to a context, engagement, costs, and what they share."""
    import dataclasses

    from graphkit.audience.fit.context import Context, reach_inside
    from graphkit.audience.rosters.compare import compare as compared
    from graphkit.audience.rosters.overlap import overlap as overlapping

    screen = Screen(json=json, quiet=quiet)
    asked = Asked.of(screen, store, seed)
    context = Context(community, language, place)
    ids = asked.ids(accounts)
    made = compared(
        asked.reach,
        overlapping(asked.graph, ids),
        reach_inside(asked.graph, ids, asked.belongs(context), people=asked.people),
        context=context.sentence,
        costs=asked.prices(candidates),
    )
    sides = [dataclasses.asdict(side) for side in made.sides]
    answer = {"context": told(made.context), "accounts": sides, "shared": made.overlap.shared.tolist()}
    screen.result(answer, together(made.explain()))


def roster(
    store: StoreAddress,
    candidates: Candidates = None,
    rules: Annotated[
        Path | None, typer.Option("--rules", metavar="FILE", help="A TOML file with rules; options go before it.")
    ] = None,
    budget: Annotated[float | None, typer.Option("--budget", min=0, help="What all together may cost.")] = None,
    least: Annotated[int | None, typer.Option("--least", min=1, help="At least so many accounts.")] = None,
    most: Annotated[int | None, typer.Option("--most", min=1, help="At most so many accounts.")] = None,
    people: Annotated[float | None, typer.Option("--people", min=0, help="Reach at least so many people.")] = None,
    tier: Annotated[
        list[str] | None,
        typer.Option("--tier", metavar="NAME=N", help="At least N of a tier: nano=2. May be repeated."),
    ] = None,
    preset: Annotated[str, typer.Option("--preset", help="The table of tiers: s001, s002, vendor.")] = "vendor",
    max_overlap: Annotated[
        float | None, typer.Option("--max-overlap", help="Of any two audiences, as a share of the smaller one: 0.25.")
    ] = None,
    max_share: Annotated[
        float | None, typer.Option("--max-share", help="Of one member in the audiences of all members together: 0.3.")
    ] = None,
    camps_apart: Annotated[
        bool,
        typer.Option("--camps-apart", help="Nobody from two different camps: those of the file, else those found."),
    ] = False,
    curve: Annotated[
        bool, typer.Option("--curve", help="Size against reach up to --most instead, without other rules.")
    ] = False,
    community: Community = None,
    language: Language = None,
    place: Place = None,
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Choose the set of people that reaches most, under a budget and rules, with the reason for each."""
    import dataclasses

    from graphkit.audience.fit.context import Context
    from graphkit.audience.rosters.roster import roster as chosen
    from graphkit.audience.rosters.rules import read_rules, rules_of

    over: dict[str, Any] = {
        "budget": budget,
        "least": least,
        "most": most,
        "people": people,
        "tiers": _tiers(tier) if tier else None,
        "max_overlap": max_overlap,
        "max_share": max_share,
        "camps_apart": camps_apart or None,
    }
    kept = read_rules(rules, over) if rules else rules_of(over)
    screen = Screen(json=json, quiet=quiet)
    context = Context(community, language, place)
    offered = _offered(Asked.of(screen, store, seed), context, candidates, preset=preset, apart=kept.camps_apart)
    if curve:
        _curve(screen, offered, kept.most, context.sentence)
        return
    made = chosen(offered, kept)
    answer = dataclasses.asdict(made) | {"context": told(context.sentence), "guarantee": made.guarantee}
    screen.result(answer, together([context.sentence, *made.explain()]))


def _offered(asked: Asked, context: Context, path: Path | None, *, preset: str, apart: bool) -> Offered:
    from graphkit.audience.engagement import tiers_of
    from graphkit.audience.rosters.candidates import Candidates as Offered

    rows = asked.offered(path)
    ids = [row[0] for row in rows]
    return Offered.of(
        asked.graph,
        ids,
        people=asked.weight(context),
        costs={row[0]: row[1] for row in rows if row[1] is not None},
        tiers=tiers_of(asked.graph, ids, preset),
        camps=_camps(asked, rows) if apart else {},
    )


def _camps(asked: Asked, rows: list[tuple[str, float | None, str | None]]) -> dict[str, str | None]:
    """The camps that the file names; where it names none, those that the data show."""
    named = {row[0]: row[2] for row in rows}
    if any(named.values()):
        return named
    return {
        account: camp
        for account, camp in zip(asked.graph.account_ids, asked.camps.names, strict=True)
        if account in named
    }


def _curve(screen: Screen, offered: Offered, most: int | None, context: str) -> None:
    from graphkit.audience.rosters.curve import curve

    if most is None:
        raise UsageError(say("a curve needs its largest size; give --most."))
    rows = curve(offered, most).to_pylist()
    if screen.json:
        screen.result({"context": context, "curve": rows}, "")
        return
    screen.table(rows, columns=("size", "account", "adds", "people", "best_possible", "guarantee"), title=context)


def _tiers(given: list[str]) -> dict[str, int]:
    found = {}
    for text in given:
        name, _, number = text.partition("=")
        if not number.isdigit():
            raise UsageError(say("--tier {text}: give a name and a number, as in --tier nano=2.", text=text))
        found[name] = int(number)
    return found
