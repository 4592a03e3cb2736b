SELECT b.id AS account, e."count" AS acts, e.kinds, e."first", e."last" FROM engaged_in e JOIN account b ON b.nid = e.source
WHERE e.target = (SELECT nid FROM account WHERE id = $account) ORDER BY acts DESC, account LIMIT $limit
