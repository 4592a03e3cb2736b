SELECT b.id AS account, b.handle, f."at", f.at_kind AS "atKind"
FROM tie_in f JOIN account b ON b.nid = f.source
WHERE f.target = (SELECT nid FROM account WHERE id = $account) AND f.ended_at IS NULL
ORDER BY coalesce(f."at", 0) DESC, account LIMIT $limit
