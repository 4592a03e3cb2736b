SELECT c.id AS account, count(*) AS shared
FROM tie_in f JOIN tie g ON g.source = f.source JOIN account c ON c.nid = g.target
WHERE f.target = (SELECT nid FROM account WHERE id = $account) AND f.ended_at IS NULL AND g.ended_at IS NULL
  AND c.id <> $account
GROUP BY c.id ORDER BY shared DESC, account LIMIT $limit
