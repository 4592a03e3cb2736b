// theme: ties
// en: Followers made on the same day, by day
// tr: Aynı gün açılmış takipçiler, gün gün
// es: Seguidores creados el mismo día, por días
// purpose: Days of birth of the followers, the fullest first; a batch of accounts made in one go is a spike.
// params: account, least, limit
MATCH (a:Account {id: $account})<-[f:FOLLOWS]-(b:Account) WHERE b.createdAt IS NOT NULL
WITH b.createdAt - b.createdAt % 86400000 AS day, count(b) AS followers WHERE followers >= $least
RETURN day, followers ORDER BY followers DESC, day LIMIT $limit
