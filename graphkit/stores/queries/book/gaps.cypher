// theme: coverage
// en: Collections that fell far short of what was declared
// tr: Bildirilenin çok altında kalan toplamalar
// es: Recogidas muy por debajo de lo declarado
// purpose: Less than half of the declared rows, the largest gap first.
// params: limit
MATCH (a:Account)-[:HAS]->(c:Coverage) WHERE c.collected * 2 < c.declared
RETURN a.id AS account, c.relation AS relation, c.collected AS collected, c.declared AS declared
ORDER BY declared - collected DESC, account, relation LIMIT $limit
