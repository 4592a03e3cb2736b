"""What the graph must hold, as SQL over merged tables; docs/graph_model.md says the same in words.

Every part of the graph is a table with a key. Compared before and after a load it gives what to drop, to change and to
add, so the graph is always the merged view of the sealed loads, whichever came first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from graphkit.dataset import SCHEMAS
from graphkit.stores.schema import quoted

Op = Literal["drop", "change", "add"]

OPS: Final[tuple[Op, ...]] = ("drop", "change", "add")

TYPES: Final[Mapping[str, str]] = {
    "like": "LIKED",
    "repost": "REPOSTED",
    "quote": "QUOTED",
    "reply": "REPLIED",
    "comment": "COMMENTED",
    "mention": "MENTIONED",
}
OTHER: Final = "ACTED"  # the type of every other kind
ENDS: Final = ("Post", "Account")

# Which tables must be looked at together when one of them changes.
GROUPS: Final = (("accounts",), ("follows",), ("interactions", "posts"), ("coverage",))

_ACCOUNT: Final = tuple(column.name for column in SCHEMAS["accounts"])[1:]
_POST: Final = ("at", "text", "lang", "client", "conversation", "tags", "urls", "paid", "deleted_at")
_COVERAGE: Final = tuple(column.name for column in SCHEMAS["coverage"])[2:]
_FOLLOW: Final = ("at", "at_kind", "position", "observed_at", "ended_at")

_KINDS: Final = " ".join(f"WHEN '{kind}' THEN '{name}'" for kind, name in TYPES.items())
_TYPE: Final = f"CASE kind {_KINDS} ELSE '{OTHER}' END"
_END: Final = (
    "CASE WHEN kind = 'mention' AND target IS NOT NULL THEN 'Account' WHEN post IS NOT NULL THEN 'Post' "
    "WHEN target IS NOT NULL THEN 'Account' END"
)


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of node or relationship: where its rows come from and how many of their columns are the key."""

    name: str
    group: tuple[str, ...]
    sql: str  # with {stage} for "before" and "after"
    columns: tuple[str, ...]
    key: int
    first: str = ""  # the rows of the first load of all, where they differ: accounts by number
    grouped: bool = False  # rows with the same first column travel together

    def rows(self, op: Op, *, is_first: bool) -> str | None:
        """The query that gives what to drop, to change or to add, in the order of the key; None where nothing can be."""
        order = ", ".join(str(place) for place in range(1, self.key + 1))
        if is_first:
            rows = self.first or self.sql.format(stage="after")
            return f"SELECT * FROM ({rows}) ORDER BY {order}" if op == "add" else None
        mine, other = ("before", "after") if op == "drop" else ("after", "before")
        join = "JOIN" if op == "change" else "ANTI JOIN"
        same = " AND ".join(f"m.{quoted(c)} IS NOT DISTINCT FROM o.{quoted(c)}" for c in self.columns[: self.key])
        values = [f"m.{quoted(c)} IS DISTINCT FROM o.{quoted(c)}" for c in self.columns[self.key :]]
        if op == "change" and not values:
            return None
        where = f"WHERE {' OR '.join(values)}" if op == "change" else ""
        return (
            f"SELECT m.* FROM ({self.sql.format(stage=mine)}) m {join} ({self.sql.format(stage=other)}) o "
            f"ON {same} {where} ORDER BY {order}"
        )


def _listed(columns: tuple[str, ...]) -> str:
    return ", ".join(quoted(column) for column in columns)


# The ids that one load names, numbered in their order; $load is its number, $base the numbers given before.
ACCOUNT_IDS: Final = """
    CREATE TABLE account_ids AS SELECT id, CAST($base + row_number() OVER (ORDER BY id) - 1 AS BIGINT) AS nid FROM (
        SELECT id FROM accounts WHERE load = $load
        UNION SELECT follower FROM follows WHERE load = $load
        UNION SELECT followed FROM follows WHERE load = $load
        UNION SELECT actor FROM interactions WHERE load = $load
        UNION SELECT target FROM interactions WHERE load = $load AND target IS NOT NULL
        UNION SELECT author FROM posts WHERE load = $load AND author IS NOT NULL
        UNION SELECT account FROM coverage WHERE load = $load
    )
"""
POST_IDS: Final = """
    CREATE TABLE post_ids AS SELECT id FROM (
        SELECT id FROM posts WHERE load = $load
        UNION SELECT reply_to FROM posts WHERE load = $load AND reply_to IS NOT NULL
        UNION SELECT post FROM interactions WHERE load = $load AND post IS NOT NULL
    )
"""
ACTS: Final = {
    stage: f"""
    CREATE TABLE {stage}_acts AS SELECT *, CASE ended WHEN 'Account' THEN target ELSE post END AS other FROM (
        SELECT *, {_TYPE} AS type, {_END} AS ended FROM {stage}_interactions
    ) WHERE ended IS NOT NULL
    """
    for stage in ("before", "after")
}

_ENGAGED: Final = """
    SELECT actor, coalesce(target, author) AS other, CAST(sum(coalesce("count", 1)) AS BIGINT) AS "count",
           min(i."at") AS "first", max(i."at") AS "last", list_sort(list_distinct(list(kind))) AS kinds
    FROM {stage}_interactions i LEFT JOIN {stage}_posts p ON i.post = p.id
    WHERE coalesce(target, author) <> actor GROUP BY 1, 2
"""
_NUMBERED: Final = """
    SELECT s.nid AS "from", t.nid AS "to", e.* EXCLUDE ({ends}) FROM ({rows}) e
    JOIN account_ids s ON s.id = e.{source} JOIN account_ids t ON t.id = e.{target}
"""
_FOLLOWS: Final = f"SELECT follower, followed, {_listed(_FOLLOW)} FROM {{stage}}_follows"


