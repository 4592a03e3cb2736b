// theme: posts
// en: Who uses a tag, and since when
// tr: Bir etiketi kim, ne zamandan beri kullanıyor
// es: Quién usa una etiqueta y desde cuándo
// purpose: Authors by number of posts with the tag.
// params: tag, limit
MATCH (t:Tag {name: $tag})<-[:TAGGED]-(p:Post)<-[:POSTED]-(a:Account)
RETURN a.id AS account, count(p) AS posts, min(p.at) AS first ORDER BY posts DESC, account LIMIT $limit
