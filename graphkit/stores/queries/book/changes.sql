SELECT u."at", what, b.id AS account
FROM (SELECT source, 'began' AS what, "at" FROM tie_in WHERE target = (SELECT nid FROM account WHERE id = $account)
      UNION ALL SELECT source, 'ended', ended_at FROM tie_in WHERE target = (SELECT nid FROM account WHERE id = $account)) u
JOIN account b ON b.nid = u.source WHERE u."at" >= $since AND u."at" < $until ORDER BY u."at", what, account LIMIT $limit