def _acts(name: str, end: str) -> Part:
    columns = ("actor", "other", "at", "client", "deleted_at", "count", "target", "post", "kind")
    extra = (
        "target, NULL::VARCHAR AS post" if end == "Post" else "NULL::VARCHAR AS target, post",
        "kind" if name == OTHER else "NULL::VARCHAR AS kind",
    )
    return Part(
        name=f"{name} {end}",
        group=("interactions", "posts"),
        sql=f'SELECT actor, other, "at", client, deleted_at, "count", {", ".join(extra)} '
        f"FROM {{stage}}_acts WHERE type = '{name}' AND ended = '{end}'",
        columns=columns,
        key=len(columns),
        grouped=True,
    )


# Nodes come before what joins them.
PARTS: Final[tuple[Part, ...]] = (
    Part(
        name="Account",
        group=("accounts",),
        sql=f"SELECT id, {_listed(_ACCOUNT)} FROM {{stage}}_accounts",
        columns=("id", *_ACCOUNT),
        key=1,
    ),
    Part(
        name="Post",
        group=("interactions", "posts"),
        sql=f"SELECT id, {_listed(_POST)} FROM {{stage}}_posts",
        columns=("id", *_POST),
        key=1,
    ),
    Part(
        name="Tag",
        group=("interactions", "posts"),
        sql="SELECT DISTINCT unnest(tags) AS name FROM {stage}_posts",
        columns=("name",),
        key=1,
    ),
    Part(
        name="Url",
        group=("interactions", "posts"),
        sql="SELECT DISTINCT unnest(urls) AS url FROM {stage}_posts",
        columns=("url",),
        key=1,
    ),
    Part(
        name="FOLLOWS",
        group=("follows",),
        sql=_FOLLOWS,
        columns=("follower", "followed", *_FOLLOW),
        key=2,
        first=_NUMBERED.format(
            rows=_FOLLOWS.format(stage="after"), ends="follower, followed", source="follower", target="followed"
        ),
        grouped=True,
    ),
    Part(
        name="POSTED",
        group=("interactions", "posts"),
        sql='SELECT author, id, "at" FROM {stage}_posts WHERE author IS NOT NULL',
        columns=("author", "id", "at"),
        key=3,
        grouped=True,
    ),
    Part(
        name="REPLY_TO",
        group=("interactions", "posts"),
        sql="SELECT id, reply_to FROM {stage}_posts WHERE reply_to IS NOT NULL",
        columns=("id", "reply_to"),
        key=2,
    ),
    Part(
        name="TAGGED",
        group=("interactions", "posts"),
        sql="SELECT DISTINCT id, unnest(tags) AS tag FROM {stage}_posts",
        columns=("id", "tag"),
        key=2,
    ),
    Part(
        name="LINKS_TO",
        group=("interactions", "posts"),
        sql="SELECT DISTINCT id, unnest(urls) AS url FROM {stage}_posts",
        columns=("id", "url"),
        key=2,
    ),
    *(_acts(name, end) for name in (*TYPES.values(), OTHER) for end in ENDS),
    Part(
        name="ENGAGED",
        group=("interactions", "posts"),
        sql=_ENGAGED,
        columns=("actor", "other", "count", "first", "last", "kinds"),
        key=2,
        first=_NUMBERED.format(
            rows=_ENGAGED.format(stage="after"), ends="actor, other", source="actor", target="other"
        ),
        grouped=True,
    ),
    Part(
        name="Coverage",
        group=("coverage",),
        sql=f"SELECT account, relation, {_listed(_COVERAGE)} FROM {{stage}}_coverage",
        columns=("account", "relation", *_COVERAGE),
        key=2,
    ),
)

# The nodes of the first load of all: known accounts and posts with what is known, the others by id alone.
FIRST_ACCOUNTS: Final = f"""
    SELECT i.id, i.nid, CASE WHEN a.id IS NOT NULL THEN true END AS listed, {", ".join(f"a.{quoted(c)}" for c in _ACCOUNT)}
    FROM account_ids i LEFT JOIN after_accounts a ON a.id = i.id ORDER BY i.nid
"""
FIRST_POSTS: Final = f"""
    SELECT i.id, CASE WHEN p.id IS NOT NULL THEN true END AS listed, {", ".join(f"p.{quoted(c)}" for c in _POST)}
    FROM post_ids i LEFT JOIN after_posts p ON p.id = i.id ORDER BY i.id
"""
STUB_ACCOUNTS: Final = "SELECT id, nid FROM account_ids ORDER BY nid"
STUB_POSTS: Final = "SELECT id FROM post_ids ORDER BY id"


def camel(column: str) -> str:
    """The property that a column becomes: `at_kind` `atKind`; the one word that Cypher keeps for itself is replaced."""
    if column == "order":
        return "listOrder"
    head, *rest = column.split("_")
    return head + "".join(word.capitalize() for word in rest)


ACCOUNT_COLUMNS: Final = _ACCOUNT
POST_COLUMNS: Final = _POST
COVERAGE_COLUMNS: Final = _COVERAGE
FOLLOW_COLUMNS: Final = _FOLLOW
