WITH me AS (SELECT nid FROM account WHERE id = $account)
SELECT b.id AS account, f."at" AS "followedAt", g."at" AS "followedBackAt"
FROM tie f JOIN tie_in g ON g.source = f.target AND g.target = f.source JOIN account b ON b.nid = f.target
WHERE f.source = (SELECT nid FROM me) AND g.target = (SELECT nid FROM me) AND f.source <> f.target
  AND f."at" <= $as_of AND (f.ended_at IS NULL OR f.ended_at > $as_of)
  AND g."at" <= $as_of AND (g.ended_at IS NULL OR g.ended_at > $as_of)
ORDER BY account LIMIT $limit
