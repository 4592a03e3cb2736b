"""`overlap`, `compare`, `roster`: which people together reach whom."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphkit.cli.asking import _detected
from graphkit.cli.options import Json, Quiet, Seed, StoreAddress, examples
from graphkit.cli.screen import Screen
from graphkit.errors import DataError, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from graphkit.analysis.detecting import Detected
    from graphkit.graphs.graph import InfluenceGraph

Community = Annotated[
    str | None, typer.Option("--community", metavar="NAME", help="Only people of this community, as in accounts.csv.")
]
Language = Annotated[str | None, typer.Option("--speaking", metavar="TAG", help="Only people of this language: tr.")]
Place = Annotated[
    str | None, typer.Option("--place", metavar="TEXT", help="Only people whose location holds this text.")
]
Candidates = Annotated[
    Path | None,
    typer.Option("--candidates", metavar="FILE", help="A CSV file with the columns id, and if known cost and camp."),
]


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
        )
    )(roster)


def overlap(
    accounts: Annotated[list[str], typer.Argument(metavar="ACCOUNT...", help='Two or more ids or "@handles".')],
    store: StoreAddress,
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Tell how many followers accounts share, what they reach together, and what each alone adds."""
    from graphkit.audience.rosters.overlap import overlap as overlapping

    screen = Screen(json=json, quiet=quiet)
    graph, run = _detected(screen, store, seed=seed)
    found = overlapping(graph, accounts, people=run.verdicts.authentic)
    answer = {
        "accounts": list(found.accounts),
        "sizes": found.sizes.tolist(),
        "shared": found.shared.tolist(),
        "union": found.union,
        "people": float(found.people[0]),
        "only": found.only.tolist(),
    }
    lines = [f"Together {found.union:,} followers, {found.people[0]:,.0f} of them people."]
    for i, account in enumerate(found.accounts):
        lines.append(f"{account}: {found.sizes[i]:,} followers, {found.only[i]:,} that nobody else here has")
        lines += [
            f"  shares {found.shared[i, j]:,} with {other} ({found.of_smaller[i, j]:.0%} of the smaller audience)"
            for j, other in enumerate(found.accounts)
            if j > i and found.shared[i, j]
        ]
    screen.result(answer, "\n".join(lines))


def compare(
    accounts: Annotated[list[str], typer.Argument(metavar="ACCOUNT...", help='Two or more ids or "@handles".')],
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
    from graphkit.audience.reach import reach
    from graphkit.audience.rosters.compare import compare as compared
    from graphkit.audience.rosters.overlap import overlap as overlapping

    screen = Screen(json=json, quiet=quiet)
    graph, run = _detected(screen, store, seed=seed)
    context = Context(community, language, place)
    belongs = context.inside(graph, _communities(graph, seed) if community else None)
    ids = graph.ids([graph.node(account) for account in accounts])
    made = compared(
        reach(graph, run.verdicts, findings=run.findings),
        overlapping(graph, ids),
        reach_inside(graph, ids, belongs, people=run.verdicts.authentic),
        context=context.sentence,
        costs={row[0]: row[1] for row in _offered(graph, candidates) if row[1] is not None},
    )
    sides = [dataclasses.asdict(side) for side in made.sides]
    answer = {"context": made.context, "accounts": sides, "shared": made.overlap.shared.tolist()}
    screen.result(answer, "\n".join(made.explain()))


def roster(
    store: StoreAddress,
    candidates: Candidates = None,
    budget: Annotated[float | None, typer.Option("--budget", min=0, help="What all together may cost.")] = None,
    least: Annotated[int, typer.Option("--least", min=1, help="At least so many people.")] = 1,
    most: Annotated[int | None, typer.Option("--most", min=1, help="At most so many people.")] = None,
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
        bool, typer.Option("--camps-apart", help="Nobody from two different camps; needs the column camp.")
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
    from graphkit.audience.rosters.candidates import Candidates as Offered
    from graphkit.audience.rosters.candidates import Rules
    from graphkit.audience.rosters.roster import roster as chosen

    screen = Screen(json=json, quiet=quiet)
    rules = Rules(budget, least, most, _tiers(tier or []), max_overlap, camps_apart, max_share)
    graph, run = _detected(screen, store, seed=seed)
    context = Context(community, language, place)
    belongs = context.inside(graph, _communities(graph, seed) if community else None)
    offered = _offered(graph, candidates)
    made = chosen(
        Offered.of(
            graph,
            [row[0] for row in offered],
            people=_weight(run, belongs),
            costs={row[0]: row[1] for row in offered if row[1] is not None},
            tiers=_tiers_of(graph, [row[0] for row in offered], preset),
            camps={row[0]: row[2] for row in offered},
        ),
        rules,
    )
    answer = dataclasses.asdict(made) | {"context": context.sentence, "guarantee": made.guarantee}
    screen.result(answer, "\n".join([context.sentence, *made.explain()]))


def _weight(run: Detected, belongs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chance to be a person within the context; of whom nothing is known counts as the others do on average."""
    import numpy as np

    share = float(np.nanmean(belongs)) if not np.isnan(belongs).all() else 0.0
    return run.verdicts.authentic * np.where(np.isnan(belongs), share, belongs)


def _communities(graph: InfluenceGraph, seed: int) -> list[str | None]:
    from graphkit.communities.belonging import communities

    return [None if number < 0 else f"c{number + 1}" for number in communities(graph, seed=seed).tolist()]


def _tiers(given: list[str]) -> dict[str, int]:
    found = {}
    for text in given:
        name, _, number = text.partition("=")
        if not number.isdigit():
            raise UsageError(f"--tier {text}: give a name and a number, as in --tier nano=2.")
        found[name] = int(number)
    return found


def _tiers_of(graph: InfluenceGraph, accounts: list[str], name: str) -> dict[str, str | None]:
    from graphkit.audience.engagement import preset as table_of

    table, found = table_of(name), {}
    for account in accounts:
        node = graph.node(account)
        claimed = graph.accounts["followers"][node].as_py()
        seen = int(graph.followers.indptr[node + 1] - graph.followers.indptr[node])
        found[account] = table.tier(seen if claimed is None else claimed)
    return found


def _offered(graph: InfluenceGraph, path: Path | None) -> list[tuple[str, float | None, str | None]]:
    """Id, cost and camp of every candidate; without a file everybody who is followed, at no known cost."""
    import numpy as np

    if path is None:
        return [(account, None, None) for account in graph.ids(np.flatnonzero(np.diff(graph.followers.indptr)))]
    if not path.is_file():
        raise DataError(f"{path} does not exist; give a CSV file with the columns id, and if known cost and camp.")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    if not rows or "id" not in rows[0]:
        raise DataError(f"{path} has no row with a column id; its columns may be id, cost and camp.")
    return [
        (graph.ids([graph.node(row["id"])])[0], _cost(path, number, row.get("cost")), row.get("camp") or None)
        for number, row in enumerate(rows, start=2)
    ]


def _cost(path: Path, line: int, text: str | None) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError as error:
        raise DataError(f"{path}, line {line}: {text!r} is no cost; give a number such as 1200.50.") from error
    if not 0 <= value < float("inf"):
        raise DataError(f"{path}, line {line}: a cost of {text} cannot be; give a number of 0 or more.")
    return value
