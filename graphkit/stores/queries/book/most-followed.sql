SELECT a.id AS account, n AS seen, a.followers AS claimed
FROM (SELECT target, count(*) AS n FROM tie_in WHERE ended_at IS NULL GROUP BY target) JOIN account a ON a.nid = target
ORDER BY seen DESC, account LIMIT $limit
