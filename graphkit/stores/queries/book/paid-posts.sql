SELECT id AS post, "at" FROM post WHERE author = (SELECT nid FROM account WHERE id = $account) AND paid
ORDER BY coalesce("at", 0) DESC, post LIMIT $limit
