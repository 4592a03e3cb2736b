"""`engagement`, `moves`, `tomorrow`, `roles`, `risks`: what an account is to its audience, and what a partner should know first."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from graphkit import language
from graphkit.cli.options import Json, Quiet, Seed, StoreAddress, examples
from graphkit.cli.rosters.asked import Accounts, AnyAccounts, Asked, Presets, Words, facts
from graphkit.cli.screen import Screen
from graphkit.language import say, together

_ENGAGEMENT = (
    "id", "preset", "tier", "followers", "people", "rate", "expected_low", "expected_high", "reading", "percentile",
    "engaged", "repeat_share", "answered_share", "pressed_share",
)  # fmt: skip
_TIERS = ("preset", "tier", "accounts", "rate", "repeat_share", "answered_share")


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command(
        epilog=examples(
            "graphkit engagement --store demo.duckdb",
            "graphkit engagement @brand --preset s001 --preset s002 --store demo.duckdb",
        )
    )(engagement)
    app.command(epilog=examples("graphkit moves @brand --measure tag --store demo.duckdb"))(moves)
    app.command(epilog=examples("graphkit tomorrow @brand --store demo.duckdb"))(tomorrow)
    app.command(
        epilog=examples(
            "graphkit roles --store demo.duckdb",
            "graphkit roles @brand --preset s001 --preset s002 --store demo.duckdb",
        )
    )(roles)
    app.command(epilog=examples("graphkit risks @brand --store demo.duckdb"))(risks)


def engagement(
    store: StoreAddress,
    accounts: AnyAccounts = None,
    preset: Presets = None,
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Tell who engages: rate and count beside what size suggests, bonds, and what pods and machines pressed."""
    from graphkit.audience.standing import by_tier, neighbours, standing

    screen = Screen(json=json, quiet=quiet)
    asked = Asked.of(screen, store, seed)
    table = standing(asked.graph, asked.run.verdicts, asked.reach, presets=preset or ["vendor"])
    if accounts:
        wanted = asked.ids(accounts)
        rows = [row for account in wanted for row in table.rows(account)]
        screen.table(rows, columns=_ENGAGEMENT, title=str(table.fall))
        return
    screen.table(by_tier(table), columns=_TIERS, title=say("{fall} Medians of every tier.", fall=table.fall))
    for line in neighbours(table):
        screen.note(line)


def moves(
    accounts: Accounts,
    store: StoreAddress,
    measure: Annotated[
        list[str] | None, typer.Option("--measure", help="tag, link, repost or follow; default: all four.")
    ] = None,
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Tell whether followers take up what an account brings, more than others and than at other times."""
    import dataclasses

    from graphkit.audience.lift import MEASURES, lift

    screen = Screen(json=json, quiet=quiet)
    asked = Asked.of(screen, store, seed)
    told = [
        lift(asked.graph, account, asked.run.verdicts, measure=one, seed=seed)
        for account in asked.ids(accounts)
        for one in measure or MEASURES
    ]
    said = [f"{one.account}: {language.told(line)}" for one in told for line in one.explain()]
    screen.result([dataclasses.asdict(one) for one in told], together(said))


def tomorrow(accounts: Accounts, store: StoreAddress, seed: Seed = 0, quiet: Quiet = False, json: Json = False) -> None:
    """Tell how many people will act on accounts in the day after the data, as a range, if things go on."""
    from graphkit.audience.rates.tomorrow import tomorrow as told

    screen = Screen(json=json, quiet=quiet)
    asked = Asked.of(screen, store, seed)
    ids = asked.ids(accounts)
    table = told(asked.graph, asked.run.verdicts)
    rows = [asked.row_of(table, account) for account in ids]
    screen.table(rows, columns=("id", "expected", "low", "high"))


def roles(
    store: StoreAddress,
    accounts: AnyAccounts = None,
    preset: Presets = None,
    outside: Annotated[
        Path | None,
        typer.Option("--outside", metavar="FILE", help="A CSV file with columns id and fact: known elsewhere."),
    ] = None,
    brand: Annotated[
        str | None, typer.Option("--brand", metavar="ACCOUNT", help="Whose advocates and employees are wanted.")
    ] = None,
    word: Words = None,
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Tell what accounts are to their audiences, with the facts that decided; without evidence no role."""
    from graphkit.audience.engagement import tiers_of
    from graphkit.audience.roles import Brand
    from graphkit.audience.roles import roles as told

    screen = Screen(json=json, quiet=quiet)
    asked = Asked.of(screen, store, seed)
    named = Brand(brand, tuple(word or ())) if brand else None
    known = facts(asked.graph, outside)
    found = told(asked.graph, asked.run.verdicts, asked.reach, outside=known, brand=named)
    ids = asked.ids(accounts) if accounts else tuple(sorted(found))
    tables = {name: tiers_of(asked.graph, ids, name) for name in preset or ["vendor"]}
    rows = [_role(account, found.get(account), tables) for account in ids]
    screen.table(rows, columns=("id", "role", *(f"tier_{name}" for name in tables), "reasons"))


def _role(account: str, role: Any, tables: dict[str, dict[str, str | None]]) -> dict[str, Any]:
    tiers = {f"tier_{name}": table[account] for name, table in tables.items()}
    if role is None:
        return {"id": account, "role": None, "reasons": language.told(say("The data bear out no role."))} | tiers
    return {"id": account, "role": role.name, "reasons": " ".join(map(language.told, role.reasons))} | tiers


def risks(accounts: Accounts, store: StoreAddress, seed: Seed = 0, quiet: Quiet = False, json: Json = False) -> None:
    """Tell how much accounts advertise and disclose, how they grew, and whether ties end together."""
    import dataclasses

    from graphkit.audience.difference import adverts_and_others
    from graphkit.audience.engagement import tiers_of
    from graphkit.audience.fit.risks import adverts, growth
    from graphkit.audience.rates.conditional import conditional_ties

    screen = Screen(json=json, quiet=quiet)
    asked = Asked.of(screen, store, seed)
    ids = asked.ids(accounts)
    tiers, answer, said = tiers_of(asked.graph, ids, "vendor"), [], []
    for account in ids:
        parts: dict[str, Any] = {
            "adverts": adverts(asked.graph, account, tier=tiers[account]),
            "engagement_of_adverts": adverts_and_others(asked.graph, account, asked.run.verdicts, seed=seed),
            "growth": growth(asked.graph, account),
            "conditional_ties": conditional_ties(asked.graph, account),
        }
        answer.append({"account": account} | {name: dataclasses.asdict(part) for name, part in parts.items()})
        said.append(together([account, *(line for part in parts.values() for line in part.explain())]))
    screen.result(answer, "\n\n".join(said))
