SELECT b.id AS account, f."at" FROM tie_in f JOIN account b ON b.nid = f.source
WHERE f.target = (SELECT nid FROM account WHERE id = $account) AND f."at" <= $as_of
  AND (f.ended_at IS NULL OR f.ended_at > $as_of)
ORDER BY f."at" DESC, account LIMIT $limit
