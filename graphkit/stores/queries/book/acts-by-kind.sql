SELECT type AS act, count(*) AS acts FROM act WHERE source = (SELECT nid FROM account WHERE id = $account)
GROUP BY type ORDER BY acts DESC, act
