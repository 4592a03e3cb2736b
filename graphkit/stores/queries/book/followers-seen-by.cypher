// theme: time
// en: Followers that had been seen by a past day
// tr: Geçmiş bir güne kadar görülmüş takipçiler
// es: Seguidores que se habían visto hasta un día pasado
// purpose: By the time of observation, not of the event: what could be known then. Only the newest observation of a tie is kept.
// params: account, as_of, limit
MATCH (a:Account {id: $account})<-[f:FOLLOWS]-(b:Account) WHERE f.observedAt <= $as_of
RETURN b.id AS account, f.at AS at, f.observedAt AS observedAt ORDER BY observedAt DESC, account LIMIT $limit
