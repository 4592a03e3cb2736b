SELECT f.id AS finding, f.kind, n.role, m.role AS "otherRole"
FROM names n JOIN names m ON m.finding = n.finding JOIN finding f ON f.id = n.finding
WHERE n.account = (SELECT nid FROM account WHERE id = $account) AND m.account = (SELECT nid FROM account WHERE id = $other)
  AND $account <> $other
ORDER BY finding, n.role, m.role
