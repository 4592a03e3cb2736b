// theme: ties
// en: Everybody one step away, and by which ties
// tr: Bir adım ötedeki herkes ve bağları
// es: Todas las cuentas a un paso, y por qué vínculos
// purpose: Follows and acts in both directions, one row an account: where to look next.
// params: account, limit
MATCH (a:Account {id: $account})-[t:FOLLOWS|ENGAGED]-(b:Account)
WHERE b.id <> a.id AND (type(t) = 'ENGAGED' OR t.endedAt IS NULL)
WITH a, b, sum(CASE WHEN type(t) = 'FOLLOWS' AND startNode(t).id = a.id THEN 1 ELSE 0 END) AS follows,
     sum(CASE WHEN type(t) = 'FOLLOWS' AND startNode(t).id = b.id THEN 1 ELSE 0 END) AS followed,
     sum(CASE WHEN type(t) = 'ENGAGED' AND startNode(t).id = a.id THEN t.count ELSE 0 END) AS acts,
     sum(CASE WHEN type(t) = 'ENGAGED' AND startNode(t).id = b.id THEN t.count ELSE 0 END) AS received
RETURN b.id AS account, follows, followed, acts, received ORDER BY acts + received DESC, account LIMIT $limit
