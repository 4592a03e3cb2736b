// theme: posts
// en: Who spread a link, in order of time
// tr: Bir bağlantıyı kimler, hangi sırayla yaydı
// es: Quién difundió un enlace, por orden
// purpose: Posts with the link; those without a time come last.
// params: url, limit
MATCH (u:Url {url: $url})<-[:LINKS_TO]-(p:Post)<-[:POSTED]-(a:Account)
RETURN a.id AS account, p.id AS post, p.at AS at ORDER BY at, post LIMIT $limit
