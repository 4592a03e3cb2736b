// theme: ties
// en: Accounts with the most followers in common with this one
// tr: Bu hesapla en çok ortak takipçisi olanlar
// es: Cuentas con más seguidores en común con esta
// purpose: Whom the audience of the account also follows: neighbours in the eyes of the audience.
// params: account, limit
MATCH (a:Account {id: $account})<-[f:FOLLOWS]-(b:Account) WHERE f.endedAt IS NULL
MATCH (b)-[g:FOLLOWS]->(c:Account) WHERE g.endedAt IS NULL AND c.id <> $account
RETURN c.id AS account, count(g) AS shared ORDER BY shared DESC, account LIMIT $limit
