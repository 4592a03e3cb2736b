SELECT a.id AS account, p.id AS post, p."at" FROM linked u JOIN post p ON p.pid = u.post JOIN account a ON a.nid = p.author
WHERE u.url = $url ORDER BY p."at" NULLS LAST, post LIMIT $limit
