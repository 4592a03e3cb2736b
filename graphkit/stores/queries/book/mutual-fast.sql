SELECT a.id AS account, b.id AS other, abs(f."at" - g."at") AS "apartMs"
FROM tie f JOIN tie_in g ON g.source = f.target AND g.target = f.source
JOIN account a ON a.nid = f.source JOIN account b ON b.nid = f.target
WHERE f.source < f.target AND abs(f."at" - g."at") <= $hours * 3600000
ORDER BY "apartMs", account, other LIMIT $limit
