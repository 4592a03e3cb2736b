SELECT DISTINCT r.type AS act, p.id AS post, r."at", r.deleted_at AS "deletedAt" FROM act r JOIN post p ON p.pid = r.post
WHERE r.source = (SELECT nid FROM account WHERE id = $account) AND r.deleted_at IS NOT NULL
ORDER BY r.deleted_at DESC, post, act, r."at" NULLS LAST LIMIT $limit
