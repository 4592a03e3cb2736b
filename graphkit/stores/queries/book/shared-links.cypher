// theme: posts
// en: Accounts that spread the same links as this one
// tr: Bu hesapla aynı bağlantıları yayanlar
// es: Cuentas que difunden los mismos enlaces que esta
// purpose: By the number of different links in common.
// params: account, limit
MATCH (a:Account {id: $account})-[:POSTED]->(:Post)-[:LINKS_TO]->(u:Url)
WITH DISTINCT u
MATCH (u)<-[:LINKS_TO]-(:Post)<-[:POSTED]-(b:Account) WHERE b.id <> $account
RETURN b.id AS account, count(DISTINCT u.url) AS links ORDER BY links DESC, account LIMIT $limit
