// theme: ties
// en: How far the audiences of two accounts overlap
// tr: İki hesabın kitleleri ne kadar örtüşüyor
// es: Cuánto se solapan los públicos de dos cuentas
// purpose: Followers of each and of both, exactly, over the follows that were collected.
// params: account, other
MATCH (t:Account)-[f:FOLLOWS]->(a:Account) WHERE a.id IN [$account, $other] AND f.endedAt IS NULL
WITH t, sum(CASE WHEN a.id = $account THEN 1 ELSE 0 END) AS first, sum(CASE WHEN a.id = $other THEN 1 ELSE 0 END) AS second
RETURN sum(first) AS first, sum(second) AS second, sum(first * second) AS both
