SELECT a.id AS account, min(r."at" - p."at") AS "delayMs"
FROM act_on r JOIN post p ON p.pid = r.post JOIN account a ON a.nid = r.source
WHERE r.post = (SELECT pid FROM post WHERE id = $post) AND r.type = 'REPOSTED' AND r."at" >= p."at"
GROUP BY a.id ORDER BY "delayMs", account LIMIT $limit
