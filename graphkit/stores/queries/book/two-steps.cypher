// theme: ties
// en: How many accounts the account's follows lead to in one and in two steps
// tr: Bir ve iki adımda kaç hesaba ulaşılıyor
// es: A cuántas cuentas se llega en uno y en dos pasos
// purpose: Distinct accounts, the account itself left out; an account one step away is not counted again at two.
// params: account
MATCH (a:Account {id: $account})
OPTIONAL MATCH (a)-[f:FOLLOWS]->(b:Account) WHERE f.endedAt IS NULL AND b.id <> $account
WITH a, collect(DISTINCT b.id) AS near
OPTIONAL MATCH (a)-[f:FOLLOWS]->(b:Account)-[g:FOLLOWS]->(c:Account)
WHERE f.endedAt IS NULL AND g.endedAt IS NULL AND c.id <> $account AND NOT c.id IN near
RETURN size(near) AS one, count(DISTINCT c.id) AS two
