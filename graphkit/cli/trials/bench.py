"""`bench`: how often the detectors are right on worlds whose truth is known, beside the plain rules that others use."""

from __future__ import annotations

from typing import Annotated

import typer

from graphkit.cli.options import Json, Quiet, examples
from graphkit.cli.screen import Screen
from graphkit.language import say, told


def register(app: typer.Typer) -> None:
    """Adds the command of this file."""
    app.command(
        epilog=examples(
            "graphkit bench",
            "graphkit bench stealth rings --accounts 20000 --seeds 5",
            "graphkit bench rings --detector follow_rings",
        )
    )(bench)


def bench(
    worlds: Annotated[
        list[str] | None, typer.Argument(metavar="WORLD", help="Presets of made-up worlds; default: default.")
    ] = None,
    detector: Annotated[
        list[str] | None, typer.Option("--detector", help="Only this detector (repeatable); default: all.")
    ] = None,
    accounts: Annotated[int, typer.Option("--accounts", min=500, help="Accounts of each world.")] = 5_000,
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="Worlds of each preset.")] = 1,
    shuffled: Annotated[
        int, typer.Option("--shuffled", min=0, help="Also so many shuffled worlds, in which nothing is to be found.")
    ] = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Measure precision, recall and false accusations on made-up worlds, and what plain rules would have done."""
    import dataclasses

    from graphkit.lab import bench as lab

    names = list(worlds or ["default"])
    screen = Screen(json=json, quiet=quiet)
    rows = []
    for row in lab.bench(names, accounts=accounts, seeds=range(seeds), detectors=tuple(detector or ())):
        screen.note(
            say(
                "{world}: {accounts} accounts, {seconds} s",
                world=row.world,
                accounts=row.accounts,
                seconds=round(float(row.seconds), 1),
            )
        )
        rows.append(row)
    text = lab.table(rows)
    silent = lab.silence(shuffled, accounts=accounts, names=names) if shuffled else None
    if silent is not None:
        silence = say(
            "shuffled worlds: {silent} of {worlds} without a finding (q < {q})",
            silent=silent.worlds - len(silent.loud),
            worlds=silent.worlds,
            q=lab.SURE,
        )
        text += f"\n{told(silence)}"
    judged = {"worlds": [dataclasses.asdict(row) for row in rows], "shuffled": silent and dataclasses.asdict(silent)}
    screen.result(judged, text)
