SELECT t.id AS account, f."at" AS "firstAt", g."at" AS "secondAt", t.followers
FROM tie f JOIN tie g ON g.target = f.target JOIN account t ON t.nid = f.target
WHERE f.source = (SELECT nid FROM account WHERE id = $account) AND g.source = (SELECT nid FROM account WHERE id = $other)
  AND f.ended_at IS NULL AND g.ended_at IS NULL
ORDER BY coalesce(t.followers, 0), account LIMIT $limit
