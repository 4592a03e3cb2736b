SELECT p.id AS post, p."at", count(r.source) AS acts
FROM post p LEFT JOIN act_on r ON r.post = p.pid AND r.type <> 'MENTIONED'
WHERE p.author = (SELECT nid FROM account WHERE id = $account) GROUP BY p.id, p."at"
ORDER BY coalesce(p."at", 0) DESC, post LIMIT $limit
