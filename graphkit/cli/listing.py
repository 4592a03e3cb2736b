"""`loaders` and `detectors`: what there is."""

from __future__ import annotations

import dataclasses
from typing import Final

import typer

from graphkit import words
from graphkit.cli.options import Json, Quiet, SettingsFile, chosen_settings, examples
from graphkit.cli.screen import Screen
from graphkit.language import say, told, worded

ANY: Final = say("any")


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command(epilog=examples("graphkit loaders", "graphkit loaders --json"))(loaders)
    app.command(epilog=examples("graphkit detectors", "graphkit detectors --json"))(detectors)


def loaders(quiet: Quiet = False, json: Json = False) -> None:
    """List the loaders: what can be read."""
    from graphkit.loading import loaders as every_loader

    screen = Screen(json=json, quiet=quiet)
    rows = [
        {"loader": name, "version": loader.VERSION, "reads": worded(first_line(loader.__doc__))}
        for name, loader in every_loader().items()
    ]
    screen.table(rows, columns=("loader", "version", "reads"))


def detectors(settings: SettingsFile = None, quiet: Quiet = False, json: Json = False) -> None:
    """List the detectors: the question of each, the tables it needs, and its parameters."""
    from graphkit.detectors import configured
    from graphkit.detectors import every as every_detector

    chosen = chosen_settings(settings)
    screen = Screen(json=json, quiet=quiet)
    rows = []
    for kind in every_detector():
        detector = configured(kind, chosen)
        parameters = {field.name: getattr(detector, field.name) for field in dataclasses.fields(detector)}
        needs = sorted(kind.needs)
        rows.append({"detector": kind.NAME, "question": told(kind.question), "needs": needs, "parameters": parameters})
    if json:
        screen.result(rows, "")
        return
    shown = [row | {"needs": ", ".join(told(words.TABLES[need]) for need in row["needs"]) or told(ANY)} for row in rows]
    screen.table(shown, columns=("detector", "question", "needs"))


def first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]
