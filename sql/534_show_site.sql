-- One row says that a site has articles; that of articles without one is empty.
select site from articles where coalesce(site, '') = $site limit 1
