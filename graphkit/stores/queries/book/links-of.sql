SELECT u.url, count(*) AS posts FROM post p JOIN linked u ON u.post = p.pid
WHERE p.author = (SELECT nid FROM account WHERE id = $account) GROUP BY u.url ORDER BY posts DESC, url LIMIT $limit
