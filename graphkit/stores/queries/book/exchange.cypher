// theme: acts
// en: Acts given and received, pair by pair
// tr: Karşılıklı etkileşim: verilen ve alınan
// es: Interacciones dadas y recibidas, par a par
// purpose: Accounts with acts in both directions: talk among people, or a bargain, depending on how even it is.
// params: account, limit
MATCH (a:Account {id: $account})-[e:ENGAGED]->(b:Account)-[g:ENGAGED]->(a)
RETURN b.id AS account, e.count AS given, g.count AS received ORDER BY given + received DESC, account LIMIT $limit
