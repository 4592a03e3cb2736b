// theme: ties
// en: Whom the account follows without being followed back
// tr: Hesabın takip edip karşılık görmedikleri
// es: A quién sigue la cuenta sin ser correspondida
// purpose: One-way interest: celebrities, sources, and those who were courted in vain.
// params: account, limit
MATCH (a:Account {id: $account})-[f:FOLLOWS]->(b:Account) WHERE f.endedAt IS NULL
OPTIONAL MATCH (b)-[g:FOLLOWS]->(a) WHERE g.endedAt IS NULL
WITH b, f, count(g) AS back WHERE back = 0
RETURN b.id AS account, f.at AS at ORDER BY account LIMIT $limit
