SELECT b.id AS account, count(DISTINCT p.pid) AS posts
FROM post p JOIN act_on r ON r.post = p.pid JOIN account b ON b.nid = r.source
WHERE p.author = (SELECT nid FROM account WHERE id = $account) AND r.type = 'REPOSTED' AND r."at" >= p."at"
  AND r."at" - p."at" <= $seconds * 1000 AND b.id <> $account
GROUP BY b.id ORDER BY posts DESC, account LIMIT $limit
