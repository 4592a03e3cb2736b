// theme: ties
// en: Whom the account follows, and since when
// tr: Hesap kimi, ne zamandan beri takip ediyor
// es: A quién sigue la cuenta y desde cuándo
// purpose: The standing follows, the newest first; those without a known time come last.
// params: account, limit
MATCH (a:Account {id: $account})-[f:FOLLOWS]->(b:Account) WHERE f.endedAt IS NULL
RETURN b.id AS account, b.handle AS handle, f.at AS at, f.atKind AS atKind
ORDER BY coalesce(at, 0) DESC, account LIMIT $limit
