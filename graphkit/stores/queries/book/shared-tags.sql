WITH used AS (SELECT a.id, t.tag, count(*) AS n FROM post p JOIN tagged t ON t.post = p.pid JOIN account a ON a.nid = p.author
              WHERE a.id IN ($account, $other) GROUP BY a.id, t.tag)
SELECT m.tag, m.n AS "first", o.n AS "second" FROM used m JOIN used o ON o.tag = m.tag
WHERE m.id = $account AND o.id = $other ORDER BY m.tag LIMIT $limit
