SELECT b.id AS account, count(*) AS answers
FROM post p JOIN answer r ON r.answered = p.pid JOIN post q ON q.pid = r.post JOIN account b ON b.nid = q.author
WHERE p.author = (SELECT nid FROM account WHERE id = $account) AND b.id <> $account
GROUP BY b.id ORDER BY answers DESC, account LIMIT $limit
