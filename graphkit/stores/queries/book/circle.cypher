// theme: ties
// en: Mutual follows among those whom the account follows mutually
// tr: Karşılıklı takipleşenlerin kendi aralarındaki karşılıklı takipler
// es: Seguimientos mutuos entre sus contactos mutuos
// purpose: Closed triangles of mutual follows around the account: a circle of friends or a ring; the pairs to look at.
// params: account, limit
MATCH (a:Account {id: $account})-[f1:FOLLOWS]->(b:Account)-[f2:FOLLOWS]->(c:Account)-[f3:FOLLOWS]->(a)
WHERE b.id < c.id AND b.id <> a.id AND c.id <> a.id AND f1.endedAt IS NULL AND f2.endedAt IS NULL AND f3.endedAt IS NULL
MATCH (b)-[g1:FOLLOWS]->(a) WHERE g1.endedAt IS NULL
MATCH (c)-[g2:FOLLOWS]->(b) WHERE g2.endedAt IS NULL
MATCH (a)-[g3:FOLLOWS]->(c) WHERE g3.endedAt IS NULL
RETURN b.id AS account, c.id AS other ORDER BY account, other LIMIT $limit
