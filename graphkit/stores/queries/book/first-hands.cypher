// theme: acts
// en: Who most often reposts the account within minutes
// tr: Hesabı en sık dakikalar içinde yeniden paylaşanlar
// es: Quién republica a la cuenta con más frecuencia en minutos
// purpose: Accounts by the number of the account's posts that they reposted within this many seconds.
// params: account, seconds, limit
MATCH (a:Account {id: $account})-[:POSTED]->(p:Post)<-[r:REPOSTED]-(b:Account)
WHERE r.at >= p.at AND r.at - p.at <= $seconds * 1000 AND b.id <> a.id
RETURN b.id AS account, count(DISTINCT p.id) AS posts ORDER BY posts DESC, account LIMIT $limit
