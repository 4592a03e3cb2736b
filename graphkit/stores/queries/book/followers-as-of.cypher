// theme: time
// en: Who followed the account on a past day
// tr: Geçmiş bir günde hesabı kim takip ediyordu
// es: Quién seguía a la cuenta en un día pasado
// purpose: Ties begun by then and not yet ended then, by the time of the event. Ties without a known time are left out.
// params: account, as_of, limit
MATCH (a:Account {id: $account})<-[f:FOLLOWS]-(b:Account)
WHERE f.at <= $as_of AND (f.endedAt IS NULL OR f.endedAt > $as_of)
RETURN b.id AS account, f.at AS at ORDER BY at DESC, account LIMIT $limit
