// theme: posts
// en: Who answers the account's posts
// tr: Hesabın gönderilerini yanıtlayanlar
// es: Quién responde a las publicaciones de la cuenta
// purpose: Authors of posts that answer a post of the account, the most frequent first.
// params: account, limit
MATCH (a:Account {id: $account})-[:POSTED]->(p:Post)<-[:REPLY_TO]-(q:Post)<-[:POSTED]-(b:Account) WHERE b.id <> a.id
RETURN b.id AS account, count(q) AS answers ORDER BY answers DESC, account LIMIT $limit
