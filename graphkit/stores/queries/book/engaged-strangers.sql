SELECT b.id AS account, e."count" AS acts, e.kinds FROM engaged_in e JOIN account b ON b.nid = e.source
WHERE e.target = (SELECT nid FROM account WHERE id = $account) AND e.source NOT IN (
    SELECT source FROM tie_in WHERE target = (SELECT nid FROM account WHERE id = $account) AND ended_at IS NULL)
ORDER BY acts DESC, account LIMIT $limit
