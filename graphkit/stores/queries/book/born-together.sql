SELECT b.created_at - b.created_at % 86400000 AS day, count(*) AS followers
FROM tie_in f JOIN account b ON b.nid = f.source
WHERE f.target = (SELECT nid FROM account WHERE id = $account) AND b.created_at IS NOT NULL
GROUP BY 1 HAVING count(*) >= $least ORDER BY followers DESC, day LIMIT $limit
