// theme: ties
// en: Accounts that follow many and are followed by none of them
// tr: Çok kişiyi takip edip hiçbirinden karşılık görmeyenler
// es: Cuentas que siguen a muchas y no son correspondidas por ninguna
// purpose: People who are shut out, and machines that nobody knows: the same shape, so look before judging. It reads every follow.
// params: least, limit
// cost: whole
MATCH (a:Account)-[f:FOLLOWS]->(b:Account) WHERE f.endedAt IS NULL AND a.id <> b.id
OPTIONAL MATCH (b)-[g:FOLLOWS]->(a) WHERE g.endedAt IS NULL
WITH a, count(f) AS follows, count(g) AS back WHERE follows >= $least AND back = 0
RETURN a.id AS account, follows ORDER BY follows DESC, account LIMIT $limit
