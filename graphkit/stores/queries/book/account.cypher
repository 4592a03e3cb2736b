// theme: ties
// en: The account, as its source describes it
// tr: Hesap, kaynağının anlattığı gibi
// es: La cuenta, tal como la describe su fuente
// purpose: The profile, and whether any source described the account at all (listed) or it is known from ties alone.
// params: account
MATCH (a:Account {id: $account})
RETURN a.id AS account, a.handle AS handle, a.name AS name, a.createdAt AS createdAt, a.followers AS followers,
       a.following AS following, a.posts AS posts, a.verified AS verified, a.listed AS listed
