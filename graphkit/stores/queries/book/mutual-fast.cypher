// theme: ties
// en: Pairs that followed each other within hours
// tr: Saatler içinde birbirini takip eden çiftler
// es: Parejas que se siguieron mutuamente en pocas horas
// purpose: The quickest mutual follows of the whole graph. It reads every follow.
// params: hours, limit
// cost: whole
MATCH (a:Account)-[f:FOLLOWS]->(b:Account) WHERE a.id < b.id
MATCH (b)-[g:FOLLOWS]->(a) WHERE abs(f.at - g.at) <= $hours * 3600000
RETURN a.id AS account, b.id AS other, abs(f.at - g.at) AS apartMs ORDER BY apartMs, account, other LIMIT $limit
