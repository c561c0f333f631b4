-- One row is a site that has articles; articles without one count as a site without a name.
select distinct coalesce(site, '') as site from articles order by site limit 1000
