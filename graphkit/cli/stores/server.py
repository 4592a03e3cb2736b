"""`neo4j`: a Neo4j Community server of one's own from Maven artifacts, without Docker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphkit.cli.options import Json, Quiet, StoreAddress, examples, existing
from graphkit.cli.screen import Screen
from graphkit.errors import UsageError
from graphkit.language import say, together

if TYPE_CHECKING:
    from graphkit.stores.server import Home

app = typer.Typer(no_args_is_help=True, help="A Neo4j Community server of your own, on loopback; see docs/neo4j.md.")

LineName = Annotated[str, typer.Option("--line", metavar="LINE", help="Which Neo4j: 5.26 (Java 17) or 2026 (Java 25).")]
HomeFolder = Annotated[
    Path | None, typer.Option("--home", metavar="DIR", help="Where it keeps its data; default: in the cache folder.")
]


@app.command(epilog=examples("graphkit neo4j start", "graphkit neo4j start --line 2026 --port 7688 --heap 2048"))
def start(
    line: LineName = "5.26",
    home: HomeFolder = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Bolt port; 0 takes any free one.")] = 7687,
    heap: Annotated[int, typer.Option("--heap", min=256, help="Memory for the server, in MiB.")] = 1024,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Assemble the server if need be, start it on loopback, and tell its address and password file."""
    from graphkit.stores import server
    from graphkit.stores.server.home import Memory

    screen = Screen(json=json, quiet=quiet)
    place = _home(line, home)
    screen.note(say("Starting Neo4j {version} in {path}", version=place.line.version, path=place.path))
    running = server.start(place, port=port, memory=Memory(heap=heap, transactions=heap * 3 // 4))
    _tell(screen, running.home, running.pid)


@app.command(epilog=examples("graphkit neo4j stop", "graphkit neo4j stop --line 2026"))
def stop(line: LineName = "5.26", home: HomeFolder = None, quiet: Quiet = False, json: Json = False) -> None:
    """Stop the server; its data stays."""
    from graphkit.stores import server

    stopped = server.stop(_home(line, home))
    Screen(json=json, quiet=quiet).result(
        {"stopped": stopped}, say("Stopped.") if stopped else say("It was not running.")
    )


@app.command(epilog=examples("graphkit neo4j status"))
def status(line: LineName = "5.26", home: HomeFolder = None, quiet: Quiet = False, json: Json = False) -> None:
    """Tell whether the server runs, and where; 1 where it does not."""
    from graphkit.stores import server

    found = server.status(_home(line, home))
    screen = Screen(json=json, quiet=quiet)
    if not found.is_running:
        said = say("Neo4j {version} is not running in {path}.", version=found.home.line.version, path=found.home.path)
        screen.result({"running": False}, said)
        raise typer.Exit(1)
    _tell(screen, found.home, found.pid)


@app.command(
    epilog=examples(
        "graphkit neo4j files --store demo.duckdb -o import/",
        "graphkit neo4j files --store demo.duckdb -o import/ --format csv",
    )
)
def files(
    store: StoreAddress,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="The folder for the files.")],
    format: Annotated[str, typer.Option("--format", help="parquet or csv, with typed headers.")] = "parquet",
    database: Annotated[str, typer.Option("--database", help="The database that the line names.")] = "neo4j",
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Write what a store holds as files for neo4j-admin, and tell the exact import line."""
    from graphkit.stores.neo4j.offline import FORMATS, import_line, write

    screen = Screen(json=json, quiet=quiet)
    if format not in FORMATS:
        raise UsageError(say("--format {format}: accepted are {known}.", format=format, known=", ".join(FORMATS)))
    with existing(store) as opened:
        made = write(opened.tables(), [one.source.load_id for one in opened.reports()], output, format=format)
    line = import_line(made, database=database)
    tables = [{"name": one.name, "rows": one.rows, "file": str(one.path)} for one in made.tables]
    lines = (
        say(
            "{files} files in {output}: {nodes} nodes, {ties} ties.",
            files=len(tables),
            output=output,
            nodes=made.marker.nodes,
            ties=made.marker.ties,
        ),
        say("Stop the server, run this line, and start it again; what its database held is gone then:"),
        line,
        say("Afterwards put the loads in its ledger: graphkit push --store {store} --to ADDRESS", store=store),
    )
    screen.result({"files": tables, "line": line}, together(lines))


@app.command("import", epilog=examples("graphkit neo4j import --store large.duckdb --line 2026"))
def import_(
    store: StoreAddress,
    line: LineName = "5.26",
    home: HomeFolder = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Bring a store into an empty server of your own by the offline import, with ledger, runs and equal digests."""
    from graphkit.stores import open_store, server
    from graphkit.stores.embedded import EmbeddedStore
    from graphkit.stores.neo4j import Neo4jStore
    from graphkit.stores.neo4j.handing import hand_over

    screen = Screen(json=json, quiet=quiet)
    place = server.start(_home(line, home)).home
    with existing(store) as giver, open_store(f"{place.address}?home={place.path}") as taker:
        if not isinstance(giver, EmbeddedStore) or giver.path is None:
            raise UsageError(say("{store} is no embedded store; pull it into one first: graphkit pull.", store=store))
        assert isinstance(taker, Neo4jStore)
        if not taker.import_from(giver, always=True):
            raise UsageError(
                say(
                    "{address} is not empty; the import makes a database whole. Use graphkit push.",
                    address=place.address,
                )
            )
        hand_over(giver, taker)
        digests = {"from": giver.digest(), "to": taker.digest()}
    same = digests["from"] == digests["to"]
    screen.result(
        {"address": place.address, "digests": digests, "same": same},
        say("Imported into {address}; both digests are {digest}.", address=place.address, digest=digests["to"][:16])
        if same
        else say("Imported into {address}; the digests differ.", address=place.address),
    )
    if not same:
        raise typer.Exit(1)


def _home(line: str, home: Path | None) -> Home:
    from graphkit.stores import server

    return server.home_of(server.line_of(line), home)


def _tell(screen: Screen, home: Home, pid: int | None) -> None:
    said = {
        "running": True,
        "version": home.line.version,
        "address": home.address,
        "user": "neo4j",
        "password_file": str(home.password_file),
        "home": str(home.path),
        "pid": pid,
    }
    lines = (
        say(
            "Neo4j {version} answers at {address}, process {pid}.",
            version=home.line.version,
            address=home.address,
            pid=str(pid),
        ),
        say("User neo4j; the password stands in {file}.", file=home.password_file),
        say("Use it with: --store {address}", address=home.address),
    )
    screen.result(said, together(lines))
