SELECT f."at" - f."at" % 86400000 AS day, count(*) AS followers FROM tie_in f
WHERE f.target = (SELECT nid FROM account WHERE id = $account) AND f."at" IS NOT NULL
GROUP BY 1 ORDER BY followers DESC, day LIMIT $limit
