SELECT a.id AS account, n AS seen, a.following AS claimed
FROM (SELECT source, count(*) AS n FROM tie WHERE ended_at IS NULL GROUP BY source) JOIN account a ON a.nid = source
ORDER BY seen DESC, account LIMIT $limit
