SELECT client, count(*) AS acts, min("at") AS "first", max("at") AS "last" FROM act
WHERE source = (SELECT nid FROM account WHERE id = $account) AND client IS NOT NULL GROUP BY client ORDER BY acts DESC, client
