SELECT "at" // 3600000 % 24 AS hour, count(*) AS acts FROM act
WHERE source = (SELECT nid FROM account WHERE id = $account) AND "at" >= 0 GROUP BY 1 ORDER BY hour
