// theme: ties
// en: Whom two accounts both follow
// tr: İki hesabın ortak takip ettikleri
// es: A quién siguen ambas cuentas
// purpose: Common targets with both times. Few are expected by chance where the targets are little known: the smallest come first.
// params: account, other, limit
MATCH (a:Account {id: $account})-[f:FOLLOWS]->(t:Account) WHERE f.endedAt IS NULL
MATCH (b:Account {id: $other})-[g:FOLLOWS]->(t) WHERE g.endedAt IS NULL
RETURN t.id AS account, f.at AS firstAt, g.at AS secondAt, t.followers AS followers
ORDER BY coalesce(followers, 0), account LIMIT $limit
