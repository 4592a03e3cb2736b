// theme: posts
// en: Tags that two accounts both use
// tr: İki hesabın ortak etiketleri
// es: Etiquetas que usan ambas cuentas
// purpose: With the number of posts of each.
// params: account, other, limit
MATCH (a:Account {id: $account})-[:POSTED]->(p:Post)-[:TAGGED]->(t:Tag)
WITH t, count(p) AS first
MATCH (b:Account {id: $other})-[:POSTED]->(q:Post)-[:TAGGED]->(t)
RETURN t.name AS tag, first, count(q) AS second ORDER BY tag LIMIT $limit
