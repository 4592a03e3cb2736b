SELECT id AS account, handle, name, created_at AS "createdAt", followers, following, posts, verified, listed
FROM account WHERE id = $account
