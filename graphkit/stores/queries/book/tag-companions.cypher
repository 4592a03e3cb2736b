// theme: posts
// en: Which tags stand beside a tag
// tr: Bir etiketin yanında hangi etiketler var
// es: Qué etiquetas acompañan a una etiqueta
// purpose: Tags that share posts with it.
// params: tag, limit
MATCH (t:Tag {name: $tag})<-[:TAGGED]-(p:Post)-[:TAGGED]->(u:Tag) WHERE u.name <> $tag
RETURN u.name AS tag, count(p) AS posts ORDER BY posts DESC, tag LIMIT $limit
