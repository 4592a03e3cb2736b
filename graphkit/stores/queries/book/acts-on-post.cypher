// theme: acts
// en: Who acted on a post, in order of time
// tr: Bir gönderiyle kim, hangi sırayla etkileşti
// es: Quién actuó sobre una publicación, por orden
// purpose: Every act on one post; acts without a time come last.
// params: post, limit
MATCH (p:Post {id: $post})<-[r:LIKED|REPOSTED|QUOTED|REPLIED|COMMENTED|MENTIONED|ACTED]-(a:Account)
RETURN DISTINCT a.id AS account, type(r) AS act, r.at AS at ORDER BY at, account, act LIMIT $limit
