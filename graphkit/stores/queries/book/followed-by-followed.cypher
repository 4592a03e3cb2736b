// theme: ties
// en: Whom the accounts it follows follow, and it does not
// tr: Takip ettiklerinin takip edip kendisinin etmedikleri
// es: A quién siguen sus seguidos, y ella no
// purpose: Who is near without being tied: warm contacts, and blanks in a circle.
// params: account, limit
MATCH (a:Account {id: $account})-[f:FOLLOWS]->(b:Account) WHERE f.endedAt IS NULL
MATCH (b)-[g:FOLLOWS]->(c:Account) WHERE g.endedAt IS NULL AND c.id <> $account
WITH a, c, count(g) AS through
OPTIONAL MATCH (a)-[own:FOLLOWS]->(c) WHERE own.endedAt IS NULL
WITH c, through, count(own) AS already WHERE already = 0
RETURN c.id AS account, through ORDER BY through DESC, account LIMIT $limit
