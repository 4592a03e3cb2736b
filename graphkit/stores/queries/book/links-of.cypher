// theme: posts
// en: The links of the account's posts
// tr: Hesabın gönderilerindeki bağlantılar
// es: Los enlaces de las publicaciones de la cuenta
// purpose: Links as they were delivered, by number of posts.
// params: account, limit
MATCH (a:Account {id: $account})-[:POSTED]->(p:Post)-[:LINKS_TO]->(u:Url)
RETURN u.url AS url, count(p) AS posts ORDER BY posts DESC, url LIMIT $limit
