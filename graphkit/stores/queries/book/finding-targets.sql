WITH member AS (SELECT account FROM names WHERE finding = $finding AND role = 'member')
SELECT b.id AS account, count(*) AS members FROM tie t JOIN account b ON b.nid = t.target
WHERE t.source IN (FROM member) AND t.target NOT IN (FROM member) AND t.ended_at IS NULL
GROUP BY b.id HAVING count(*) >= $least ORDER BY members DESC, account LIMIT $limit
