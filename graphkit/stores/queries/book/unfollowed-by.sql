SELECT b.id AS account, f."at", f.ended_at AS "endedAt" FROM tie_in f JOIN account b ON b.nid = f.source
WHERE f.target = (SELECT nid FROM account WHERE id = $account) AND f.ended_at IS NOT NULL
ORDER BY f.ended_at DESC, account LIMIT $limit
