// theme: ties
// en: Who follows the account and is followed back
// tr: Hesapla karşılıklı takipleşenler
// es: Quién sigue a la cuenta y es seguido por ella
// purpose: Standing ties in both directions with both times: the bond that ordinary friends and follow-for-follow rings share.
// params: account, limit
MATCH (a:Account {id: $account})-[f:FOLLOWS]->(b:Account)
WHERE f.endedAt IS NULL AND b.id <> a.id
MATCH (b)-[g:FOLLOWS]->(a) WHERE g.endedAt IS NULL
RETURN b.id AS account, f.at AS followedAt, g.at AS followedBackAt ORDER BY account LIMIT $limit
