SELECT b.id AS account, f."at" FROM tie f JOIN account b ON b.nid = f.target
WHERE f.source = (SELECT nid FROM account WHERE id = $account) AND f.ended_at IS NULL AND f.target NOT IN (
    SELECT source FROM tie_in WHERE target = (SELECT nid FROM account WHERE id = $account) AND ended_at IS NULL)
ORDER BY account LIMIT $limit
