// theme: acts
// en: At which hours of the day the account acts
// tr: Hesap günün hangi saatlerinde etkin
// es: A qué horas del día actúa la cuenta
// purpose: Rows of acts by hour of the day in UTC. People sleep; so do schedules.
// params: account
MATCH (a:Account {id: $account})-[r:LIKED|REPOSTED|QUOTED|REPLIED|COMMENTED|MENTIONED|ACTED]->(x) WHERE r.at >= 0
RETURN r.at / 3600000 % 24 AS hour, count(r) AS acts ORDER BY hour
