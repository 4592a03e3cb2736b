SELECT a.id AS account, c.relation, c.collected, c.declared FROM coverage c JOIN account a ON a.nid = c.account
WHERE c.collected * 2 < c.declared ORDER BY c.declared - c.collected DESC, account, relation LIMIT $limit
