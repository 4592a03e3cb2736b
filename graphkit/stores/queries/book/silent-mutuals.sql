WITH me AS (SELECT nid FROM account WHERE id = $account)
SELECT b.id AS account, f."at" AS "followedAt"
FROM tie f JOIN tie_in g ON g.source = f.target AND g.target = f.source JOIN account b ON b.nid = f.target
WHERE f.source = (SELECT nid FROM me) AND g.target = (SELECT nid FROM me) AND f.ended_at IS NULL AND g.ended_at IS NULL
  AND f.target <> f.source
  AND f.target NOT IN (SELECT target FROM engaged WHERE source = (SELECT nid FROM me))
  AND f.target NOT IN (SELECT source FROM engaged_in WHERE target = (SELECT nid FROM me))
ORDER BY account LIMIT $limit
