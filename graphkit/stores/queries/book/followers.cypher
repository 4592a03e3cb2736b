// theme: ties
// en: Who follows the account, and since when
// tr: Hesabı kim, ne zamandan beri takip ediyor
// es: Quién sigue a la cuenta y desde cuándo
// purpose: The standing followers, the newest first; those without a known time come last.
// params: account, limit
MATCH (a:Account {id: $account})<-[f:FOLLOWS]-(b:Account) WHERE f.endedAt IS NULL
RETURN b.id AS account, b.handle AS handle, f.at AS at, f.atKind AS atKind
ORDER BY coalesce(at, 0) DESC, account LIMIT $limit
