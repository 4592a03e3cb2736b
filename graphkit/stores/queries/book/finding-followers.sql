SELECT a.id AS account, count(*) AS members FROM tie t JOIN account a ON a.nid = t.target
WHERE t.source IN (SELECT account FROM names WHERE role = 'member') AND t.ended_at IS NULL
GROUP BY a.id ORDER BY members DESC, account LIMIT $limit
