SELECT b.id AS account, b.created_at AS "createdAt", f."at", f."at" - b.created_at AS "ageMs"
FROM tie_in f JOIN account b ON b.nid = f.source
WHERE f.target = (SELECT nid FROM account WHERE id = $account) AND f."at" >= b.created_at
  AND f."at" - b.created_at <= $hours * 3600000
ORDER BY "ageMs", account LIMIT $limit
