SELECT t.tag, count(*) AS posts FROM post p JOIN tagged t ON t.post = p.pid
WHERE p.author = (SELECT nid FROM account WHERE id = $account) GROUP BY t.tag ORDER BY posts DESC, tag LIMIT $limit
