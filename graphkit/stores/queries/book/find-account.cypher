// theme: ties
// en: Accounts whose handle begins with these letters
// tr: Kullanıcı adı bu harflerle başlayan hesaplar
// es: Cuentas cuyo nombre de usuario empieza por estas letras
// purpose: From a handle to the id that every other question wants. Letters count as they are written, large or small.
// params: handle, limit
MATCH (a:Account) WHERE a.handle STARTS WITH $handle
RETURN a.id AS account, a.handle AS handle, a.name AS name ORDER BY handle, account LIMIT $limit
