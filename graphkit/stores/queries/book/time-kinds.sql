SELECT coalesce(at_kind, 'not said') AS "atKind", count(*) AS follows FROM tie_in
WHERE target = (SELECT nid FROM account WHERE id = $account) GROUP BY 1 ORDER BY follows DESC, "atKind"
