WITH me AS (SELECT nid FROM account WHERE id = $account)
SELECT b.id AS account, f."at" AS "followedAt", g."at" AS "followedBackAt", abs(f."at" - g."at") AS "apartMs"
FROM tie f JOIN tie_in g ON g.source = f.target AND g.target = f.source JOIN account b ON b.nid = f.target
WHERE f.source = (SELECT nid FROM me) AND g.target = (SELECT nid FROM me)
  AND abs(f."at" - g."at") <= $hours * 3600000 AND f.target <> f.source
ORDER BY "apartMs", account LIMIT $limit
