// Accounts, posts, tags, links and results are found by their keys; two of one key cannot be.
CREATE CONSTRAINT gk_account_id IF NOT EXISTS FOR (a:Account) REQUIRE a.id IS UNIQUE;
CREATE CONSTRAINT gk_account_nid IF NOT EXISTS FOR (a:Account) REQUIRE a.nid IS UNIQUE;
CREATE CONSTRAINT gk_post_id IF NOT EXISTS FOR (p:Post) REQUIRE p.id IS UNIQUE;
CREATE CONSTRAINT gk_tag_name IF NOT EXISTS FOR (t:Tag) REQUIRE t.name IS UNIQUE;
CREATE CONSTRAINT gk_url_url IF NOT EXISTS FOR (u:Url) REQUIRE u.url IS UNIQUE;
CREATE CONSTRAINT gk_run_id IF NOT EXISTS FOR (r:Run) REQUIRE r.id IS UNIQUE;
CREATE CONSTRAINT gk_finding_id IF NOT EXISTS FOR (f:Finding) REQUIRE (f.run, f.id) IS UNIQUE;
CREATE CONSTRAINT gk_community_id IF NOT EXISTS FOR (c:Community) REQUIRE (c.run, c.id) IS UNIQUE;
CREATE INDEX gk_coverage IF NOT EXISTS FOR (c:Coverage) ON (c.account);
CREATE INDEX gk_account_handle IF NOT EXISTS FOR (a:Account) ON (a.handle);
CREATE INDEX gk_post_at IF NOT EXISTS FOR (p:Post) ON (p.at);
// The ledger.
CREATE CONSTRAINT gk_store_id IF NOT EXISTS FOR (s:_GkStore) REQUIRE s.id IS UNIQUE;
CREATE CONSTRAINT gk_load_id IF NOT EXISTS FOR (l:_GkLoad) REQUIRE l.id IS UNIQUE;
CREATE CONSTRAINT gk_batch_id IF NOT EXISTS FOR (b:_GkBatch) REQUIRE b.id IS UNIQUE;
CREATE INDEX gk_batch_load IF NOT EXISTS FOR (b:_GkBatch) ON (b.load);
CREATE INDEX gk_rows_load IF NOT EXISTS FOR (r:_GkRows) ON (r.load, r.part);
