WITH mine AS (SELECT DISTINCT post FROM act WHERE source = (SELECT nid FROM account WHERE id = $account)
              AND post IS NOT NULL AND type IN ('LIKED', 'REPOSTED', 'QUOTED', 'REPLIED', 'COMMENTED'))
SELECT b.id AS account, count(DISTINCT r.post) AS posts
FROM mine JOIN act_on r ON r.post = mine.post JOIN account b ON b.nid = r.source
WHERE r.type IN ('LIKED', 'REPOSTED', 'QUOTED', 'REPLIED', 'COMMENTED') AND b.id <> $account
GROUP BY b.id ORDER BY posts DESC, account LIMIT $limit
