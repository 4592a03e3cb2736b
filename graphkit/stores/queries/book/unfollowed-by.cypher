// theme: ties
// en: Who stopped following the account
// tr: Hesabı takipten çıkanlar
// es: Quién dejó de seguir a la cuenta
// purpose: Ties that ended, the latest end first.
// params: account, limit
MATCH (a:Account {id: $account})<-[f:FOLLOWS]-(b:Account) WHERE f.endedAt IS NOT NULL
RETURN b.id AS account, f.at AS at, f.endedAt AS endedAt ORDER BY endedAt DESC, account LIMIT $limit
