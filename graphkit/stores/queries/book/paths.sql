WITH s AS (SELECT nid FROM account WHERE id = $account), e AS (SELECT nid FROM account WHERE id = $other),
f1 AS (SELECT target AS x FROM tie WHERE source = (SELECT nid FROM s)),
b1 AS (SELECT source AS y FROM tie_in WHERE target = (SELECT nid FROM e)),
one AS (SELECT [$account, $other] AS path FROM f1 WHERE x = (SELECT nid FROM e)),
two AS (SELECT [$account, a.id, $other] AS path FROM f1 JOIN b1 ON y = x JOIN account a ON a.nid = x WHERE NOT EXISTS (FROM one)),
three AS (SELECT [$account, a.id, b.id, $other] AS path FROM f1 JOIN tie t ON t.source = x JOIN b1 ON y = t.target
          JOIN account a ON a.nid = x JOIN account b ON b.nid = y WHERE NOT EXISTS (FROM one) AND NOT EXISTS (FROM two))
SELECT path, (len(path) - 1)::BIGINT AS steps FROM (FROM one UNION ALL FROM two UNION ALL FROM three)
WHERE $account <> $other ORDER BY path LIMIT $limit
