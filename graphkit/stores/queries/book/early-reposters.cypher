// theme: acts
// en: The first to repost a post, and after how long
// tr: Bir gönderiyi ilk yeniden paylaşanlar ve gecikmeleri
// es: Los primeros en republicar, y cuánto tardaron
// purpose: Delay from the post to each repost, where both times are known.
// params: post, limit
MATCH (p:Post {id: $post})<-[r:REPOSTED]-(a:Account) WHERE r.at >= p.at
RETURN a.id AS account, min(r.at - p.at) AS delayMs ORDER BY delayMs, account LIMIT $limit
