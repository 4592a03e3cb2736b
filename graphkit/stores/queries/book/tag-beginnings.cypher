// theme: posts
// en: Who used a tag first
// tr: Bir etiketi ilk kullananlar
// es: Quién usó primero una etiqueta
// purpose: The first posts with the tag, for the start of a push.
// params: tag, limit
MATCH (t:Tag {name: $tag})<-[:TAGGED]-(p:Post)<-[:POSTED]-(a:Account) WHERE p.at IS NOT NULL
RETURN a.id AS account, p.id AS post, p.at AS at ORDER BY at, post LIMIT $limit
