SELECT b.id AS account, f."at", f.observed_at AS "observedAt" FROM tie_in f JOIN account b ON b.nid = f.source
WHERE f.target = (SELECT nid FROM account WHERE id = $account) AND f.observed_at <= $as_of
ORDER BY f.observed_at DESC, account LIMIT $limit
