// theme: acts
// en: Accounts that act on the account without following it
// tr: Takip etmeden etkileşenler
// es: Cuentas que interactúan sin seguirla
// purpose: People from outside the following, and hired hands.
// params: account, limit
MATCH (a:Account {id: $account})<-[e:ENGAGED]-(b:Account)
OPTIONAL MATCH (b)-[f:FOLLOWS]->(a) WHERE f.endedAt IS NULL
WITH b, e, count(f) AS follows WHERE follows = 0
RETURN b.id AS account, e.count AS acts, e.kinds AS kinds ORDER BY acts DESC, account LIMIT $limit
