SELECT relation, collected, declared, complete, fetched_at AS "fetchedAt" FROM coverage
WHERE account = (SELECT nid FROM account WHERE id = $account) ORDER BY relation NULLS LAST
