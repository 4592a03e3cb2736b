// theme: time
// en: Whom the account followed on a past day
// tr: Hesap geçmiş bir günde kimi takip ediyordu
// es: A quién seguía la cuenta en un día pasado
// purpose: Ties begun by then and not yet ended then, by the time of the event. Ties without a known time are left out.
// params: account, as_of, limit
MATCH (a:Account {id: $account})-[f:FOLLOWS]->(b:Account)
WHERE f.at <= $as_of AND (f.endedAt IS NULL OR f.endedAt > $as_of)
RETURN b.id AS account, f.at AS at ORDER BY at DESC, account LIMIT $limit
