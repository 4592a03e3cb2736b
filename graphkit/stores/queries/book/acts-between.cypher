// theme: time
// en: Whom the account acted on between two dates
// tr: Hesap iki tarih arasında kimlerle etkileşti
// es: Sobre quién actuó la cuenta entre dos fechas
// purpose: Rows of acts on posts by their author, in the time.
// params: account, since, until, limit
MATCH (a:Account {id: $account})-[r:LIKED|REPOSTED|QUOTED|REPLIED|COMMENTED]->(p:Post)<-[:POSTED]-(b:Account)
WHERE r.at >= $since AND r.at < $until
RETURN b.id AS account, count(r) AS acts ORDER BY acts DESC, account LIMIT $limit
