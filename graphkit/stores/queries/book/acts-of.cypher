// theme: acts
// en: What the account did on posts, the latest first
// tr: Hesabın gönderilere yaptıkları, en yenisi önce
// es: Lo que hizo la cuenta en publicaciones, lo último primero
// purpose: Single acts with time and client; repeated rows of one act are one row here.
// params: account, limit
MATCH (a:Account {id: $account})-[r:LIKED|REPOSTED|QUOTED|REPLIED|COMMENTED|MENTIONED|ACTED]->(p:Post)
RETURN DISTINCT type(r) AS act, p.id AS post, r.at AS at, r.client AS client
ORDER BY coalesce(at, 0) DESC, post, act, client LIMIT $limit
