// theme: findings
// en: On whom the members of a finding act
// tr: Bir bulgunun üyeleri kimlerle etkileşiyor
// es: Sobre quién actúan los miembros de un hallazgo
// purpose: Folded acts of the group, by account acted on, with how many members take part.
// params: finding, limit
MATCH (f:Finding {id: $finding})-[:NAMES {role: 'member'}]->(a:Account)-[e:ENGAGED]->(b:Account)
RETURN b.id AS account, count(e) AS members, sum(e.count) AS acts ORDER BY members DESC, acts DESC, account LIMIT $limit
