WITH me AS (SELECT nid FROM account WHERE id = $account), step AS (
    SELECT target AS other, 1 AS follows, 0 AS followed, 0 AS acts, 0 AS received FROM tie
    WHERE source = (SELECT nid FROM me) AND ended_at IS NULL
    UNION ALL SELECT source, 0, 1, 0, 0 FROM tie_in WHERE target = (SELECT nid FROM me) AND ended_at IS NULL
    UNION ALL SELECT target, 0, 0, "count", 0 FROM engaged WHERE source = (SELECT nid FROM me)
    UNION ALL SELECT source, 0, 0, 0, "count" FROM engaged_in WHERE target = (SELECT nid FROM me))
SELECT b.id AS account, sum(follows)::BIGINT AS follows, sum(followed)::BIGINT AS followed, sum(acts)::BIGINT AS acts,
       sum(received)::BIGINT AS received
FROM step JOIN account b ON b.nid = other WHERE other <> (SELECT nid FROM me)
GROUP BY b.id ORDER BY sum(acts) + sum(received) DESC, account LIMIT $limit
