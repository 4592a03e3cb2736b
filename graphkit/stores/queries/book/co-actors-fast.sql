SELECT b.id AS account, count(DISTINCT r.post) AS posts, min(abs(r."at" - s."at")) AS "closestMs"
FROM act r JOIN act_on s ON s.post = r.post JOIN account b ON b.nid = s.source
WHERE r.source = (SELECT nid FROM account WHERE id = $account) AND b.id <> $account AND abs(r."at" - s."at") <= $seconds * 1000
  AND r.type IN ('LIKED', 'REPOSTED', 'QUOTED', 'REPLIED', 'COMMENTED')
  AND s.type IN ('LIKED', 'REPOSTED', 'QUOTED', 'REPLIED', 'COMMENTED')
GROUP BY b.id ORDER BY posts DESC, account LIMIT $limit
