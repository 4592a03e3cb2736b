// theme: time
// en: What changed among the followers between two dates
// tr: İki tarih arasında takipçilerde ne değişti
// es: Qué cambió entre los seguidores entre dos fechas
// purpose: Ties that began and ties that ended in the time, in order.
// params: account, since, until, limit
MATCH (a:Account {id: $account})<-[f:FOLLOWS]-(b:Account)
UNWIND [{what: 'began', at: f.at}, {what: 'ended', at: f.endedAt}] AS change
WITH b.id AS account, change.what AS what, change.at AS at WHERE at >= $since AND at < $until
RETURN at, what, account ORDER BY at, what, account LIMIT $limit
