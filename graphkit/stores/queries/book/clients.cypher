// theme: acts
// en: With which clients the account acts
// tr: Hesap hangi istemcilerle etkileşiyor
// es: Con qué clientes actúa la cuenta
// purpose: Clients as the source names them; a change of client may mean a change of hands.
// params: account
MATCH (a:Account {id: $account})-[r:LIKED|REPOSTED|QUOTED|REPLIED|COMMENTED|MENTIONED|ACTED]->(x) WHERE r.client IS NOT NULL
RETURN r.client AS client, count(r) AS acts, min(r.at) AS first, max(r.at) AS last ORDER BY acts DESC, client
