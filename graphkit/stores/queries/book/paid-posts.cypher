// theme: posts
// en: Posts of the account that are marked as paid
// tr: Hesabın ücretli olarak işaretlenmiş gönderileri
// es: Publicaciones de la cuenta marcadas como pagadas
// purpose: As the platform marks them; an unmarked one is not proof of the contrary.
// params: account, limit
MATCH (a:Account {id: $account})-[:POSTED]->(p:Post) WHERE p.paid = true
RETURN p.id AS post, p.at AS at ORDER BY coalesce(at, 0) DESC, post LIMIT $limit
