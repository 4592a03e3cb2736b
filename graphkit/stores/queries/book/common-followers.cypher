// theme: ties
// en: Who follows both accounts
// tr: İki hesabı da takip edenler
// es: Quién sigue a ambas cuentas
// purpose: The shared audience, account by account.
// params: account, other, limit
MATCH (a:Account {id: $account})<-[f:FOLLOWS]-(t:Account) WHERE f.endedAt IS NULL
MATCH (b:Account {id: $other})<-[g:FOLLOWS]-(t) WHERE g.endedAt IS NULL
RETURN t.id AS account, f.at AS firstAt, g.at AS secondAt ORDER BY account LIMIT $limit
