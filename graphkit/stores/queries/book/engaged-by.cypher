// theme: acts
// en: Who acts on the account most
// tr: Hesapla en çok etkileşenler
// es: Quién interactúa más con la cuenta
// purpose: All acts of one account on another, folded: how many, of which kinds, from when to when.
// params: account, limit
MATCH (a:Account {id: $account})<-[e:ENGAGED]-(b:Account)
RETURN b.id AS account, e.count AS acts, e.kinds AS kinds, e.first AS first, e.last AS last ORDER BY acts DESC, account LIMIT $limit
