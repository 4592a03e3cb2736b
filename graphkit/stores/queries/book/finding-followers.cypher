// theme: findings
// en: Which accounts hold the most members of findings among their followers
// tr: Takipçileri arasında en çok bulgu üyesi olan hesaplar
// es: Qué cuentas tienen más miembros de hallazgos entre sus seguidores
// purpose: A count, not a charge: nobody chooses who follows them.
// params: limit
MATCH (f:Finding)-[:NAMES {role: 'member'}]->(m:Account)
WITH DISTINCT m
MATCH (m)-[t:FOLLOWS]->(a:Account) WHERE t.endedAt IS NULL
RETURN a.id AS account, count(t) AS members ORDER BY members DESC, account LIMIT $limit
