SELECT b.id AS account, b.created_at AS "createdAt", f."at" FROM tie_in f JOIN account b ON b.nid = f.source
WHERE f.target = (SELECT nid FROM account WHERE id = $account) AND f."at" >= $since AND f."at" < $until
ORDER BY f."at", account LIMIT $limit
