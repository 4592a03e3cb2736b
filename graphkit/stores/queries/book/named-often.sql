SELECT a.id AS account, count(DISTINCT n.finding) AS findings FROM names n JOIN account a ON a.nid = n.account
GROUP BY a.id HAVING count(DISTINCT n.finding) >= $least ORDER BY findings DESC, account LIMIT $limit
