SELECT t.id AS account, f."at" AS "firstAt", g."at" AS "secondAt"
FROM tie_in f JOIN tie_in g ON g.source = f.source JOIN account t ON t.nid = f.source
WHERE f.target = (SELECT nid FROM account WHERE id = $account) AND g.target = (SELECT nid FROM account WHERE id = $other)
  AND f.ended_at IS NULL AND g.ended_at IS NULL
ORDER BY account LIMIT $limit
