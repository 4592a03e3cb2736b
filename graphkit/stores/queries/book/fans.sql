SELECT b.id AS account, f."at" FROM tie_in f JOIN account b ON b.nid = f.source
WHERE f.target = (SELECT nid FROM account WHERE id = $account) AND f.ended_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM tie g WHERE g.source = (SELECT nid FROM account WHERE id = $account) AND g.target = f.source
    AND g.ended_at IS NULL)
ORDER BY account LIMIT $limit
