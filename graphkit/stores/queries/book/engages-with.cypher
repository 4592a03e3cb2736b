// theme: acts
// en: Whom the account acts on most
// tr: Hesabın en çok etkileştikleri
// es: Con quién interactúa más la cuenta
// purpose: Where its attention goes, folded per account.
// params: account, limit
MATCH (a:Account {id: $account})-[e:ENGAGED]->(b:Account)
RETURN b.id AS account, e.count AS acts, e.kinds AS kinds, e.first AS first, e.last AS last ORDER BY acts DESC, account LIMIT $limit
