// theme: ties
// en: An unfollow answered by an unfollow
// tr: Takipten çıkmaya takipten çıkmayla karşılık
// es: Dejar de seguir, respondido del mismo modo
// purpose: The account stopped following, and the other side did the same within hours: a bargain that ended, or a quarrel.
// params: account, hours, limit
MATCH (a:Account {id: $account})-[f:FOLLOWS]->(b:Account)
MATCH (b)-[g:FOLLOWS]->(a) WHERE abs(g.endedAt - f.endedAt) <= $hours * 3600000 AND b.id <> a.id
RETURN b.id AS account, f.endedAt AS endedAt, g.endedAt AS answeredAt ORDER BY endedAt, account LIMIT $limit
