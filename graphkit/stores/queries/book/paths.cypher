// theme: ties
// en: The shortest ways from one account to another along follows
// tr: Bir hesaptan ötekine takiplerle en kısa yollar
// es: Los caminos más cortos de una cuenta a otra por seguimientos
// purpose: All shortest paths of up to three steps, in the order of ids: why two accounts are linked. For longer ones see graphkit neighbours --to.
// params: account, other, limit
MATCH (a:Account {id: $account}), (b:Account {id: $other}) WHERE a.id <> b.id
MATCH p = allShortestPaths((a)-[:FOLLOWS*..3]->(b))
RETURN [n IN nodes(p) | n.id] AS path, length(p) AS steps ORDER BY path LIMIT $limit
