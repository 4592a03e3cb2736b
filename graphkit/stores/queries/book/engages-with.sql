SELECT b.id AS account, e."count" AS acts, e.kinds, e."first", e."last" FROM engaged e JOIN account b ON b.nid = e.target
WHERE e.source = (SELECT nid FROM account WHERE id = $account) ORDER BY acts DESC, account LIMIT $limit
