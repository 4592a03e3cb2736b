// theme: acts
// en: Acts of the account that were taken back
// tr: Hesabın geri aldığı etkileşimler
// es: Interacciones que la cuenta retiró
// purpose: What was done and deleted, with both times where the source says them.
// params: account, limit
MATCH (a:Account {id: $account})-[r:LIKED|REPOSTED|QUOTED|REPLIED|COMMENTED|MENTIONED|ACTED]->(p:Post) WHERE r.deletedAt IS NOT NULL
RETURN DISTINCT type(r) AS act, p.id AS post, r.at AS at, r.deletedAt AS deletedAt ORDER BY deletedAt DESC, post, act, at LIMIT $limit
