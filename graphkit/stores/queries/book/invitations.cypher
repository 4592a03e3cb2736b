// theme: ties
// en: Followers that came within hours of their own beginning
// tr: Açıldıktan saatler sonra bu hesabı takip edenler
// es: Seguidores que llegaron a las pocas horas de nacer
// purpose: Accounts that followed this one right after they were made: invited friends, starter lists, or a farm at work.
// params: account, hours, limit
MATCH (a:Account {id: $account})<-[f:FOLLOWS]-(b:Account)
WHERE f.at >= b.createdAt AND f.at - b.createdAt <= $hours * 3600000
RETURN b.id AS account, b.createdAt AS createdAt, f.at AS at, f.at - b.createdAt AS ageMs ORDER BY ageMs, account LIMIT $limit
