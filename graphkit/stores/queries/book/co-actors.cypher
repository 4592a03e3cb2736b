// theme: acts
// en: Who acts on the same posts as the account
// tr: Hesapla aynı gönderilere etkileşenler
// es: Quién actúa sobre las mismas publicaciones
// purpose: Accounts by the number of posts that both acted on. Popular posts make this large for everybody: see co-actors-fast.
// params: account, limit
MATCH (a:Account {id: $account})-[:LIKED|REPOSTED|QUOTED|REPLIED|COMMENTED]->(p:Post)
WITH DISTINCT p
MATCH (p)<-[:LIKED|REPOSTED|QUOTED|REPLIED|COMMENTED]-(b:Account) WHERE b.id <> $account
RETURN b.id AS account, count(DISTINCT p.id) AS posts ORDER BY posts DESC, account LIMIT $limit
