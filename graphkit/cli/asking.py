"""`detect`, `why`, `map`, `export`: questions to what a store holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from graphkit.cli.options import (
    Json,
    Quiet,
    Seed,
    SettingsFile,
    ShowHidden,
    StoreAddress,
    chosen_settings,
    examples,
    existing,
)
from graphkit.cli.screen import Screen
from graphkit.cli.speaking import written
from graphkit.errors import UsageError
from graphkit.language import say, speaking, together, told

if TYPE_CHECKING:
    from graphkit.analysis.detecting import Detected
    from graphkit.graphs.graph import InfluenceGraph
    from graphkit.results import Results

Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")]
TABLES: Final = ("accounts", "findings", "reach")
MAPS: Final = (".gexf", ".graphml", ".json", ".cyjs", ".csv", ".parquet", ".svg", ".pdf", ".png", ".html")


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command(
        epilog=examples(
            "graphkit detect --store demo.duckdb", "graphkit detect follow_rings --store demo.duckdb --json"
        )
    )(detect)
    app.command(
        epilog=examples("graphkit why @someone --store demo.duckdb", "graphkit why 4711 --store demo.duckdb --json")
    )(why)
    app.command(
        "map",
        epilog=examples(
            "graphkit map --store demo.duckdb -o map.html", "graphkit map --store demo.duckdb --at @someone -o ego.html"
        ),
    )(draw)
    app.command(
        epilog=examples(
            "graphkit export --store demo.duckdb -o network.graphml", "graphkit export --store demo.duckdb -o tables/"
        )
    )(export)


def detect(
    store: StoreAddress,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="DETECTOR", help="Only these; see graphkit detectors.")
    ] = None,
    seed: Seed = 0,
    settings: SettingsFile = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Put the detectors' questions to what a store holds, and keep the run there."""
    from graphkit.analysis.tables import findings_whole
    from graphkit.cli import saying

    screen = Screen(json=json, quiet=quiet)
    _graph, run = _detected(screen, store, tuple(names or ()), seed=seed, settings=settings, keep=True)
    answer = {
        "run": run.id,
        "findings": findings_whole(run.findings),
        "skipped": {name: told(reason) for name, reason in run.skipped.items()},
        "notes": [told(note) for note in run.notes],
    }
    screen.result(answer, together(saying.findings(run)))


def why(
    name: Annotated[str, typer.Argument(metavar="ACCOUNT", help='An id, an "@handle", or the id of a finding.')],
    store: StoreAddress,
    seed: Seed = 0,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Tell why an account or a finding stands out, what speaks against it, and which rows to look at."""
    from graphkit import rivals
    from graphkit.analysis import asking
    from graphkit.analysis.tables import findings_whole

    screen = Screen(json=json, quiet=quiet)
    graph, run = _detected(screen, store, seed=seed)
    answer = asking.why(graph, name, run)
    said: dict[str, object] = {
        "about": answer.about,
        "label": answer.label,
        "reason": told(answer.reason),
        "scores": answer.scores,
    }
    signals = [{"signal": signal.name, "says": told(signal.says), **read} for signal, read in answer.signals]
    findings = findings_whole(answer.findings)
    following = rivals.whole([answer.following])[0] if answer.following else None
    said |= {
        "findings": findings,
        "following": following,
        "signals": signals,
        "notes": [told(note) for note in answer.notes],
    }
    screen.result(said, str(answer))


def draw(
    store: StoreAddress,
    output: Output,
    accounts: Annotated[
        int | None, typer.Option("--accounts", min=1, help="How many accounts are drawn at most; default: 20,000.")
    ] = None,
    at: Annotated[
        str, typer.Option("--at", metavar="ACCOUNT", help='Open on this account (id or "@handle") and its ties.')
    ] = "",
    poster: Annotated[bool, typer.Option("--poster", help="A picture of every account and every tie.")] = False,
    seed: Seed = 0,
    show_hidden: ShowHidden = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Draw the map: .html opens in a browser with no network; .png, .svg and .pdf are for print."""
    from graphkit import maps
    from graphkit.analysis.naming import node_of

    screen = Screen(json=json, quiet=quiet)
    with speaking(written()):
        results = _results(screen, store, seed)
        if poster:
            made = maps.poster(results, output, show_hidden=show_hidden)
        else:
            named = results.graph.ids([node_of(results.graph, at)])[0] if at else ""
            made = maps.draw(results, show_hidden=show_hidden, most=accounts, at=named).save(output)
    screen.result({"map": str(made)}, str(output))


def export(
    store: StoreAddress,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="A folder for tables, or a file: .gexf, .graphml, .json, .cyjs, .csv, .parquet.",
        ),
    ],
    seed: Seed = 0,
    show_hidden: ShowHidden = False,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Hand the network or the tables of results to other tools."""
    from graphkit import maps

    screen = Screen(json=json, quiet=quiet)
    if output.suffix and output.suffix.lower() not in MAPS:
        raise UsageError(
            say("{output}: accepted are a folder, or a file that ends in {maps}.", output=output, maps=", ".join(MAPS))
        )
    with speaking(written()):
        results = _results(screen, store, seed)
        losses: tuple[str, ...] = ()
        if not output.suffix:
            files = _tables(results, output)
        else:
            drawn = maps.whole(results, show_hidden=show_hidden)
            files, losses = maps.files_of(drawn.save(output)), drawn.losses(output.suffix)
    named = [str(path) for path in files]
    for loss in losses:
        screen.note(told(say("This format does not say: {what}", what=loss)))
    screen.result({"files": named, "not_said": list(losses)}, "\n".join(named))


def _tables(results: Results, folder: Path) -> list[Path]:
    from graphkit.analysis.files import write_table
    from graphkit.analysis.tables import findings_table

    folder.mkdir(parents=True, exist_ok=True)
    tables = {
        "accounts": results.accounts,
        "findings": findings_table(results.findings),
        "reach": results.reach,
    }
    for name, table in tables.items():
        write_table(table, folder, name)
    return [folder / f"{name}.{suffix}" for name in TABLES for suffix in ("csv", "parquet")]


def _results(screen: Screen, store: str, seed: int) -> Results:
    from graphkit.analysis.results import results_of

    with existing(store) as opened:
        files = opened.reports()
    graph, run = _detected(screen, store, seed=seed)
    return results_of(graph, run, files=files)


def _detected(
    screen: Screen,
    store: str,
    names: tuple[str, ...] = (),
    *,
    seed: int,
    settings: Path | None = None,
    keep: bool = False,
) -> tuple[InfluenceGraph, Detected]:
    """The network of all sealed loads of a store, and what the detectors say of it."""
    from graphkit.analysis.detecting import detect as run_detectors
    from graphkit.analysis.steps import Steps
    from graphkit.graphs.graph import InfluenceGraph

    chosen = chosen_settings(settings)
    with screen.onlooker() as onlooker, existing(store) as opened:
        steps = Steps(onlooker.tell)
        with steps.step("build graph"):
            graph = InfluenceGraph.build(opened.tables())
        run = run_detectors(graph, *names, seed=seed, settings=chosen, steps=steps)
        if keep:
            opened.add_run(run)
    return graph, run
