// theme: ties
// en: Whom the account followed back, or who followed it back, within hours
// tr: Saatler içinde karşılık bulan takipler
// es: Seguimientos devueltos en pocas horas
// purpose: A follow answered within hours is usual among friends once; dozens of them are what follow-for-follow looks like.
// params: account, hours, limit
MATCH (a:Account {id: $account})-[f:FOLLOWS]->(b:Account)
MATCH (b)-[g:FOLLOWS]->(a) WHERE abs(f.at - g.at) <= $hours * 3600000 AND b.id <> a.id
RETURN b.id AS account, f.at AS followedAt, g.at AS followedBackAt, abs(f.at - g.at) AS apartMs
ORDER BY apartMs, account LIMIT $limit
