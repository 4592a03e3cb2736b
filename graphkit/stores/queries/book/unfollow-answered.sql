WITH me AS (SELECT nid FROM account WHERE id = $account)
SELECT b.id AS account, f.ended_at AS "endedAt", g.ended_at AS "answeredAt"
FROM tie f JOIN tie_in g ON g.source = f.target AND g.target = f.source JOIN account b ON b.nid = f.target
WHERE f.source = (SELECT nid FROM me) AND g.target = (SELECT nid FROM me)
  AND abs(g.ended_at - f.ended_at) <= $hours * 3600000 AND f.target <> f.source
ORDER BY f.ended_at, account LIMIT $limit
