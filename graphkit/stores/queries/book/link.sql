WITH pair AS (SELECT nid, id FROM account WHERE id IN ($account, $other))
SELECT s.id AS account, u.tie, e.id AS other, u."at", u.ended_at AS "endedAt", u.acts, u."first", u."last"
FROM (SELECT source, target, 'FOLLOWS' AS tie, "at", ended_at, NULL::BIGINT AS acts, NULL::BIGINT AS "first",
             NULL::BIGINT AS "last" FROM tie WHERE source IN (SELECT nid FROM pair) AND target IN (SELECT nid FROM pair)
      UNION ALL SELECT source, target, 'ENGAGED', NULL, NULL, "count", "first", "last" FROM engaged
      WHERE source IN (SELECT nid FROM pair) AND target IN (SELECT nid FROM pair)) u
JOIN pair s ON s.nid = u.source JOIN pair e ON e.nid = u.target WHERE s.nid <> e.nid ORDER BY account, tie DESC
