// theme: acts
// en: How often the account likes, reposts, replies and so on
// tr: Hesap ne sıklıkla beğeniyor, yeniden paylaşıyor, yanıtlıyor
// es: Con qué frecuencia da me gusta, republica, responde, etc.
// purpose: Rows of acts by type, on posts and accounts.
// params: account
MATCH (a:Account {id: $account})-[r:LIKED|REPOSTED|QUOTED|REPLIED|COMMENTED|MENTIONED|ACTED]->(x)
RETURN type(r) AS act, count(r) AS acts ORDER BY acts DESC, act
