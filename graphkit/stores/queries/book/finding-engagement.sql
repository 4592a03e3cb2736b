SELECT b.id AS account, count(*) AS members, sum(e."count")::BIGINT AS acts
FROM names n JOIN engaged e ON e.source = n.account JOIN account b ON b.nid = e.target
WHERE n.finding = $finding AND n.role = 'member' GROUP BY b.id ORDER BY members DESC, acts DESC, account LIMIT $limit
