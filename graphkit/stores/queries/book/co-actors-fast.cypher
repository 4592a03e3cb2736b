// theme: acts
// en: Who acts on the same posts within seconds of the account
// tr: Hesaptan saniyeler arayla aynı gönderilere etkileşenler
// es: Quién actúa sobre las mismas publicaciones con segundos de diferencia
// purpose: Coincidences in time on the same post, the number of posts counted. The raw material of coordination; fans are fast too.
// params: account, seconds, limit
MATCH (a:Account {id: $account})-[r:LIKED|REPOSTED|QUOTED|REPLIED|COMMENTED]->(p:Post)<-[s:LIKED|REPOSTED|QUOTED|REPLIED|COMMENTED]-(b:Account)
WHERE b.id <> a.id AND abs(r.at - s.at) <= $seconds * 1000
RETURN b.id AS account, count(DISTINCT p.id) AS posts, min(abs(r.at - s.at)) AS closestMs ORDER BY posts DESC, account LIMIT $limit
