SELECT id AS account, handle, name FROM account WHERE starts_with(handle, $handle) ORDER BY handle, account LIMIT $limit
