// theme: posts
// en: Accounts that post the same text as this one
// tr: Bu hesapla aynı metni paylaşanlar
// es: Cuentas que publican el mismo texto que esta
// purpose: Texts of at least 20 letters, equal letter for letter: copied words, or a shared slogan.
// params: account, limit
// cost: whole
MATCH (a:Account {id: $account})-[:POSTED]->(p:Post) WHERE size(p.text) >= 20
WITH DISTINCT p.text AS text
MATCH (b:Account)-[:POSTED]->(q:Post) WHERE q.text = text AND b.id <> $account
RETURN b.id AS account, count(DISTINCT text) AS texts, count(DISTINCT q.id) AS posts ORDER BY texts DESC, account LIMIT $limit
