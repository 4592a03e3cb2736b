// theme: ties
// en: How surely the times of an account's followers are known
// tr: Takip zamanları ne kadar kesin biliniyor
// es: Con qué certeza se conocen las fechas de los seguidores
// purpose: Counts by kind of time: exact, claimed, bounded, order, seen, none. Judge speed by exact ones only.
// params: account
MATCH (a:Account {id: $account})<-[f:FOLLOWS]-(:Account)
RETURN coalesce(f.atKind, 'not said') AS atKind, count(f) AS follows ORDER BY follows DESC, atKind
