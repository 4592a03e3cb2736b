SELECT b.id AS account, f."at" FROM tie f JOIN account b ON b.nid = f.target
WHERE f.source = (SELECT nid FROM account WHERE id = $account) AND f.ended_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM tie_in g WHERE g.target = (SELECT nid FROM account WHERE id = $account) AND g.source = f.target
    AND g.ended_at IS NULL)
ORDER BY account LIMIT $limit
