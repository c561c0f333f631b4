-- One row is a site in a day, week, month or year, as $unit says: how many dated articles it published. Only the $limit
-- largest sites have rows of their own; all others together are one, marked is_rest.
with site_ranks as (
    select site, row_number() over (order by count(*) desc, site nulls last) as site_no
    from articles
    group by site
)
select
    date_trunc($unit, articles.published_on)::date as starts_on,
    least(site_ranks.site_no, $limit + 1) as site_no,
    site_ranks.site_no > $limit as is_rest,
    if(site_ranks.site_no > $limit, null, articles.site) as site,
    count(*) as article_count
from articles
join site_ranks on articles.site is not distinct from site_ranks.site
where articles.published_on is not null
group by all
order by starts_on, site_no
