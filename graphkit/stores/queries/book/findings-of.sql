SELECT f.id AS finding, f.kind, n.role, n.p, f.q FROM names n JOIN finding f ON f.id = n.finding
WHERE n.account = (SELECT nid FROM account WHERE id = $account) ORDER BY finding, n.role
