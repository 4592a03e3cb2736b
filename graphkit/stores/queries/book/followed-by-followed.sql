WITH mine AS (SELECT target FROM tie WHERE source = (SELECT nid FROM account WHERE id = $account) AND ended_at IS NULL)
SELECT c.id AS account, count(*) AS through
FROM mine JOIN tie g ON g.source = mine.target JOIN account c ON c.nid = g.target
WHERE g.ended_at IS NULL AND c.id <> $account AND g.target NOT IN (SELECT target FROM mine)
GROUP BY c.id ORDER BY through DESC, account LIMIT $limit
