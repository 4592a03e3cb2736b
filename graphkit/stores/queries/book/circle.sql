WITH me AS (SELECT nid FROM account WHERE id = $account),
near AS (SELECT f.target AS x FROM tie f JOIN tie_in g ON g.source = f.target AND g.target = f.source
         WHERE f.source = (SELECT nid FROM me) AND g.target = (SELECT nid FROM me) AND f.ended_at IS NULL
           AND g.ended_at IS NULL AND f.target <> f.source)
SELECT b.id AS account, c.id AS other
FROM near n JOIN tie f ON f.source = n.x JOIN near m ON m.x = f.target JOIN tie g ON g.source = f.target AND g.target = f.source
JOIN account b ON b.nid = f.source JOIN account c ON c.nid = f.target
WHERE f.source < f.target AND f.ended_at IS NULL AND g.ended_at IS NULL ORDER BY account, other LIMIT $limit
