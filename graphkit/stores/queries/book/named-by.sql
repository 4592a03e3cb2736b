SELECT a.id AS account, n.role, n.p FROM names n JOIN account a ON a.nid = n.account
WHERE n.finding = $finding ORDER BY n.role DESC, n.p DESC, account LIMIT $limit
