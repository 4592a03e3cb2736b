SELECT a.id AS account, p.id AS post, p."at" FROM tagged t JOIN post p ON p.pid = t.post JOIN account a ON a.nid = p.author
WHERE t.tag = $tag AND p."at" IS NOT NULL ORDER BY p."at", post LIMIT $limit
