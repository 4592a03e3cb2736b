SELECT u.tag, count(*) AS posts FROM tagged t JOIN tagged u ON u.post = t.post
WHERE t.tag = $tag AND u.tag <> $tag GROUP BY u.tag ORDER BY posts DESC, u.tag LIMIT $limit
