// theme: coverage
// en: What was collected of the account
// tr: Hesabın nesi toplandı
// es: Qué se recogió de la cuenta
// purpose: Rows collected beside rows declared, by relation: before silence is read as a sign.
// params: account
MATCH (a:Account {id: $account})-[:HAS]->(c:Coverage)
RETURN c.relation AS relation, c.collected AS collected, c.declared AS declared, c.complete AS complete, c.fetchedAt AS fetchedAt
ORDER BY relation
