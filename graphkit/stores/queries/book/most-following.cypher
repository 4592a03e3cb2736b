// theme: ties
// en: The accounts that follow the most others
// tr: En çok hesabı takip edenler
// es: Las cuentas que siguen a más cuentas
// purpose: By the follows that were collected. It reads every follow.
// params: limit
// cost: whole
MATCH (a:Account)-[f:FOLLOWS]->(b:Account) WHERE f.endedAt IS NULL
WITH a, count(f) AS seen
RETURN a.id AS account, seen, a.following AS claimed ORDER BY seen DESC, account LIMIT $limit
