// theme: findings
// en: Whom the members of a finding follow together
// tr: Bir bulgunun üyelerinin birlikte takip ettikleri
// es: A quién siguen juntos los miembros de un hallazgo
// purpose: Accounts outside the group by the number of members that follow them: customers, idols, or a starter list.
// params: finding, least, limit
MATCH (f:Finding {id: $finding})-[:NAMES {role: 'member'}]->(a:Account)-[t:FOLLOWS]->(b:Account) WHERE t.endedAt IS NULL
WITH f, b, count(t) AS members WHERE members >= $least
OPTIONAL MATCH (f)-[inside:NAMES {role: 'member'}]->(b)
WITH b, members, count(inside) AS own WHERE own = 0
RETURN b.id AS account, members ORDER BY members DESC, account LIMIT $limit
