// theme: acts
// en: The accounts that the most others act on
// tr: En çok hesabın etkileştiği hesaplar
// es: Las cuentas sobre las que actúan más cuentas
// purpose: Distinct accounts that acted, and all acts. It reads every folded tie.
// params: limit
// cost: whole
MATCH (b:Account)-[e:ENGAGED]->(a:Account)
WITH a, count(e) AS people, sum(e.count) AS acts
RETURN a.id AS account, people, acts ORDER BY people DESC, account LIMIT $limit
