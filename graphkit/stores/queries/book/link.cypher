// theme: ties
// en: What ties two accounts to each other directly
// tr: İki hesabı doğrudan bağlayan nedir
// es: Qué vincula directamente a dos cuentas
// purpose: Follows and folded acts in both directions between two accounts, row by row.
// params: account, other
MATCH (a:Account)-[t:FOLLOWS|ENGAGED]->(b:Account)
WHERE a.id IN [$account, $other] AND b.id IN [$account, $other] AND a.id <> b.id
RETURN a.id AS account, type(t) AS tie, b.id AS other, t.at AS at, t.endedAt AS endedAt, t.count AS acts, t.first AS first,
       t.last AS last ORDER BY account, tie DESC
