"""Filling an ArcadeDB folder from graph tables: the whole graph, or the neighbourhood of one account.

Runs in a process of its own, so that the engine's memory is given back and its faults stay there. DuckDB writes the
properties as JSON, without those that are null, because that is what the engine reads; a thread makes the next rows ready
while the engine takes these.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import duckdb

from graphkit.stores.ahead import ahead
from graphkit.stores.cypher.writing import STEP, Writer

Tie = tuple[str, str, str, str]

# Label -> rows: key of the tie tables, properties. `chosen` holds the accounts that are in.
NODES: Final[Mapping[str, str]] = {
    "Account": "SELECT nid, json_merge_patch('{}', to_json({'id': id, 'handle': handle, 'name': name, "
    "'createdAt': created_at, 'followers': followers, 'following': following, 'posts': posts, 'verified': verified, "
    "'bio': bio, 'location': location, 'lang': lang, 'url': url, 'platform': platform, 'observedAt': observed_at, "
    "'listed': listed})) FROM account WHERE nid IN (FROM memory.chosen) ORDER BY nid",
    "Post": "SELECT pid, json_merge_patch('{}', to_json({'id': id, 'at': \"at\", 'text': text, 'lang': lang, "
    "'client': client, 'conversation': conversation, 'tags': tags, 'urls': urls, 'paid': paid, 'deletedAt': deleted_at, "
    "'listed': listed})) FROM post WHERE pid IN (FROM memory.chosen_posts) ORDER BY pid",
    "Tag": "SELECT DISTINCT tag, to_json({'name': tag}) FROM tagged WHERE post IN (FROM memory.chosen_posts) ORDER BY tag",
    "Url": "SELECT DISTINCT url, to_json({'url': url}) FROM linked WHERE post IN (FROM memory.chosen_posts) ORDER BY url",
    "Coverage": "SELECT coverage.rowid, json_merge_patch('{}', to_json({'account': a.id, 'relation': relation, "
    "'collected': collected, 'declared': declared, 'listOrder': list_order, 'fetchedAt': fetched_at, 'complete': complete})) "
    "FROM coverage JOIN account a ON a.nid = account WHERE account IN (FROM memory.chosen) ORDER BY 1",
    "Run": "SELECT id, json_merge_patch('{}', to_json({'id': id, 'version': version, 'seed': seed, 'startedAt': started_at, "
    "'dataDigest': data_digest, 'current': CASE WHEN current THEN true END})) FROM run",
    "Finding": "SELECT id, json_merge_patch('{}', to_json({'run': run, 'id': id, 'kind': kind, 'sentence': sentence, 'q': q, "
    "'accounts': accounts})) FROM finding",
}
_KEYS: Final = {"Account": "id", "Post": "id", "Tag": "name", "Url": "url", "Finding": "id"}

_ACTS: Final = ("LIKED", "REPOSTED", "QUOTED", "REPLIED", "COMMENTED", "MENTIONED", "ACTED")
_ACT: Final = (
    "SELECT source, {end}, json_merge_patch('{{}}', to_json({{'at': act.\"at\", 'client': client, 'deletedAt': deleted_at, "
    "'count': \"count\", {said}, 'kind': kind}})) FROM act {join} "
    "WHERE {end} IS NOT NULL AND type = '{type}' AND source IN (FROM memory.chosen) AND {end} IN (FROM memory.{among})"
)
_ON_POST: Final = {
    "end": "act.post",
    "among": "chosen_posts",
    "join": "LEFT JOIN account a ON a.id = act.said_target",
    "said": "'target': said_target",
}
_TO_ACCOUNT: Final = {"end": "act.target", "among": "chosen", "join": "", "said": "'post': said_post"}

# Type -> (label of the start, label of the end, rows: start, end, properties)
TIES: Final[tuple[Tie, ...]] = (
    ("FOLLOWS", "Account", "Account",
     "SELECT source, target, json_merge_patch('{}', to_json({'at': \"at\", 'atKind': at_kind, 'position': \"position\", "
     "'observedAt': observed_at, 'endedAt': ended_at})) FROM tie "
     "WHERE source IN (FROM memory.chosen) AND target IN (FROM memory.chosen)"),
    ("ENGAGED", "Account", "Account",
     "SELECT source, target, json_merge_patch('{}', to_json({'count': \"count\", 'first': \"first\", 'last': \"last\", "
     "'kinds': kinds})) FROM engaged WHERE source IN (FROM memory.chosen) AND target IN (FROM memory.chosen)"),
    ("POSTED", "Account", "Post", "SELECT author, post, json_merge_patch('{}', to_json({'at': \"at\"})) FROM posted "
     "WHERE author IN (FROM memory.chosen) AND post IN (FROM memory.chosen_posts)"),
    *((name, "Account", "Post", _ACT.format(type=name, **_ON_POST)) for name in _ACTS),
    *((name, "Account", "Account", _ACT.format(type=name, **_TO_ACCOUNT)) for name in _ACTS),
    ("HAS", "Account", "Coverage", "SELECT account, rowid, NULL FROM coverage WHERE account IN (FROM memory.chosen)"),
    ("REPLY_TO", "Post", "Post", "SELECT post, answered, NULL FROM answer "
     "WHERE post IN (FROM memory.chosen_posts) AND answered IN (FROM memory.chosen_posts)"),
    ("TAGGED", "Post", "Tag", "SELECT post, tag, NULL FROM tagged WHERE post IN (FROM memory.chosen_posts)"),
    ("LINKS_TO", "Post", "Url", "SELECT post, url, NULL FROM linked WHERE post IN (FROM memory.chosen_posts)"),
    ("NAMES", "Finding", "Account", "SELECT finding, account, json_merge_patch('{}', to_json({'role': role, 'p': p})) FROM names "
     "WHERE account IN (FROM memory.chosen)"),
    ("FOUND", "Run", "Finding", "SELECT run, id, NULL FROM finding"),
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
        nodes, ties = _fill(connection, database)
        _verify(database, nodes, ties)
        _lock(database)
    finally:
        database.close()
        connection.close()
    return {"nodes": nodes, "ties": ties}


def _declare(database: Any) -> None:
    for label in NODES:
        database.command("sql", f"CREATE VERTEX TYPE {label} BUCKETS 1")
    for name in dict.fromkeys(tie[0] for tie in TIES):
        database.command("sql", f"CREATE EDGE TYPE {name} BUCKETS 1")
    for label, key in _KEYS.items():
        database.command("sql", f"CREATE PROPERTY {label}.{key} STRING")


def _fill(connection: duckdb.DuckDBPyConnection, database: Any) -> tuple[int, int]:
    """Writes all nodes, their indexes, and all ties in one batch, so that each node's list of ties is written once."""
    places: dict[str, dict[Any, str]] = {}
    with Writer(database) as writer:
        for label, query in NODES.items():
            places[label] = {}
            for keys, properties in _rows(connection, query):
                places[label].update(zip(keys, writer.nodes(label, properties), strict=True))
    for label, key in _KEYS.items():  # keys are unique by their making; an index that looks costs twice as much
        database.command("sql", f"CREATE INDEX ON {label} ({key}) NOTUNIQUE")
    ties = 0
    with Writer(database) as writer:
        for name, start, end, query in TIES:
            starts, ends = places[start], places[end]
            for sources, targets, said in _rows(connection, query):
                given = said if said[0] else None
                writer.ties(name, [starts[key] for key in sources], [ends[key] for key in targets], properties=given)
                ties += len(sources)
            writer.flush()
    return sum(len(found) for found in places.values()), ties


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[list[list[Any]]]:
    """The columns of a query, as lists of `STEP` rows, read ahead."""
    with closing(ahead(_read(connection.cursor(), query))) as steps:
        yield from steps


def _read(cursor: duckdb.DuckDBPyConnection, query: str) -> Iterator[list[list[Any]]]:
    cursor.execute("USE graph")
    for batch in cursor.sql(query).to_arrow_reader(STEP):
        yield [column.to_pylist() for column in batch.columns]


def _verify(database: Any, nodes: int, ties: int) -> None:
    seen = sum(int(database.count_type(label)) for label in NODES)
    drawn = sum(int(database.count_type(name)) for name in dict.fromkeys(tie[0] for tie in TIES))
    if (seen, drawn) != (nodes, ties):
        raise RuntimeError(f"the projection holds {seen} nodes and {drawn} ties instead of {nodes} and {ties}")


def _lock(database: Any) -> None:
    """Switches off, for good, what could read a file or reach the network; a read-only database cannot switch it on."""
    for setting in ("loadCsv.allowFileUrls", "loadCsv.allowRemoteUrls"):
        database.command("sql", f"ALTER DATABASE `arcadedb.opencypher.{setting}` false")
