SELECT a.id AS account, people, acts
FROM (SELECT target, count(*) AS people, sum("count")::BIGINT AS acts FROM engaged_in GROUP BY target)
JOIN account a ON a.nid = target ORDER BY people DESC, account LIMIT $limit
