SELECT a.id AS account, n AS follows
FROM (SELECT f.source, count(*) AS n FROM tie f LEFT JOIN tie_in g ON g.source = f.target AND g.target = f.source AND g.ended_at IS NULL
      WHERE f.ended_at IS NULL AND f.source <> f.target GROUP BY f.source HAVING count(*) >= $least AND count(g.source) = 0)
JOIN account a ON a.nid = source ORDER BY follows DESC, account LIMIT $limit
