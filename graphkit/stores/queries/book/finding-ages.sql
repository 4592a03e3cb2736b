SELECT a.created_at - a.created_at % 86400000 AS day, count(*) AS members FROM names n JOIN account a ON a.nid = n.account
WHERE n.finding = $finding AND n.role = 'member' AND a.created_at IS NOT NULL GROUP BY 1 ORDER BY members DESC, day LIMIT $limit
