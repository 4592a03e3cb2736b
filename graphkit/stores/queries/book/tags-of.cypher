// theme: posts
// en: The tags of the account's posts
// tr: Hesabın gönderilerindeki etiketler
// es: Las etiquetas de las publicaciones de la cuenta
// purpose: Tags as they were delivered, by number of posts.
// params: account, limit
MATCH (a:Account {id: $account})-[:POSTED]->(p:Post)-[:TAGGED]->(t:Tag)
RETURN t.name AS tag, count(p) AS posts ORDER BY posts DESC, tag LIMIT $limit
