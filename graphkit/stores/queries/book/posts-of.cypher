// theme: posts
// en: The posts of the account, the latest first
// tr: Hesabın gönderileri, en yenisi önce
// es: Las publicaciones de la cuenta, la última primero
// purpose: Posts whose author is known, with the number of acts collected on each.
// params: account, limit
MATCH (a:Account {id: $account})-[:POSTED]->(p:Post)
OPTIONAL MATCH (p)<-[r:LIKED|REPOSTED|QUOTED|REPLIED|COMMENTED|ACTED]-(b:Account)
WITH p, count(r) AS acts
RETURN p.id AS post, p.at AS at, acts ORDER BY coalesce(at, 0) DESC, post LIMIT $limit
