// theme: ties
// en: Followers that came between two dates
// tr: İki tarih arasında gelen takipçiler
// es: Seguidores llegados entre dos fechas
// purpose: Who came on the days that stand out. Both dates are milliseconds; the first counts, the second does not.
// params: account, since, until, limit
MATCH (a:Account {id: $account})<-[f:FOLLOWS]-(b:Account) WHERE f.at >= $since AND f.at < $until
RETURN b.id AS account, b.createdAt AS createdAt, f.at AS at ORDER BY at, account LIMIT $limit
