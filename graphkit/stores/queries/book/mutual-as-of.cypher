// theme: time
// en: Mutual follows on a past day
// tr: Geçmiş bir günde karşılıklı takipler
// es: Seguimientos mutuos en un día pasado
// purpose: Both ties begun by then and standing then.
// params: account, as_of, limit
MATCH (a:Account {id: $account})-[f:FOLLOWS]->(b:Account)
WHERE f.at <= $as_of AND (f.endedAt IS NULL OR f.endedAt > $as_of)
MATCH (b)-[g:FOLLOWS]->(a) WHERE g.at <= $as_of AND (g.endedAt IS NULL OR g.endedAt > $as_of)
  AND b.id <> a.id
RETURN b.id AS account, f.at AS followedAt, g.at AS followedBackAt ORDER BY account LIMIT $limit
