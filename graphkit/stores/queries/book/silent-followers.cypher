// theme: acts
// en: Followers that never acted on the account
// tr: Hesapla hiç etkileşmemiş takipçiler
// es: Seguidores que nunca interactuaron con la cuenta
// purpose: The part of a following of which no act was collected, the newest first.
// params: account, limit
MATCH (a:Account {id: $account})<-[f:FOLLOWS]-(b:Account) WHERE f.endedAt IS NULL
OPTIONAL MATCH (b)-[e:ENGAGED]->(a)
WITH b, f, count(e) AS acts WHERE acts = 0
RETURN b.id AS account, f.at AS at ORDER BY coalesce(at, 0) DESC, account LIMIT $limit
