// theme: findings
// en: Accounts that several findings name
// tr: Birden çok bulguda adı geçen hesaplar
// es: Cuentas nombradas por varios hallazgos
// purpose: By the number of findings; members and beneficiaries counted alike.
// params: least, limit
MATCH (f:Finding)-[n:NAMES]->(a:Account)
WITH a, count(DISTINCT f.id) AS findings WHERE findings >= $least
RETURN a.id AS account, findings ORDER BY findings DESC, account LIMIT $limit
