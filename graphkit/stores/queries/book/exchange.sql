WITH me AS (SELECT nid FROM account WHERE id = $account)
SELECT b.id AS account, e."count" AS given, g."count" AS received
FROM engaged e JOIN engaged_in g ON g.source = e.target AND g.target = e.source JOIN account b ON b.nid = e.target
WHERE e.source = (SELECT nid FROM me) AND g.target = (SELECT nid FROM me)
ORDER BY e."count" + g."count" DESC, account LIMIT $limit
