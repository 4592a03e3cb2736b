// theme: findings
// en: Which findings name the account
// tr: Hesabın adı geçen bulgular
// es: Qué hallazgos nombran a la cuenta
// purpose: With the part it has in each.
// params: account
MATCH (f:Finding)-[n:NAMES]->(a:Account {id: $account})
RETURN f.id AS finding, f.kind AS kind, n.role AS role, n.p AS p, f.q AS q ORDER BY finding, role
