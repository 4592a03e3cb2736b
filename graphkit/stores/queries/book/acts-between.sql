SELECT b.id AS account, count(*) AS acts FROM act r JOIN post p ON p.pid = r.post JOIN account b ON b.nid = p.author
WHERE r.source = (SELECT nid FROM account WHERE id = $account) AND r."at" >= $since AND r."at" < $until
  AND r.type IN ('LIKED', 'REPOSTED', 'QUOTED', 'REPLIED', 'COMMENTED')
GROUP BY b.id ORDER BY acts DESC, account LIMIT $limit
