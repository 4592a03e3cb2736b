SELECT DISTINCT a.id AS account, r.type AS act, r."at" FROM act_on r JOIN account a ON a.nid = r.source
WHERE r.post = (SELECT pid FROM post WHERE id = $post) ORDER BY r."at" NULLS LAST, account, act LIMIT $limit
