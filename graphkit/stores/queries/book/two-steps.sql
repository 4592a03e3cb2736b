WITH me AS (SELECT nid FROM account WHERE id = $account),
near AS (SELECT target FROM tie WHERE source = (SELECT nid FROM me) AND ended_at IS NULL AND target <> source)
SELECT (SELECT count(*) FROM near) AS one,
       (SELECT count(DISTINCT g.target) FROM near n JOIN tie g ON g.source = n.target
        WHERE g.ended_at IS NULL AND g.target <> (SELECT nid FROM me) AND g.target NOT IN (SELECT target FROM near)) AS two
FROM me
