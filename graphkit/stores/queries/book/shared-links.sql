WITH mine AS (SELECT DISTINCT u.url FROM post p JOIN linked u ON u.post = p.pid
              WHERE p.author = (SELECT nid FROM account WHERE id = $account))
SELECT b.id AS account, count(DISTINCT u.url) AS links
FROM mine JOIN linked u ON u.url = mine.url JOIN post p ON p.pid = u.post JOIN account b ON b.nid = p.author
WHERE b.id <> $account GROUP BY b.id ORDER BY links DESC, account LIMIT $limit
