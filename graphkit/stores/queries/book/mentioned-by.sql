SELECT b.id AS account, count(*) AS mentions, min(m."at") AS "first", max(m."at") AS "last"
FROM act_to m JOIN account b ON b.nid = m.source
WHERE m.target = (SELECT nid FROM account WHERE id = $account) AND m.type = 'MENTIONED'
GROUP BY b.id ORDER BY mentions DESC, account LIMIT $limit
