// theme: ties
// en: The accounts with the most followers in the data
// tr: Veride en çok takipçisi olan hesaplar
// es: Las cuentas con más seguidores en los datos
// purpose: By the follows that were collected, beside the number that the account claims. It reads every follow.
// params: limit
// cost: whole
MATCH (b:Account)-[f:FOLLOWS]->(a:Account) WHERE f.endedAt IS NULL
WITH a, count(f) AS seen
RETURN a.id AS account, seen, a.followers AS claimed ORDER BY seen DESC, account LIMIT $limit
