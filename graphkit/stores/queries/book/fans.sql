SELECT b.id AS account, f."at" FROM tie_in f JOIN account b ON b.nid = f.source
WHERE f.target = (SELECT nid FROM account WHERE id = $account) AND f.ended_at IS NULL AND f.source NOT IN (
    SELECT target FROM tie WHERE source = (SELECT nid FROM account WHERE id = $account) AND ended_at IS NULL)
ORDER BY account LIMIT $limit
