WITH mine AS (SELECT DISTINCT text FROM post WHERE author = (SELECT nid FROM account WHERE id = $account) AND length(text) >= 20)
SELECT b.id AS account, count(DISTINCT q.text) AS texts, count(DISTINCT q.pid) AS posts
FROM mine JOIN post q ON q.text = mine.text JOIN account b ON b.nid = q.author
WHERE b.id <> $account GROUP BY b.id ORDER BY texts DESC, account LIMIT $limit
