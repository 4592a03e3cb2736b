// theme: findings
// en: When the members of a finding were made
// tr: Bir bulgunun üyeleri ne zaman açıldı
// es: Cuándo se crearon los miembros de un hallazgo
// purpose: Days of birth of the members, the fullest first.
// params: finding, limit
MATCH (f:Finding {id: $finding})-[:NAMES {role: 'member'}]->(a:Account) WHERE a.createdAt IS NOT NULL
RETURN a.createdAt - a.createdAt % 86400000 AS day, count(a) AS members ORDER BY members DESC, day LIMIT $limit
