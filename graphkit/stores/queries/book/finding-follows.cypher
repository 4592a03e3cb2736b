// theme: findings
// en: Follows among the members of a finding
// tr: Bir bulgunun üyeleri arasındaki takipler
// es: Seguimientos entre los miembros de un hallazgo
// purpose: The standing ties inside the group, with their times.
// params: finding, limit
MATCH (f:Finding {id: $finding})-[:NAMES {role: 'member'}]->(a:Account)-[t:FOLLOWS]->(b:Account)
WHERE t.endedAt IS NULL AND a.id <> b.id
MATCH (f)-[:NAMES {role: 'member'}]->(b)
RETURN a.id AS account, b.id AS other, t.at AS at ORDER BY account, other LIMIT $limit
