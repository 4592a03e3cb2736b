WITH member AS (SELECT account FROM names WHERE finding = $finding AND role = 'member')
SELECT a.id AS account, b.id AS other, t."at"
FROM tie t JOIN account a ON a.nid = t.source JOIN account b ON b.nid = t.target
WHERE t.source IN (FROM member) AND t.target IN (FROM member) AND t.ended_at IS NULL AND t.source <> t.target
ORDER BY account, other LIMIT $limit
