-- One row is a site: how much there is of it and how recent it is, the largest first.
select
    site,
    article_count,
    quarantined_count,
    last_published_at::date as last_published_on,
    last_loaded_at::date as last_loaded_on
from freshness
order by article_count desc, site nulls last
limit $limit
