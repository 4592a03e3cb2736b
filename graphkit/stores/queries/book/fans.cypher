// theme: ties
// en: Followers that the account does not follow back
// tr: Hesabın geri takip etmediği takipçileri
// es: Seguidores a los que la cuenta no sigue
// purpose: The audience proper: people who follow without getting a follow for it.
// params: account, limit
MATCH (a:Account {id: $account})<-[f:FOLLOWS]-(b:Account) WHERE f.endedAt IS NULL
OPTIONAL MATCH (a)-[g:FOLLOWS]->(b) WHERE g.endedAt IS NULL
WITH b, f, count(g) AS back WHERE back = 0
RETURN b.id AS account, f.at AS at ORDER BY account LIMIT $limit
