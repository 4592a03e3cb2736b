SELECT b.id AS account, f."at" FROM tie_in f JOIN account b ON b.nid = f.source
WHERE f.target = (SELECT nid FROM account WHERE id = $account) AND f.ended_at IS NULL
  AND f.source NOT IN (SELECT source FROM engaged_in WHERE target = (SELECT nid FROM account WHERE id = $account))
ORDER BY coalesce(f."at", 0) DESC, account LIMIT $limit
