"""`demo`: the main job on the shipped real data, and on a made-up world whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from graphkit import words
from graphkit.cli.options import Json, Quiet, Seed, examples
from graphkit.cli.screen import Screen
from graphkit.errors import UsageError
from graphkit.language import amount, percent, say, say_many, together, told

if TYPE_CHECKING:
    from graphkit.analysis.pipeline import Analysis
    from graphkit.analysis.steps import Onlooker
    from graphkit.lab.scoring import Ranking, Score
    from graphkit.lab.worlds import World

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
    from graphkit.lab.scoring import score

    screen = Screen(json=json, quiet=quiet)
    with screen.onlooker() as onlooker:
        real = _real(out, onlooker)
        world, made_up = _made_up(out, onlooker, accounts=accounts, seed=seed)
    truth = score(made_up.out, world.truth)
    screen.result(_as_json(real, made_up, truth), together(_lines(real, world, made_up, truth=truth)))


def _real(out: Path, onlooker: Onlooker) -> Analysis:
    """The shipped retweets, from a copy in `out`, so that the installed package stays as it is."""
    from graphkit.analysis.pipeline import Question, answer
    from graphkit.loading import LoadOptions

    data = out / "real-data"
    try:
        data.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise UsageError(say("{out} is a file; name a folder for the demo with --out.", out=out)) from error
    for name in (REAL, "README.md"):
        (data / name).write_bytes(resources.files("graphkit").joinpath("demo", name).read_bytes())
    options = LoadOptions(write_map=False)
    return answer(Question((str(data / REAL),), out / "real", options=options), onlooker)


def _made_up(out: Path, onlooker: Onlooker, *, accounts: int, seed: int) -> tuple[World, Analysis]:
    from graphkit.analysis.pipeline import Question, answer
    from graphkit.dataset import TABLES
    from graphkit.lab import worlds

    onlooker.tell("make a world")
    world = worlds.make("default", accounts=accounts, seed=seed)
    data = out / "made-up-data"
    world.save(data)
    files = tuple(str(data / f"{name}.parquet") for name in TABLES if (data / f"{name}.parquet").exists())
    return world, answer(Question(files, out / "made-up", seed=seed), onlooker)


def _lines(real: Analysis, world: World, made_up: Analysis, *, truth: Score) -> Iterator[str]:
    yield say("Real data: retweets for the Russian government, 2021 (hashed ids; MIT, see real-data/README.md)")
    yield from (f"  {told(line)}" for line in _found(real))
    yield ""
    yield say("A made-up world: {name}, seed {seed}", name=world.name, seed=str(world.seed))
    yield from (f"  {told(line)}" for line in _found(made_up))
    yield say("  What is true of it:")
    yield from (f"    {told(line)}" for line in _compared(truth))
    yield ""
    yield say("Next: graphkit analyze YOURFILE --out run   |   graphkit why {somebody}", somebody=_somebody(made_up))


def _compared(truth: Score) -> Iterator[str]:
    """What was planted and found, and who was accused for nothing."""
    from graphkit.lab.words import PLANTED
    from graphkit.lab.words import crowd as named

    for group in truth.groups:
        kind, found, planted = PLANTED[group.kind], group.found, group.planted
        yield say("{kind}: {found} of {planted} named as a group", kind=kind, found=found, planted=planted)
    for ranking in truth.rankings:
        if ranking.positives and ranking.recall is not None:
            yield _ranked(ranking, ranking.recall)
    blamed = [crowd for crowd in truth.crowds if crowd.accused]
    every = len(truth.crowds)
    yield say("innocent crowds: nobody accused in {spared} of {crowds}", spared=every - len(blamed), crowds=every)
    for crowd in blamed:
        yield say(
            "  {crowd}: {accused} of {accounts} accused wrongly",
            crowd=named(crowd.crowd),
            accused=crowd.accused,
            accounts=crowd.accounts,
        )
    yield say(
        "findings: {findings}, of which {wrong} are about innocent accounts",
        findings=truth.findings,
        wrong=truth.false_findings,
    )


def _ranked(ranking: Ranking, recall: float) -> str:
    from graphkit.lab.words import WORDS

    label, share = WORDS[ranking.kind], percent(recall)
    if ranking.precision is None:
        return say(
            "accounts that are {label}: {share} of {positives} named; nobody is named",
            label=label,
            share=share,
            positives=ranking.positives,
        )
    return say(
        "accounts that are {label}: {share} of {positives} named; {right} of the named are",
        label=label,
        share=share,
        positives=ranking.positives,
        right=percent(ranking.precision),
    )


def _found(done: Analysis) -> Iterator[str]:
    from graphkit.cli import saying

    graph = done.results.graph
    yield say(
        "{accounts}, {follows}, {acts}; {seconds} s",
        accounts=words.accounts(graph.n),
        follows=say_many("{count} follow", "{count} follows", count=graph.follows.nnz),
        acts=say_many("{count} act", "{count} acts", count=len(graph.events)),
        seconds=amount(done.steps.seconds, 1),
    )
    yield from saying.findings(done.run)
    yield saying.pages(done)


def _somebody(done: Analysis) -> str:
    """An example for `why`: the first member of the surest finding, else any account."""
    named = [finding.accounts[0] for finding in done.run.findings if finding.accounts]
    account = named[0] if named else done.results.accounts["id"][0].as_py()
    return f"{account} --store {done.out / 'graphkit.duckdb'} --seed {done.run.seed}"


def _as_json(real: Analysis, made_up: Analysis, truth: Score) -> dict[str, Any]:
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
    } | {
        "truth": {
            "groups": {group.kind: {"planted": group.planted, "found": group.found} for group in truth.groups},
            "accused": {row.crowd: {"accounts": row.accounts, "accused": row.accused} for row in truth.crowds},
            "findings": truth.findings,
            "false_findings": truth.false_findings,
        }
    }
