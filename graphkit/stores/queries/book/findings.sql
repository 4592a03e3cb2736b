SELECT id AS finding, kind, accounts, q, sentence FROM finding ORDER BY coalesce(q, 2.0), finding LIMIT $limit
