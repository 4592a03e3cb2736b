// theme: ties
// en: How many followers came on which day
// tr: Hangi gün kaç takipçi geldi
// es: Cuántos seguidores llegaron cada día
// purpose: Arrivals by UTC day, the fullest first. A block of bought followers is a spike; so is a television evening.
// params: account, limit
MATCH (a:Account {id: $account})<-[f:FOLLOWS]-(:Account) WHERE f.at IS NOT NULL
RETURN f.at - f.at % 86400000 AS day, count(f) AS followers ORDER BY followers DESC, day LIMIT $limit
