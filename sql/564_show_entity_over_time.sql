-- One row is a site in a day, week, month or year, as $unit says: how many of its dated articles name an entity. Copies
-- are counted. $sites are the sites to look at (NULL for all); of them only the $limit that name it most have rows of
-- their own, the others are marked is_rest.
with named as (
    select distinct articles.article_id, articles.site, articles.published_on
    from mentions
    join articles using (article_id)
    where
        mentions.entity_id = $entity
        and articles.published_on is not null
        and ($sites::varchar[] is null or list_contains($sites::varchar[], coalesce(articles.site, '')))
),
site_ranks as (
    select site, row_number() over (order by count(*) desc, site nulls last) as site_no
    from named
    group by site
)
select
    date_trunc($unit, named.published_on)::date as starts_on,
    least(site_ranks.site_no, $limit + 1) as site_no,
    site_ranks.site_no > $limit as is_rest,
    if(site_ranks.site_no > $limit, null, named.site) as site,
    count(*) as article_count
from named
join site_ranks on named.site is not distinct from site_ranks.site
group by all
order by starts_on, site_no
