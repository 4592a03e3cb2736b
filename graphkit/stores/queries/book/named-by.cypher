// theme: findings
// en: The members and beneficiaries of a finding
// tr: Bir bulgunun üyeleri ve yararlananları
// es: Los miembros y beneficiarios de un hallazgo
// purpose: Everybody a finding names, with the part and how sure it is.
// params: finding, limit
MATCH (f:Finding {id: $finding})-[n:NAMES]->(a:Account)
RETURN a.id AS account, n.role AS role, n.p AS p ORDER BY role DESC, p DESC, account LIMIT $limit
