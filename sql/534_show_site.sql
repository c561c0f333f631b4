-- One row says that a site has articles.
select site from articles where site = $site limit 1
