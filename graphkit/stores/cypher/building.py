"""Filling an ArcadeDB folder from graph tables: the whole graph, or the neighbourhood of one account.

Runs in a process of its own, so that the engine's memory is given back and its faults stay there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import duckdb

CHUNK: Final = 50_000  # rows a step

# Label -> (key of the tie tables, properties). `chosen` holds the accounts that are in.
NODES: Final[Mapping[str, tuple[str, str]]] = {
    "Account": (
        "nid",
        "SELECT nid, id, handle, name, created_at AS createdAt, followers, following, posts, verified, bio, location, lang, "
        "url, platform, observed_at AS observedAt, listed FROM account WHERE nid IN (FROM memory.chosen) ORDER BY nid",
    ),
    "Post": (
        "pid",
        'SELECT pid, id, "at", text, lang, client, conversation, tags, urls, paid, deleted_at AS deletedAt, listed '
        "FROM post WHERE pid IN (FROM memory.chosen_posts) ORDER BY pid",
    ),
    "Tag": ("name", "SELECT DISTINCT tag, tag AS name FROM tagged WHERE post IN (FROM memory.chosen_posts) ORDER BY tag"),
    "Url": ("url", "SELECT DISTINCT url, url AS url FROM linked WHERE post IN (FROM memory.chosen_posts) ORDER BY url"),
    "Coverage": (
        "key",
        "SELECT coverage.rowid, a.id AS account, relation, collected, declared, list_order AS listOrder, fetched_at AS fetchedAt, "
        "complete FROM coverage JOIN account a ON a.nid = account WHERE account IN (FROM memory.chosen) ORDER BY 1",
    ),
    "Run": ("id", "SELECT id, id, version, seed, started_at AS startedAt, data_digest AS dataDigest, "
            "CASE WHEN current THEN true END AS current FROM run"),
    "Finding": ("id", "SELECT id, run, id, kind, sentence, q, accounts FROM finding"),
}  # fmt: skip

_ACTS: Final = ("LIKED", "REPOSTED", "QUOTED", "REPLIED", "COMMENTED", "MENTIONED", "ACTED")
_ACT: Final = (
    'SELECT source, {end}, act."at", client, deleted_at AS deletedAt, "count", {said}, kind FROM act {join} '
    "WHERE {end} IS NOT NULL AND type = '{type}' AND source IN (FROM memory.chosen) AND {end} IN (FROM memory.{among})"
)

# Type -> (label of the start, label of the end, rows: start, end, properties)
TIES: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("FOLLOWS", "Account", "Account",
     'SELECT source, target, "at", at_kind AS atKind, "position", observed_at AS observedAt, ended_at AS endedAt FROM tie '
     "WHERE source IN (FROM memory.chosen) AND target IN (FROM memory.chosen)"),
    ("ENGAGED", "Account", "Account",
     'SELECT source, target, "count", "first", "last", kinds FROM engaged '
     "WHERE source IN (FROM memory.chosen) AND target IN (FROM memory.chosen)"),
    ("POSTED", "Account", "Post", 'SELECT author, post, "at" FROM posted WHERE author IN (FROM memory.chosen) AND post IN (FROM memory.chosen_posts)'),
    *((name, "Account", "Post", _ACT.format(type=name, end="act.post", among="chosen_posts", join="LEFT JOIN account a ON a.id = act.said_target", said="said_target AS target")) for name in _ACTS),
    *((name, "Account", "Account", _ACT.format(type=name, end="act.target", among="chosen", join="", said="said_post AS post")) for name in _ACTS),
    ("REPLY_TO", "Post", "Post", "SELECT post, answered FROM answer WHERE post IN (FROM memory.chosen_posts) AND answered IN (FROM memory.chosen_posts)"),
    ("TAGGED", "Post", "Tag", "SELECT post, tag FROM tagged WHERE post IN (FROM memory.chosen_posts)"),
    ("LINKS_TO", "Post", "Url", "SELECT post, url FROM linked WHERE post IN (FROM memory.chosen_posts)"),
    ("HAS", "Account", "Coverage", "SELECT account, rowid FROM coverage WHERE account IN (FROM memory.chosen)"),
    ("NAMES", "Finding", "Account", "SELECT finding, account, role, p FROM names WHERE account IN (FROM memory.chosen)"),
    ("FOUND", "Run", "Finding", "SELECT run, id FROM finding"),
)  # fmt: skip

_WHOLE: Final = (
    "CREATE TABLE memory.chosen AS SELECT nid FROM account",
    "CREATE TABLE memory.chosen_posts AS SELECT pid FROM post",
)
_AROUND: Final = (
    "CREATE TABLE memory.one AS SELECT nid FROM account WHERE id = $account",
    "CREATE TABLE memory.chosen AS SELECT nid FROM memory.one UNION SELECT target FROM tie WHERE source IN (FROM memory.one) "
    "UNION SELECT source FROM tie_in WHERE target IN (FROM memory.one) UNION SELECT target FROM engaged WHERE source IN (FROM memory.one) "
    "UNION SELECT source FROM engaged_in WHERE target IN (FROM memory.one)",
    "CREATE TABLE memory.chosen_posts AS SELECT post FROM posted WHERE author IN (FROM memory.one) "
    "UNION SELECT post FROM act WHERE source IN (FROM memory.one) AND post IS NOT NULL",
)


def build(tables: Path, folder: Path, *, around: str | None = None) -> dict[str, int]:
    """Fills a new ArcadeDB folder; gives the number of nodes and ties written. Every count is read back and compared."""
    import arcadedb

    connection = duckdb.connect(":memory:")
    connection.execute("ATTACH ? AS graph (READ_ONLY)".replace("?", f"'{str(tables).replace(chr(39), chr(39) * 2)}'"))
    connection.execute("USE graph")
    for statement in _WHOLE if around is None else _AROUND:
        connection.execute(statement, {"account": around} if "$account" in statement else None)
    database = arcadedb.create_database(str(folder))
    try:
        _declare(database)
        numbers = {label: _nodes(connection, database, label) for label in NODES}
        ties = sum(_ties(connection, database, tie, numbers=numbers) for tie in TIES)
        nodes = sum(len(found) for found in numbers.values())
        _verify(database, nodes, ties)
        _lock(database)
    finally:
        database.close()
        connection.close()
    return {"nodes": nodes, "ties": ties}


def _declare(database: Any) -> None:
    for label, (_, _) in NODES.items():
        database.command("sql", f"CREATE VERTEX TYPE {label} BUCKETS 1")
    for name in dict.fromkeys(tie[0] for tie in TIES):
        database.command("sql", f"CREATE EDGE TYPE {name} BUCKETS 1")
    for label, key in (("Account", "id"), ("Post", "id"), ("Tag", "name"), ("Url", "url"), ("Finding", "id")):
        database.command("sql", f"CREATE PROPERTY {label}.{key} STRING")


def _chunks(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[list[str], list[tuple[Any, ...]]]]:
    cursor = connection.cursor()
    cursor.execute("USE graph")
    result = cursor.execute(query)
    names = [column[0] for column in result.description or ()]
    while rows := result.fetchmany(CHUNK):
        yield names, rows


def _nodes(connection: duckdb.DuckDBPyConnection, database: Any, label: str) -> dict[Any, str]:
    found: dict[Any, str] = {}
    with database.graph_batch(use_wal=False, commit_every=10_000) as batch:
        for names, rows in _chunks(connection, NODES[label][1]):
            given = [{k: v for k, v in zip(names[1:], row[1:], strict=True) if v is not None} for row in rows]
            made = batch.create_vertices(label, given)
            found.update(zip((row[0] for row in rows), made, strict=True))
    key = {"Account": "id", "Post": "id", "Tag": "name", "Url": "url", "Finding": "id"}.get(label)
    if key:
        database.command("sql", f"CREATE INDEX ON {label} ({key}) UNIQUE")
    return found


def _ties(
    connection: duckdb.DuckDBPyConnection,
    database: Any,
    tie: tuple[str, str, str, str],
    *,
    numbers: Mapping[str, Mapping[Any, str]],
) -> int:
    name, start, end, query = tie
    starts, ends, count = numbers[start], numbers[end], 0
    with database.graph_batch(use_wal=False, commit_every=100_000) as batch:
        for names, rows in _chunks(connection, query):
            given = None
            if len(names) > 2:
                given = [{k: v for k, v in zip(names[2:], row[2:], strict=True) if v is not None} for row in rows]
            batch.new_edges([starts[row[0]] for row in rows], name, [ends[row[1]] for row in rows], given)
            count += len(rows)
    return count


def _verify(database: Any, nodes: int, ties: int) -> None:
    seen = sum(int(database.count_type(label)) for label in NODES)
    drawn = sum(int(database.count_type(name)) for name in dict.fromkeys(tie[0] for tie in TIES))
    if (seen, drawn) != (nodes, ties):
        raise RuntimeError(f"the projection holds {seen} nodes and {drawn} ties instead of {nodes} and {ties}")


def _lock(database: Any) -> None:
    """Switches off, for good, what could read a file or reach the network; a read-only database cannot switch it on."""
    for setting in ("loadCsv.allowFileUrls", "loadCsv.allowRemoteUrls"):
        database.command("sql", f"ALTER DATABASE `arcadedb.opencypher.{setting}` false")
