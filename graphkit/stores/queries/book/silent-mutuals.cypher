// theme: acts
// en: Mutual follows without a single act in either direction
// tr: Tek bir etkileşim olmayan karşılıklı takipler
// es: Seguimientos mutuos sin ninguna interacción
// purpose: Ties that nobody uses. Silence says little where few acts were collected: see coverage.
// params: account, limit
MATCH (a:Account {id: $account})-[f:FOLLOWS]->(b:Account) WHERE f.endedAt IS NULL AND b.id <> a.id
MATCH (b)-[g:FOLLOWS]->(a) WHERE g.endedAt IS NULL
OPTIONAL MATCH (a)-[e:ENGAGED]-(b)
WITH b, f, count(e) AS acts WHERE acts = 0
RETURN b.id AS account, f.at AS followedAt ORDER BY account LIMIT $limit
