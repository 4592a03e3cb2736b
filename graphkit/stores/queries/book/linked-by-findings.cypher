// theme: findings
// en: Findings that name both accounts
// tr: İki hesabın da adı geçen bulgular
// es: Hallazgos que nombran a ambas cuentas
// purpose: Why two accounts are linked beyond their ties.
// params: account, other
MATCH (a:Account {id: $account})<-[n:NAMES]-(f:Finding)-[m:NAMES]->(b:Account {id: $other})
RETURN f.id AS finding, f.kind AS kind, n.role AS role, m.role AS otherRole ORDER BY finding, role, otherRole
