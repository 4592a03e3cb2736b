SELECT DISTINCT r.type AS act, p.id AS post, r."at", r.client FROM act r JOIN post p ON p.pid = r.post
WHERE r.source = (SELECT nid FROM account WHERE id = $account)
ORDER BY coalesce(r."at", 0) DESC, post, act, client NULLS LAST LIMIT $limit
