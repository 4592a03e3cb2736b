"""`demo`: the main job on the shipped real data, and on a made-up world whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from graphkit import words
from graphkit.analysis.pipeline import Analysis, Question, answer
from graphkit.analysis.steps import Onlooker
from graphkit.cli import saying
from graphkit.cli.options import Json, Quiet, Seed, examples
from graphkit.cli.screen import Screen
from graphkit.dataset import TABLES
from graphkit.lab import worlds
from graphkit.lab.recovery import Recovery, recovery
from graphkit.loading import LoadOptions

REAL: Final = "retweets.csv.gz"


def register(app: typer.Typer) -> None:
    """Adds the commands of this file."""
    app.command(epilog=examples("graphkit demo", "graphkit demo --out try --accounts 8000 --seed 3"))(demo)


def demo(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="The folder for both results.")] = Path(
        "demo"
    ),
    accounts: Annotated[
        int, typer.Option("--accounts", min=500, help="How many accounts the made-up world has.")
    ] = 4000,
    seed: Seed = 7,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Show everything in under two minutes: real data that is shipped, and a made-up world whose truth is known."""
    screen = Screen(json=json, quiet=quiet)
    with screen.onlooker() as onlooker:
        real = _real(out, onlooker)
        world, made_up = _made_up(out, onlooker, accounts=accounts, seed=seed)
    truth = recovery(world.truth, made_up.run, made_up.results.accounts)
    screen.result(_as_json(real, made_up, truth), "\n".join(_lines(real, world, made_up, truth=truth)))


def _real(out: Path, onlooker: Onlooker) -> Analysis:
    """The shipped retweets, from a copy in `out`, so that the installed package stays as it is."""
    data = out / "real-data"
    data.mkdir(parents=True, exist_ok=True)
    for name in (REAL, "README.md"):
        (data / name).write_bytes(resources.files("graphkit").joinpath("demo", name).read_bytes())
    options = LoadOptions(write_map=False)
    return answer(Question((str(data / REAL),), out / "real", options=options), onlooker)


def _made_up(out: Path, onlooker: Onlooker, *, accounts: int, seed: int) -> tuple[worlds.World, Analysis]:
    onlooker.tell("make a world")
    world = worlds.make("default", accounts=accounts, seed=seed)
    data = out / "made-up-data"
    world.save(data)
    files = tuple(str(data / f"{name}.parquet") for name in TABLES if (data / f"{name}.parquet").exists())
    return world, answer(Question(files, out / "made-up", seed=seed), onlooker)


def _lines(real: Analysis, world: worlds.World, made_up: Analysis, *, truth: Recovery) -> Iterator[str]:
    yield "Real data: retweets for the Russian government, 2021 (hashed ids; MIT, see real-data/README.md)"
    yield from (f"  {line}" for line in _found(real))
    yield ""
    yield f"A made-up world: {world.name}, seed {world.seed}"
    yield from (f"  {line}" for line in _found(made_up))
    yield "  What is true of it:"
    yield from (f"  {line}" for line in truth.lines())
    yield ""
    yield f"Next: graphkit analyze YOURFILE --out run   |   graphkit why {_somebody(made_up)}"


def _found(done: Analysis) -> Iterator[str]:
    graph = done.results.graph
    counts = [(graph.n, "account"), (graph.follows.nnz, "follow"), (len(graph.events), "act")]
    yield f"{', '.join(words.counted(count, name) for count, name in counts)}; {sum(s.seconds for s in done.steps.done):.1f} s"
    yield from saying.findings(done.run)
    yield f"Report: {done.out / 'report.html'}   Map: {done.out / 'map.html'}   (both open with no network)"


def _somebody(done: Analysis) -> str:
    """An example for `why`: the first member of the surest finding, else any account."""
    named = [finding.accounts[0] for finding in done.run.findings if finding.accounts]
    account = named[0] if named else done.results.accounts["id"][0].as_py()
    return f"{account} --store {done.out / 'graphkit.duckdb'} --seed {done.run.seed}"


def _as_json(real: Analysis, made_up: Analysis, truth: Recovery) -> dict[str, Any]:
    return {
        name: {
            "out": str(done.out),
            "accounts": done.results.graph.n,
            "findings": [
                {"finding": f.id, "kind": f.kind, "q": f.q, "sentence": f.sentence} for f in done.run.findings
            ],
            "report": str(done.out / "report.html"),
            "map": str(done.out / "map.html"),
        }
        for name, done in (("real", real), ("made_up", made_up))
    } | {"truth": truth.as_json()}
