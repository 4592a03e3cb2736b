// theme: findings
// en: The findings of the current run
// tr: Geçerli çalıştırmanın bulguları
// es: Los hallazgos de la ejecución actual
// purpose: Each with its sentence and q; uncalibrated ones come last.
// params: limit
MATCH (f:Finding)
RETURN f.id AS finding, f.kind AS kind, f.accounts AS accounts, f.q AS q, f.sentence AS sentence
ORDER BY coalesce(q, 2.0), finding LIMIT $limit
