"""The tables of the graph model in SQL, made from the merged tables of a store.

`source` and `target` are account numbers; `tie` is sorted by source, `tie_in` holds the same rows sorted by target.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

TYPES: Final = {
    "like": "LIKED",
    "repost": "REPOSTED",
    "quote": "QUOTED",
    "reply": "REPLIED",
    "comment": "COMMENTED",
    "mention": "MENTIONED",
}
OTHER: Final = "ACTED"

RUNS: Final = pa.schema(
    [
        ("id", pa.string()),
        ("version", pa.string()),
        ("seed", pa.int64()),
        ("started_at", pa.int64()),
        ("data_digest", pa.string()),
        ("current", pa.bool_()),
    ]
)
FINDINGS: Final = pa.schema(
    [
        ("run", pa.string()),
        ("id", pa.string()),
        ("kind", pa.string()),
        ("sentence", pa.string()),
        ("q", pa.float64()),
        ("accounts", pa.int64()),
    ]
)
NAMES: Final = pa.schema(
    [("finding", pa.string()), ("account", pa.string()), ("role", pa.string()), ("p", pa.float64())]
)

_TYPE: Final = "CASE kind " + " ".join(f"WHEN '{k}' THEN '{t}'" for k, t in TYPES.items()) + f" ELSE '{OTHER}' END"

_ACCOUNT: Final = """
    CREATE TABLE account AS
    WITH known AS (
        SELECT id FROM raw_accounts UNION SELECT follower FROM raw_follows UNION SELECT followed FROM raw_follows
        UNION SELECT actor FROM raw_interactions UNION SELECT target FROM raw_interactions
        UNION SELECT author FROM raw_posts UNION SELECT account FROM raw_coverage UNION SELECT account FROM raw_names
    )
    SELECT (row_number() OVER (ORDER BY known.id) - 1)::INTEGER AS nid, known.id, a.* EXCLUDE (id),
           CASE WHEN a.id IS NOT NULL THEN true END AS listed
    FROM known LEFT JOIN raw_accounts a ON a.id = known.id WHERE known.id IS NOT NULL ORDER BY known.id
"""
_POST: Final = """
    CREATE TABLE post AS
    WITH known AS (
        SELECT id FROM raw_posts UNION SELECT post FROM raw_interactions UNION SELECT reply_to FROM raw_posts
    )
    SELECT (row_number() OVER (ORDER BY known.id) - 1)::INTEGER AS pid, known.id, a.nid AS author, p.* EXCLUDE (id, author),
           CASE WHEN p.id IS NOT NULL THEN true END AS listed
    FROM known LEFT JOIN raw_posts p ON p.id = known.id LEFT JOIN account a ON a.id = p.author
    WHERE known.id IS NOT NULL ORDER BY known.id
"""
_TIE: Final = """
    CREATE TABLE tie AS
    SELECT s.nid AS source, t.nid AS target, f."at", f.at_kind, f."position", f.observed_at, f.ended_at
    FROM raw_follows f JOIN account s ON s.id = f.follower JOIN account t ON t.id = f.followed ORDER BY source, target
"""
_ACT: Final = f"""
    CREATE TABLE act AS
    WITH ended AS (
        SELECT *, {_TYPE} AS type,
               CASE WHEN kind = 'mention' AND target IS NOT NULL THEN 'Account' WHEN post IS NOT NULL THEN 'Post'
                    WHEN target IS NOT NULL THEN 'Account' END AS other
        FROM raw_interactions
    )
    SELECT s.nid AS source, e.type, p.pid AS post, t.nid AS target, e."at", e.client, e.deleted_at, e."count",
           CASE WHEN e.other = 'Post' THEN e.target END AS said_target, CASE WHEN e.other = 'Account' THEN e.post END AS said_post,
           CASE WHEN e.type = '{OTHER}' THEN e.kind END AS kind
    FROM ended e JOIN account s ON s.id = e.actor
    LEFT JOIN post p ON e.other = 'Post' AND p.id = e.post LEFT JOIN account t ON e.other = 'Account' AND t.id = e.target
    WHERE e.other IS NOT NULL ORDER BY source, e."at"
"""
_ENGAGED: Final = """
    CREATE TABLE engaged AS
    SELECT s.nid AS source, coalesce(t.nid, p.author) AS target, sum(coalesce(i."count", 1))::BIGINT AS "count",
           min(i."at") AS "first", max(i."at") AS "last",
           list_sort(list_distinct(list(i.kind))) AS kinds
    FROM raw_interactions i JOIN account s ON s.id = i.actor
    LEFT JOIN account t ON t.id = i.target LEFT JOIN post p ON p.id = i.post
    WHERE coalesce(t.nid, p.author) <> s.nid GROUP BY 1, 2 ORDER BY 1, 2
"""

TABLES: Final = (
    _ACCOUNT,
    _POST,
    _TIE,
    "CREATE TABLE tie_in AS SELECT * FROM tie ORDER BY target, source",
    _ACT,
    'CREATE TABLE act_on AS SELECT * FROM act WHERE post IS NOT NULL ORDER BY post, "at"',
    'CREATE TABLE act_to AS SELECT * FROM act WHERE target IS NOT NULL ORDER BY target, "at"',
    _ENGAGED,
    "CREATE TABLE engaged_in AS SELECT * FROM engaged ORDER BY target, source",
    'CREATE TABLE posted AS SELECT author, pid AS post, "at" FROM post WHERE author IS NOT NULL ORDER BY author, "at"',
    "CREATE TABLE tagged AS SELECT DISTINCT pid AS post, unnest(tags) AS tag FROM post ORDER BY tag, post",
    "CREATE TABLE linked AS SELECT DISTINCT pid AS post, unnest(urls) AS url FROM post ORDER BY url, post",
    "CREATE TABLE answer AS SELECT p.pid AS post, q.pid AS answered FROM post p JOIN post q ON q.id = p.reply_to ORDER BY answered",
    'CREATE TABLE coverage AS SELECT a.nid AS account, c.relation, c.collected, c.declared, c."order" AS list_order, '
    "c.fetched_at, c.complete FROM raw_coverage c JOIN account a ON a.id = c.account ORDER BY 1, 2",
    "CREATE TABLE run AS SELECT * FROM raw_runs ORDER BY started_at, id",
    "CREATE TABLE finding AS SELECT * FROM raw_findings ORDER BY id",
    "CREATE TABLE names AS SELECT n.finding, a.nid AS account, n.role, n.p FROM raw_names n "
    "JOIN account a ON a.id = n.account ORDER BY n.finding, a.nid",
)
