SELECT coalesce(sum(one), 0)::BIGINT AS "first", coalesce(sum(two), 0)::BIGINT AS "second",
       coalesce(sum(one * two), 0)::BIGINT AS "both"
FROM (SELECT source, count(*) FILTER (a.id = $account) AS one, count(*) FILTER (a.id = $other) AS two
      FROM tie_in f JOIN account a ON a.nid = f.target
      WHERE f.target IN (SELECT nid FROM account WHERE id IN ($account, $other)) AND f.ended_at IS NULL GROUP BY source)
