SELECT a.id AS account, count(*) AS posts, min(p."at") AS "first"
FROM tagged t JOIN post p ON p.pid = t.post JOIN account a ON a.nid = p.author
WHERE t.tag = $tag GROUP BY a.id ORDER BY posts DESC, account LIMIT $limit
