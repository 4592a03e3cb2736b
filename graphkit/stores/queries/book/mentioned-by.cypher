// theme: acts
// en: Who mentions the account
// tr: Hesaptan bahsedenler
// es: Quién menciona a la cuenta
// purpose: Mentions by account, the most frequent first.
// params: account, limit
MATCH (a:Account {id: $account})<-[m:MENTIONED]-(b:Account)
RETURN b.id AS account, count(m) AS mentions, min(m.at) AS first, max(m.at) AS last ORDER BY mentions DESC, account LIMIT $limit
